package scenario

import (
	"chipid/cardlib/apdu"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
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

// Hooks are told what happens to a card; each may be nil.
type Hooks struct {
	// Log is told every exchange.
	Log func(chip.Entry)
	// Removed is called when a fault of the card takes it away.
	Removed func()
}

// Open makes the card called PERSONA[/SCENARIO] or [ForeignToken]. Each call
// makes a fresh chip. The error is an [ErrUnknown] if there is no such card.
func Open(i *issuer.Issuer, name string, hooks Hooks) (Card, error) {
	if name == ForeignToken {
		return newToken(hooks.Log), nil
	}
	p, s, err := Parse(name)
	if err != nil {
		return nil, err
	}
	profile, err := s.Profile(i, p)
	if err != nil {
		return nil, err
	}
	var options []chip.Option
	if hooks.Log != nil {
		options = append(options, chip.WithLog(hooks.Log))
	}
	if hooks.Removed != nil {
		options = append(options, chip.WithRemoved(hooks.Removed))
	}
	return chip.New(profile, options...)
}

// ATR returns the answer to reset of the card called name without making the
// chip, which would take its keys.
func ATR(name string) ([]byte, error) {
	if name == ForeignToken {
		return newToken(nil).ATR(), nil
	}
	_, s, err := Parse(name)
	if err != nil {
		return nil, err
	}
	blank := issuer.Blank()
	if s.link != nil {
		s.link(&blank)
	}
	return chip.DefaultATR(blank.Protocol, blank.Extended), nil
}
