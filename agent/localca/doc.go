// Package localca makes the certificates with which this user's agent serves
// wss:// on loopback: an authority that may name nothing but this computer, the
// leaves of three years issued at once, and no key that could issue another.
//
// [Issue] makes an authority's key, signs the authority and all its leaves, and
// drops the key before it returns: it was never outside this process's memory.
// Whoever steals what is kept can pass for 127.0.0.1 on this user's computer
// until the last leaf ends, and for no other name ever. When the leaves come to
// their end ([Set.Due]), a new authority is issued and the old one taken out of
// the trust stores.
//
// The certificates follow RFC 5280: §4.2.1.9 basic constraints (path length 0),
// §4.2.1.10 name constraints (critical: localhost, 127.0.0.1/32, ::1/128, and no
// e-mail, URI or other DNS name), §4.2.1.12 extended key usage (server
// authentication alone). A leaf is valid for at most 398 days (CA/Browser Forum
// Baseline Requirements §6.3.2, which Apple asks for), consecutive ones overlap
// by a month so that a wrong clock does less harm.
//
// The room is pure: the clock and the places of files are the caller's. What may
// not live here: trust stores and sockets.
package localca
