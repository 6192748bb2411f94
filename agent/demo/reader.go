package demo

import (
	"context"
	"fmt"
	"sync"

	"chipid/cardlib/apdu"
	"chipid/cardlib/readers"
	"chipid/mock-reader/inproc"
	"chipid/mock-reader/linkmodel"
)

// ReaderName is the demo's one reader. The cards of all personas go into it, one
// at a time, as at a counter.
const ReaderName = inproc.Prefix + "demo"

// Speed is how long the link to the chip takes.
type Speed string

// Instant adds nothing, Normal is a contactless reader at 424 kbit/s, Slow one
// at 106 kbit/s whose driver needs 40 ms more for each command.
const (
	Instant Speed = "instant"
	Normal  Speed = "normal"
	Slow    Speed = "slow"
)

// model returns the times of a speed; false for one that is none.
func (s Speed) model() (linkmodel.Model, bool) {
	switch s {
	case Instant:
		return linkmodel.Model{}, true
	case Normal:
		return linkmodel.Typical(424_000), true
	case Slow:
		m := linkmodel.Typical(106_000)
		m.PerCommand *= 20
		return m, true
	}
	return linkmodel.Model{}, false
}

// Reader is the demo's reader: a source of one mock reader whose card can be
// put in and taken out, over a link that takes its time. It is safe for
// concurrent use.
type Reader struct {
	source *inproc.Source
	inner  string // the reader's name in source

	mu    sync.Mutex
	card  string
	speed Speed
}

// NewReader makes the reader with a card PERSONA[/SCENARIO] in.
func NewReader(card string) (*Reader, error) {
	source, err := inproc.New(card)
	if err != nil {
		return nil, err
	}
	return &Reader{source: source, inner: inproc.Prefix + card, card: card, speed: Normal}, nil
}

// Insert puts a card in; one that is in is taken out first.
func (r *Reader) Insert(card string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.source.Insert(r.inner, card); err != nil {
		return err
	}
	r.card = card
	return nil
}

// Remove takes the card out.
func (r *Reader) Remove() error { return r.source.Remove(r.inner) }

// SetSpeed changes the link of the next connection.
func (r *Reader) SetSpeed(s Speed) error {
	if _, ok := s.model(); !ok {
		return fmt.Errorf("no such speed: %q", s)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.speed = s
	return nil
}

// Card returns the card that is in, "" if none is, and the speed of the link.
func (r *Reader) Card() (string, Speed) {
	r.mu.Lock()
	defer r.mu.Unlock()
	// The source knows better whether a card is still in: some tear themselves away.
	if !r.source.List(context.Background()).Readers[0].Card {
		return "", r.speed
	}
	return r.card, r.speed
}

// renamed gives the one reader its name of the demo.
func renamed(s readers.State) readers.State {
	all := make([]readers.Reader, len(s.Readers))
	for i, one := range s.Readers {
		one.Name = ReaderName
		all[i] = one
	}
	s.Readers = all
	return s
}

// List implements readers.Source.
func (r *Reader) List(ctx context.Context) readers.State { return renamed(r.source.List(ctx)) }

// Watch implements readers.Source.
func (r *Reader) Watch(ctx context.Context, tell func(readers.State)) error {
	return r.source.Watch(ctx, func(s readers.State) { tell(renamed(s)) })
}

// Connect implements readers.Source.
func (r *Reader) Connect(ctx context.Context, reader string) (readers.Conn, error) {
	if reader != ReaderName {
		return nil, fmt.Errorf("%w: %s", readers.ErrUnknownReader, reader)
	}
	conn, err := r.source.Connect(ctx, r.inner)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.speed == Instant {
		return conn, nil
	}
	model, _ := r.speed.model()
	return &timed{linkmodel.Wrap(conn, model, true), conn}, nil
}

// timed is a connection behind a link that takes its time.
type timed struct {
	*linkmodel.Link
	conn readers.Conn
}

var _ apdu.Linked = (*timed)(nil)

// Close implements readers.Conn.
func (t *timed) Close() error { return t.conn.Close() }
