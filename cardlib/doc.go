// Package cardlib reads a chip identity card by ICAO Doc 9303 and judges what
// it read. It is the front door of the rooms below it:
//
//	card  → access (PACE or BAC) → files → passive, active, chip authentication → Document + Report
//
// [Read] takes any [apdu.Card] (a PC/SC reader, a mock chip, a relay), the keys
// that open the chip and a [Plan] of what is wanted, and returns what the card
// says together with a [verdict.Report] on whether to believe it. A card that
// fails a check is still read: the verdicts are never merged and never hidden.
//
// Nothing is written to disk or logged. [Result.Wipe] clears what was read.
//
// What may not live here: sockets, JSON of the agent's protocol, languages,
// PC/SC (cardlib/pcsc) and the steps of a protocol (a room each).
package cardlib
