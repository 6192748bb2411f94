// Package consent says which web pages may speak to the agent. A page is known
// by its origin (RFC 6454): scheme, host and port, compared as a whole and
// exactly; there are no patterns.
//
// In this version the origins are those named for one run (`serve --origin`).
// Grants that last, pairing and scopes will live here too: the gateway only
// asks [Admitter].
//
// What may not live here: sockets, and what an admitted page then asks.
package consent
