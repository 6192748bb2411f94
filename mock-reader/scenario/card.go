package scenario

import (
	"chipid/cardlib/apdu"
)

// Card is a card that can be put into a reader, played in process or through vpcd.
type Card interface {
	apdu.Card
	apdu.Resetter
	apdu.Linked
	// Exchange answers the bytes on the wire; nil is no answer.
	Exchange(raw []byte) []byte
	// ATR is the answer to reset.
	ATR() []byte
	// PowerOff makes the card forget its session.
	PowerOff()
	// Insert puts the card in, Remove takes it out; Present tells which was last.
	Insert()
	Remove()
	Present() bool
}
