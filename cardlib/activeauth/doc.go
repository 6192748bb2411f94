// Package activeauth is active authentication, the reader's side (Doc 9303-11
// §6.1): the chip signs a challenge with the private key to DG15, by ISO/IEC
// 9796-2 digital signature scheme 1 with RSA, or by ECDSA in plain format.
//
// [Verify] works offline too: challenge, signature, DG14 and DG15 are evidence
// that a third party can check again.
//
// An answer proves the chip only if DG15 is covered by a checked hash, which is
// the caller's business.
//
// What may not live here: where the challenge comes from, reading DG15.
package activeauth
