package inproc

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"chipid/cardlib/readers"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/rack"
	"chipid/mock-reader/scenario"
)

// Prefix begins the name of every mock reader.
const Prefix = "mock:"

// Source is a set of mock readers. It is safe for concurrent use.
type Source struct {
	rack *rack.Rack

	mu    sync.Mutex
	turns map[*rack.Slot]turn
}

// turn is held by the connection that is open to a reader.
type turn chan struct{}

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
	r := rack.New(scenario.NewDeck(issuer.New(issuer.PublishedSeed)))
	for _, name := range cards {
		if _, err := r.Add(rack.Config{Name: Prefix + name, Card: name, Way: "in process"}); err != nil {
			return nil, err
		}
	}
	return Over(r), nil
}

// Over returns a source of the readers of r, which keeps its other users. Their
// names must begin with [Prefix].
func Over(r *rack.Rack) *Source { return &Source{rack: r, turns: map[*rack.Slot]turn{}} }

// Rack is what the source's readers hang on.
func (s *Source) Rack() *rack.Rack { return s.rack }

// List implements readers.Source.
func (s *Source) List(context.Context) readers.State {
	state, _ := s.look()
	return state
}

// look returns the state and a channel that is closed when it changes.
func (s *Source) look() (readers.State, <-chan struct{}) {
	all, changed := s.rack.State()
	state := readers.State{}
	for _, one := range all {
		state.Readers = append(state.Readers, readers.Reader{
			Name: one.Name, Card: one.Card != "", Insertion: one.Insertion, ATR: one.ATR, Synthetic: true,
		})
	}
	return state, changed
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
	slot, err := s.slot(reader)
	if err != nil {
		return err
	}
	return slot.Insert(card)
}

// Remove takes the card out of a reader; nothing happens if it is empty.
func (s *Source) Remove(reader string) error {
	slot, err := s.slot(reader)
	if err == nil {
		slot.Remove()
	}
	return err
}

func (s *Source) slot(reader string) (*rack.Slot, error) {
	slot, err := s.rack.Slot(reader)
	if errors.Is(err, rack.ErrReader) || reader == "" {
		return nil, fmt.Errorf("%w: %s", readers.ErrUnknownReader, reader)
	}
	return slot, err
}

// Connect implements readers.Source. The name of a known card opens it even if
// no such reader is listed. A second connection to one reader waits for the
// first to be closed, three seconds at most.
func (s *Source) Connect(ctx context.Context, reader string) (readers.Conn, error) {
	slot, err := s.slot(reader)
	if err != nil {
		return s.connectUnlisted(reader)
	}
	t := s.turnOf(slot)
	if err := t.take(ctx); err != nil {
		return nil, err
	}
	card, err := slot.Card()
	if err != nil {
		t.release()
		return nil, err
	}
	return &conn{Card: card, release: t.release}, nil
}

// connectUnlisted makes a reader of its own for a card that is asked for by name.
func (s *Source) connectUnlisted(reader string) (readers.Conn, error) {
	name, ok := strings.CutPrefix(reader, Prefix)
	if !ok || name == "" {
		return nil, fmt.Errorf("%w: %s", readers.ErrUnknownReader, reader)
	}
	slot, err := s.rack.Spare(reader, name)
	var none *scenario.ErrUnknown
	if errors.As(err, &none) {
		return nil, fmt.Errorf("%w: %s", readers.ErrUnknownReader, reader)
	}
	if err != nil {
		return nil, err
	}
	card, err := slot.Card()
	if err != nil {
		return nil, err
	}
	return &conn{Card: card, release: func() {}}, nil
}

func (s *Source) turnOf(slot *rack.Slot) turn {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.turns[slot] == nil {
		s.turns[slot] = make(turn, 1)
	}
	return s.turns[slot]
}
