package scenario

import (
	"context"
	"io"
	"strings"
	"time"

	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// Hooks are told what happens to a card; each may be nil.
type Hooks struct {
	// Log is told every exchange.
	Log func(chip.Entry)
	// Removed is called when a fault of the card takes it away.
	Removed func()
	// Random is the chip's source of random numbers, crypto/rand if nil.
	Random io.Reader
	// Sleep replaces the waiting of slow chips: a link model counts instead.
	Sleep func(context.Context, time.Duration) error
}

func (h Hooks) options() []chip.Option {
	var options []chip.Option
	if h.Log != nil {
		options = append(options, chip.WithLog(h.Log))
	}
	if h.Removed != nil {
		options = append(options, chip.WithRemoved(h.Removed))
	}
	if h.Random != nil {
		options = append(options, chip.WithRandom(h.Random))
	}
	if h.Sleep != nil {
		options = append(options, chip.WithSleep(h.Sleep))
	}
	return options
}

// Deck is the cards that can be put into readers: those of all personas in all
// scenarios, and [ForeignToken]. It is not changed once made.
type Deck struct {
	issuer *issuer.Issuer
	more   []persona.Persona
}

// NewDeck returns the deck of the personas of the catalogue and of more, which
// bear other names. The issuer may be nil for a deck of which no card is opened.
func NewDeck(i *issuer.Issuer, more ...persona.Persona) *Deck { return &Deck{i, more} }

// Personas returns all personas, those of the catalogue first.
func (d *Deck) Personas() []persona.Persona { return append(persona.All(), d.more...) }

// Issuer returns who signs the cards.
func (d *Deck) Issuer() *issuer.Issuer { return d.issuer }

// Parse reads PERSONA[/SCENARIO]; without a scenario the card is genuine.
func (d *Deck) Parse(name string) (persona.Persona, Scenario, error) {
	who, what, ok := strings.Cut(name, "/")
	if !ok {
		what = Genuine
	}
	p, ok := d.byName(who)
	if !ok {
		return persona.Persona{}, Scenario{}, &ErrUnknown{"persona", who}
	}
	s, err := ByName(what)
	return p, s, err
}

func (d *Deck) byName(name string) (persona.Persona, bool) {
	for _, p := range d.Personas() {
		if p.Name == name {
			return p, true
		}
	}
	return persona.Persona{}, false
}

// Open makes the card called PERSONA[/SCENARIO] or [ForeignToken]. Each call
// makes a fresh chip. The error is an [ErrUnknown] if there is no such card.
func (d *Deck) Open(name string, hooks Hooks) (Card, error) {
	if name == ForeignToken {
		return newToken(hooks.Log), nil
	}
	p, s, err := d.Parse(name)
	if err != nil {
		return nil, err
	}
	profile, err := s.Profile(d.issuer, p)
	if err != nil {
		return nil, err
	}
	return chip.New(profile, hooks.options()...)
}

// ATR returns the answer to reset of the card called name without making the
// chip, which would take its keys.
func (d *Deck) ATR(name string) ([]byte, error) {
	if name == ForeignToken {
		return newToken(nil).ATR(), nil
	}
	_, s, err := d.Parse(name)
	if err != nil {
		return nil, err
	}
	blank := issuer.Blank()
	if s.link != nil {
		s.link(&blank)
	}
	if blank.ATR != nil {
		return blank.ATR, nil
	}
	return chip.DefaultATR(blank.Protocol, blank.Extended), nil
}

// Parse, Open and ATR are those of the catalogue's own deck.
func Parse(name string) (persona.Persona, Scenario, error) { return NewDeck(nil).Parse(name) }

// Open makes a card of the catalogue's own deck.
func Open(i *issuer.Issuer, name string, hooks Hooks) (Card, error) {
	return NewDeck(i).Open(name, hooks)
}

// ATR is the answer to reset of a card of the catalogue's own deck.
func ATR(name string) ([]byte, error) { return NewDeck(nil).ATR(name) }
