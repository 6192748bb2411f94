// Package e2e drives the form CT01 in a real Chromium against the real agent:
// the built program `chipid-agent demo`, its mock reader, the page on its own
// origin. It is the proof that the whole house stands, from chip to form.
//
// The tests lie behind the build tag e2e and need Debian's chromium (or another
// one named in CHROMIUM), firefox-esr, Xvfb (a browser asks its user in a window
// only) and a font with Vietnamese letters:
//
//	go test -tags e2e ./agent/e2e
//	go test -tags e2e ./agent/e2e -run TestPictures -update    # writes docs/images
//
// What may not live here: stand-ins for the agent. What is not the agent's doing
// (no agent, a page that is not admitted) is made by pointing the page elsewhere.
package e2e
