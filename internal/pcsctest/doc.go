// Package pcsctest gives tests a PC/SC service of their own: a pcscd with two
// virtual readers (vpcd), on its own socket, ports and configuration, so that a
// pcscd of the machine, or of another test, is not disturbed.
//
// It starts programs and installs none: a missing package fails the test with
// the package's name. It ends only processes that it started.
//
// What may not live here: anything a program needs outside tests, and what is
// on a card ([Card] is bytes in, bytes out).
package pcsctest
