// Package cvc is card-verifiable certificates: the short certificates by which
// a chip decides whether a terminal may read fingerprints and irises (TR-03110-3
// C.1 and D, Doc 9303-12 §7.2, ISO/IEC 7816-8).
//
// A chip trusts one or two keys of its country verifying CA (CVCA), known by
// name ([Reference]). From there a chain leads over a document verifier (DV) to
// the terminal; link certificates lead from an old key of the CVCA to a new one.
//
//   - [Parse] reads a certificate, [ParseAll] a file of several;
//   - [PublicKey.Verify] checks a signature, [PublicKey.Sign] makes one with any
//     [crypto.Signer], a hardware key included;
//   - [Chain] finds the certificates to show to a chip, in their order;
//   - [Template.Issue] makes certificates: a PKI for tests and for mock chips.
//
// ECDSA keys of DVs and terminals come without domain parameters: they are those
// of the CVCA ([PublicKey.Inherit]).
//
// What may not live here: commands to a chip (terminalauth), X.509 (cms), and
// trust: which certificate counts is the chip's decision alone.
package cvc
