package rack

import (
	"errors"
	"fmt"
	"sync"

	"chipid/mock-reader/linkmodel"
	"chipid/mock-reader/scenario"
	"chipid/mock-reader/trace"
)

// Errors of a rack; cards' names fail with a [scenario.ErrUnknown], links with
// linkmodel.ErrSetting.
var (
	ErrReader    = errors.New("no such reader")
	ErrDuplicate = errors.New("two readers of one name")
	ErrTear      = errors.New("cannot tear there")
)

// Rack is a set of readers. It is safe for concurrent use.
type Rack struct {
	deck *scenario.Deck
	tape *trace.Tape

	mu      sync.Mutex
	changed chan struct{} // closed at each change
	slots   []*Slot
}

// New returns an empty rack for the cards of a deck.
func New(deck *scenario.Deck) *Rack {
	return &Rack{deck: deck, tape: trace.NewTape(), changed: make(chan struct{})}
}

// Deck is what cards there are.
func (r *Rack) Deck() *scenario.Deck { return r.deck }

// Tape holds what was said in all readers.
func (r *Rack) Tape() *trace.Tape { return r.tape }

// Port is a way to a reader outside this process: it is given each card that is
// put in. Put replaces a card; Pull reports whether there was one.
type Port interface {
	Put(card scenario.Card)
	Pull() bool
}

// Config says what a new reader is like.
type Config struct {
	// Name is the reader's, unlike all others of the rack.
	Name string
	// Card is the card PERSONA[/SCENARIO] that is in, "" for none.
	Card string
	// Link is the link's text, "" for an instant one.
	Link string
	// Port is where cards are played; nil for a reader of this process.
	Port Port
	// Way says in a few words how the reader is reached: "vpcd 127.0.0.1:35963".
	Way string
}

// Add adds a reader and puts its card in.
func (r *Rack) Add(c Config) (*Slot, error) {
	if c.Link == "" {
		c.Link = linkmodel.Instant
	}
	setting, err := linkmodel.Parse(c.Link)
	if err != nil {
		return nil, err
	}
	if err := r.known(c.Card); err != nil {
		return nil, err
	}
	s := &Slot{rack: r, name: c.Name, way: c.Way, port: c.Port}
	s.setting.Store(&setting)
	if err := r.hang(s); err != nil {
		return nil, err
	}
	if c.Card == "" {
		return s, nil
	}
	return s, s.Insert(c.Card)
}

func (r *Rack) hang(s *Slot) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.find(s.name) != nil {
		return fmt.Errorf("%w: %s", ErrDuplicate, s.name)
	}
	r.slots = append(r.slots, s)
	r.announce()
	return nil
}

// Spare returns a reader that is not listed, over an instant link, with a card in.
func (r *Rack) Spare(name, card string) (*Slot, error) {
	setting, err := linkmodel.Parse(linkmodel.Instant)
	if err != nil {
		return nil, err
	}
	s := &Slot{rack: r, name: name}
	s.setting.Store(&setting)
	return s, s.Insert(card)
}

// known refuses names that no card bears.
func (r *Rack) known(card string) error {
	if card == "" {
		return nil
	}
	_, err := r.deck.ATR(card)
	return err
}

// find returns a reader or nil; mu is held.
func (r *Rack) find(name string) *Slot {
	for _, s := range r.slots {
		if s.name == name {
			return s
		}
	}
	return nil
}

// Slot returns the reader of that name; "" is the only one. The error is ErrReader.
func (r *Rack) Slot(name string) (*Slot, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if name == "" && len(r.slots) == 1 {
		return r.slots[0], nil
	}
	if s := r.find(name); s != nil {
		return s, nil
	}
	return nil, fmt.Errorf("%w: %q", ErrReader, name)
}

// State is what is in a reader.
type State struct {
	Name string `json:"name"`
	Way  string `json:"way"`
	// Card is the card that is in, "" for none; Insertion counts the cards put in.
	Card      string `json:"card"`
	Insertion uint64 `json:"insertion"`
	// ATR is the card's answer to reset.
	ATR  trace.Hex `json:"atr,omitempty"`
	Link string    `json:"link"`
	// Tear is where the card will be torn away, nil if nowhere.
	Tear *Tear `json:"tear,omitempty"`
}

// State returns the state of all readers and a channel that is closed when it changes.
func (r *Rack) State() ([]State, <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]State, 0, len(r.slots))
	for _, s := range r.slots {
		all = append(all, s.state())
	}
	return all, r.changed
}

// wake wakes those who watch.
func (r *Rack) wake() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.announce()
}

// announce is wake while mu is held.
func (r *Rack) announce() {
	close(r.changed)
	r.changed = make(chan struct{})
}
