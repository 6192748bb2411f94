// Package torture asks whether the reader can be made to hang, to panic, to
// leave goroutines behind or to believe what it must not, and is what
// `mock-reader torture` runs.
//
// It reads every class of card in process with [cardlib.Read], again and again,
// each time with one thing wrong: a fault of the link at one APDU; an answer
// changed in the chip before it is sealed, so that no MAC can tell; a card whose
// data was changed and signed again by a wrong issuer; a chip that is a copy; a
// chip that answers at random. What a read came to is held against what the
// chip and the link really did, which the instrument knows.
//
// A verdict is wrong if it is genuine for a card or chip that was changed, or
// if a check passed whose input was. That the reader sees a forgery where only
// the link was disturbed is counted too, as a false alarm, and is no fault of
// its own: who disturbs the link can always make a read fail.
//
// An instrument that cannot fail measures nothing: the tests with the tag
// mutation take checks out of the reader one at a time and expect it to notice.
//
// This room and its sister conformance are the only ones of the mock's side
// that know the reader. What may not live here: anything that makes cards (chip,
// issuer, persona) or judges them for the agent.
package torture
