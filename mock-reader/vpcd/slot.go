package vpcd

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"chipid/mock-reader/scenario"
)

// ErrNoReader: nothing listens at the address of the virtual reader.
var ErrNoReader = errors.New("vpcd: no virtual reader")

// firstWait is how long Run waits for the virtual reader at first: pcscd may be
// starting at the same time. Once it has been there, Run waits for ever.
const firstWait = 10 * time.Second

// gap is how long a slot stays empty between two cards: pcscd asks for the card's
// presence every 400 ms, and takes one that is gone for less for the same card.
const gap = 900 * time.Millisecond

// quiet is how long a reader may say nothing to a card that was put in: pcscd
// asks for the card's presence several times in that time.
const quiet = 5 * time.Second

// Slot is one slot of the virtual reader with or without a card in it. Its
// methods may be called while Run runs.
type Slot struct {
	address string
	tell    func(string)
	wait    time.Duration // how long Run waits for the reader at first

	mu      sync.Mutex
	card    scenario.Card // nil: the slot is empty
	changed chan struct{} // closed when card changes
}

// New returns an empty slot of the virtual reader at HOST:PORT. tell is given a
// line for each thing that happens; it may be nil.
func New(address string, tell func(string)) *Slot {
	if tell == nil {
		tell = func(string) {}
	}
	return &Slot{address: address, tell: tell, wait: firstWait, changed: make(chan struct{})}
}

// Put puts a card in; one that is in is taken out first.
func (s *Slot) Put(card scenario.Card) {
	card.Insert()
	s.replace(card)
}

// Pull takes the card out and reports whether there was one.
func (s *Slot) Pull() bool { return s.replace(nil) }

// Card returns the card that is in, or nil.
func (s *Slot) Card() scenario.Card {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.card
}

func (s *Slot) replace(card scenario.Card) bool {
	s.mu.Lock()
	old := s.card
	s.card = card
	close(s.changed)
	s.changed = make(chan struct{})
	s.mu.Unlock()
	if old != nil {
		old.Remove()
	}
	return old != nil
}

// drop empties the slot if card is still the one in it: a fault took it away.
func (s *Slot) drop(card scenario.Card) {
	s.mu.Lock()
	mine := s.card == card
	s.mu.Unlock()
	if mine {
		s.replace(nil)
	}
}

// look returns the card that is in and a channel that is closed when it changes.
func (s *Slot) look() (scenario.Card, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.card, s.changed
}

// Run plays the cards that are put in until ctx ends; it then returns nil. It
// fails with ErrNoReader if no virtual reader is there within ten seconds; one
// that goes away later is waited for.
func (s *Slot) Run(ctx context.Context) error {
	wait := s.wait
	var last scenario.Card     // the card that was in before
	var empty <-chan time.Time // ticks when the slot has been empty for long enough
	for {
		card, changed := s.look()
		if empty != nil && card != last { // the same card may be back at once: its link had failed
			select {
			case <-empty:
				empty = nil
				continue
			case <-ctx.Done():
				return nil
			}
		}
		if card == nil {
			select {
			case <-ctx.Done():
				return nil
			case <-changed:
				continue
			}
		}
		conn, err := s.dial(ctx, changed, wait)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		case conn == nil: // the card changed meanwhile
			continue
		}
		wait = 0
		s.play(ctx, conn, card, changed)
		last, empty = card, time.After(gap)
	}
}

// play lets the card talk until it is changed, a fault takes it or the reader goes.
func (s *Slot) play(ctx context.Context, conn net.Conn, card scenario.Card, changed <-chan struct{}) {
	s.tell("card in")
	over := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-ctx.Done():
			card.Remove() // frees a command that hangs
		case <-changed:
		case <-over:
		}
		_ = conn.Close()
	}()
	silence := time.AfterFunc(quiet, func() {
		s.tell("the reader says nothing: does another program hold this slot? / đầu đọc im lặng: chương trình khác đang giữ khe này?")
	})
	err := converse(conn, card, func() { silence.Stop() })
	silence.Stop()
	close(over)
	<-watched
	switch {
	case ctx.Err() != nil:
	case !card.Present():
		s.drop(card)
		s.tell("card out")
	default:
		s.tell(fmt.Sprintf("connection ended (%v)", err))
	}
}

// dial connects to the virtual reader, again and again: for at most wait, or for
// ever if wait is 0. A nil connection without error means that the card changed.
func (s *Slot) dial(ctx context.Context, changed <-chan struct{}, wait time.Duration) (net.Conn, error) {
	var dialer net.Dialer
	start := time.Now()
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		conn, err := dialer.DialContext(ctx, "tcp", s.address)
		if err == nil {
			return conn, nil
		}
		if wait > 0 && time.Since(start) > wait {
			return nil, fmt.Errorf("%w at %s: %w", ErrNoReader, s.address, err)
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-changed:
			timer.Stop()
			return nil, nil
		case <-ctx.Done():
			timer.Stop()
			return nil, ctx.Err()
		}
	}
}
