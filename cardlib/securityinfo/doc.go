// Package securityinfo reads SecurityInfos: what a chip says of the protocols it
// speaks, in EF.CardAccess (unsigned), EF.CardSecurity and DG14 (signed), as
// Doc 9303-11 §9.2 and TR-03110-3 A.1 define them, with the domain parameters
// (§9.5) and public keys (§9.1, RFC 5480, RFC 3279) inside them.
//
// Parsing is strict about structure and lenient about content: a SecurityInfo
// whose object identifier is not known is kept as it is, one that is known but
// wrong is listed in [Infos.Problems], and the rest is still good.
//
// Explicit domain parameters are taken only where they equal a standard set, in
// every value: an unsigned file must not choose a weak group.
//
// What may not live here: commands, and the protocols themselves.
package securityinfo
