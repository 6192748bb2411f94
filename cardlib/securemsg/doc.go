// Package securemsg is secure messaging: a [Session] is a Card around a Card
// that protects every command and checks every answer (Doc 9303-11 §9.8,
// TR-03110-3 F, ISO/IEC 7816-4 §10), with 3DES or AES-128/192/256.
//
// Callers send plain commands and get plain answers; the status word they see
// is the authenticated one of DO99. The send sequence counter is counted up
// before every command and before every answer, also when the chip refuses.
// Anything wrong with an answer ends the session for good: there is no way
// back but a new one, and every later Transmit returns the first cause.
//
// Below a Session stands a Card that already collects 61xx and repeats 6Cxx
// ([chipid/cardlib/apdu.Link]); both happen in plain.
//
// The key derivation (§9.7.1) and the MAC (§9.7.2.2, RFC 4493) of the ciphers
// live here too, for bac, pace and chipauth: see [DeriveKey] and [MAC].
//
// What may not live here: how keys are agreed, and what a command means.
package securemsg
