package conformance

import (
	"context"
)

// Said is what a reader made of a card.
type Said struct {
	// Known tells that the reader was asked; otherwise only what it sent counts.
	Known, Genuine bool
	// Text is the verdict in the reader's own words, in short.
	Text string
}

// Keys are what opens the persona's card, as placeholders of a command have them.
type Keys struct {
	// ID is the 12-digit number, CAN its last six digits, MRZ the three lines.
	ID, CAN, MRZ string
}

// driver lets a reader read a card.
type driver interface {
	// can tells why a case cannot be run with this reader, "" if it can.
	can(Case) string
	// read reads the card that c describes, as often as it says.
	read(ctx context.Context, w *world, c Case, card *card) (Said, error)
}
