// Package trace makes what a mock chip logs readable: each exchange becomes a
// [Line] with the command in the standard's words, what it means in Vietnamese
// and English, the clause that defines it, the plain text under secure
// messaging, and the clauses that the reader broke. A [Tape] keeps the last
// lines, tells them as they come and filters them; [Write] and [Read] save and
// load them, so that a session can be looked at again.
//
// The words follow Doc 9303-10 §3.6 (files), Doc 9303-11 §4 (BAC, PACE), §6
// (active and chip authentication), §9.8 (secure messaging) and ISO/IEC 7816-4
// §5.6 (status words). A mock chip holds no real person's data: nothing is masked.
//
// What may not live here: what a chip answers, and how lines reach a person.
package trace
