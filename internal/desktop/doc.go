// Package desktop is what the user's desktop does for the agent: it opens an
// address in the browser.
//
// What may not live here: addresses that came from elsewhere than this program.
package desktop
