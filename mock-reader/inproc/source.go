package inproc

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"chipid/cardlib/apdu"
	"chipid/cardlib/readers"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/scenario"
)

// Prefix begins the name of every mock reader.
const Prefix = "mock:"

// Source is a set of mock readers. It is safe for concurrent use.
type Source struct {
	issuer *issuer.Issuer

	mu      sync.Mutex
	changed chan struct{} // closed at each change
	slots   []*slot
}

// slot is one reader.
type slot struct {
	reader string
	// name is the card that is in, "" for none; insertion counts the cards put in.
	name      string
	insertion uint64
	// turn is held by the connection that is open.
	turn chan struct{}

	// make guards card, which is made when it is first needed: keys take time.
	make sync.Mutex
	card scenario.Card
	of   uint64 // the insertion that card belongs to
}

// Personas returns the names of all personas' genuine cards.
func Personas() []string {
	var names []string
	for _, p := range persona.All() {
		names = append(names, p.Name)
	}
	return names
}

// New returns a source with a reader for each card PERSONA[/SCENARIO], named
// mock: and the card's name, with that card in.
func New(cards ...string) (*Source, error) {
	s := &Source{issuer: issuer.New(issuer.PublishedSeed), changed: make(chan struct{})}
	for _, name := range cards {
		if err := known(name); err != nil {
			return nil, err
		}
		s.slots = append(s.slots, newSlot(Prefix+name, name))
	}
	return s, nil
}

func newSlot(reader, card string) *slot {
	return &slot{reader: reader, name: card, insertion: 1, turn: make(chan struct{}, 1)}
}

// known refuses names that no card bears.
func known(name string) error {
	if name == scenario.ForeignToken {
		return nil
	}
	_, _, err := scenario.Parse(name)
	return err
}

// List implements readers.Source.
func (s *Source) List(context.Context) readers.State {
	state, _ := s.look()
	return state
}

// look returns the state and a channel that is closed when it changes.
func (s *Source) look() (readers.State, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	state := readers.State{}
	for _, sl := range s.slots {
		r := readers.Reader{Name: sl.reader, Card: sl.name != "", Insertion: sl.insertion, Synthetic: true}
		if r.Card {
			r.ATR, _ = scenario.ATR(sl.name) // the name was checked when the card was put in
		}
		state.Readers = append(state.Readers, r)
	}
	return state, s.changed
}

// Watch implements readers.Source.
func (s *Source) Watch(ctx context.Context, tell func(readers.State)) error {
	for {
		state, changed := s.look()
		tell(state)
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		}
	}
}

// Insert puts the card PERSONA[/SCENARIO] into a reader; a card that is in is
// taken out first. It is a fresh chip each time.
func (s *Source) Insert(reader, card string) error {
	if err := known(card); err != nil {
		return err
	}
	return s.change(reader, card)
}

// Remove takes the card out of a reader; nothing happens if it is empty.
func (s *Source) Remove(reader string) error { return s.change(reader, "") }

func (s *Source) change(reader, card string) error {
	s.mu.Lock()
	sl := s.find(reader)
	if sl == nil {
		s.mu.Unlock()
		return fmt.Errorf("%w: %s", readers.ErrUnknownReader, reader)
	}
	sl.name = card
	if card != "" {
		sl.insertion++
	}
	s.announce()
	s.mu.Unlock()
	sl.discard()
	return nil
}

// announce wakes the watchers; mu is held.
func (s *Source) announce() {
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *Source) find(reader string) *slot {
	for _, sl := range s.slots {
		if sl.reader == reader {
			return sl
		}
	}
	return nil
}

// discard takes away the chip of an insertion that is over.
func (sl *slot) discard() {
	sl.make.Lock()
	defer sl.make.Unlock()
	if sl.card != nil {
		sl.card.Remove()
		sl.card = nil
	}
}

// torn empties a reader whose card took itself away.
func (s *Source) torn(sl *slot, insertion uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sl.insertion == insertion && sl.name != "" {
		sl.name = ""
		s.announce()
	}
}

// Connect implements readers.Source. The name of a known card opens it even if
// no such reader is listed. A second connection to one reader waits for the
// first to be closed, three seconds at most.
func (s *Source) Connect(ctx context.Context, reader string) (readers.Conn, error) {
	s.mu.Lock()
	sl := s.find(reader)
	s.mu.Unlock()
	if sl == nil {
		name, ok := strings.CutPrefix(reader, Prefix)
		if !ok || known(name) != nil {
			return nil, fmt.Errorf("%w: %s", readers.ErrUnknownReader, reader)
		}
		sl = newSlot(reader, name)
	}
	if err := sl.take(ctx); err != nil {
		return nil, err
	}
	card, err := s.cardIn(sl)
	if err != nil {
		sl.release()
		return nil, err
	}
	return &conn{Card: card, slot: sl}, nil
}

// cardIn returns the chip that is in, made if it is the first time.
func (s *Source) cardIn(sl *slot) (scenario.Card, error) {
	sl.make.Lock()
	defer sl.make.Unlock()
	s.mu.Lock()
	name, insertion := sl.name, sl.insertion
	s.mu.Unlock()
	if name == "" {
		return nil, apdu.ErrNoCard
	}
	if sl.card != nil && sl.of == insertion {
		return sl.card, nil
	}
	card, err := scenario.Open(s.issuer, name, scenario.Hooks{Removed: func() { s.torn(sl, insertion) }})
	if err != nil {
		return nil, err
	}
	sl.card, sl.of = card, insertion
	return card, nil
}
