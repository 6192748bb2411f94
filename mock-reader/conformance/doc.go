// Package conformance asks whether a reader does what the standards want of it:
// it plays cards that are right or wrong in one way each, looks at what the
// reader sends, and asks what it made of the card. `mock-reader conformance`
// runs it against this project's reader or, through vpcd or TCP, any other.
//
// The cases bear the numbers of BSI TR-03105 part 5.1 version 1.5 (layer 6 and 7
// tests of inspection systems); where that guideline hands a case on to the
// technical report "RF and protocol testing, part 4" of ICAO, its number there is
// said too. Cases that neither has begin with CHIPID. Not every case of the
// guideline is here: those on optical reading, on certificates for the radio
// link and on the data formats that a reader may or may not show are not.
//
// What a reader made of a card is known by the exit code of a command (0 for
// genuine), so that nothing of the reader but its verdict is relied on. Without
// such a command only what it sends is judged.
//
// This room and its sister torture are the only ones of the mock's side that know
// this project's reader, as the one reader that can be asked in process.
package conformance
