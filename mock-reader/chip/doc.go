// Package chip is the card side of an eMRTD: a file system, the access
// protocols, secure messaging and the proofs of genuineness, driven by a
// [Profile] that says what is on the chip and how it misbehaves.
//
// It implements Doc 9303-10 §3 (files, SELECT, READ BINARY), Doc 9303-11 §4.3
// (BAC), §4.4 (PACE with generic, integrated and chip-authentication mapping
// over DH and ECDH), §6.1 (active authentication), §6.2 (chip authentication),
// §9.8 (secure messaging) and the command rules of ISO/IEC 7816-3 and 7816-4.
//
// It is strict on purpose: what a real chip refuses is refused here, and the
// log names the clause that was broken ([WithLog]). A lenient mock would let a
// faulty reader pass.
//
// It is written from the standards alone and shares only the lowest rooms with
// the reader (apdu, tlv, curves), so that one mistake cannot hide on both sides;
// a test enforces the imports. ASN.1 security objects are made by the issuer and
// come here as file contents.
//
// Not for production: a mock chip keeps its keys in plain memory and makes no
// attempt at constant time.
package chip
