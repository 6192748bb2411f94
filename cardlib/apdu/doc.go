// Package apdu holds the one interface that everything in cardlib talks
// through: a [Card] answers commands. A PC/SC reader, the mock chip, a
// recording and a relay are Cards; secure messaging, tracing, fault injection
// and link models are Cards wrapped around Cards.
//
// It implements the command and response formats of ISO/IEC 7816-4 §5 (short
// and extended length, cases 1 to 4) and the transport handling of 61xx and
// 6Cxx below secure messaging ([Link]).
//
// What may not live here: what a command means, cryptography, and where a chip is.
package apdu
