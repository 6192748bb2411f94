// Package dh holds Diffie-Hellman groups over GF(p): the standardised parameter
// ids 0 to 2 of Doc 9303-11 §9.5.1 (RFC 5114 §2.1 to §2.3) and groups that a
// chip authentication key brings along (PKCS#3 or X9.42), with the checks of
// RFC 2631 §2.1.5 on every public number from outside.
//
// It is to DH what curves is to ECDH. math/big is not constant-time; the only
// secrets here are ephemeral keys that live for one read.
//
// What may not live here: key formats and protocol steps.
package dh
