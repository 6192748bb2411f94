//go:build cgo || windows

package pcsc

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ebfe/scard"

	"chipid/cardlib/apdu"
	"chipid/cardlib/readers"
)

// Source is the system's PC/SC service. It is safe for concurrent use; any
// number of Watch calls may run at a time.
type Source struct {
	settings

	mu       sync.Mutex // guards what follows, and puts looks in order
	inserted insertions
	stuck    map[string]bool
	epoch    uint64 // how often the service was lost
	watchers map[*watcher]bool

	abandoned atomic.Int64
	returns   atomic.Int64 // returns of blocking waits, for the proof that nothing is polled
}

// New makes a Source. Nothing is opened before it is used.
func New(options ...Option) *Source {
	return &Source{
		settings: newSettings(options),
		stuck:    make(map[string]bool),
		watchers: make(map[*watcher]bool),
	}
}

// Abandoned is how many calls into the service did not return within their
// limit and are still under way, each with a goroutine of its own. It is the one
// exception to "no goroutine left behind".
func (s *Source) Abandoned() int { return int(s.abandoned.Load()) }

// List implements readers.Source.
func (s *Source) List(ctx context.Context) readers.State {
	if err := ctx.Err(); err != nil {
		return readers.State{Err: err}
	}
	sc, err := establish()
	if err != nil {
		return readers.State{Err: err}
	}
	defer release(sc)
	l, err := s.look(sc)
	if err != nil {
		return readers.State{Err: err}
	}
	return l.state
}

// Connect implements readers.Source. It connects in shared mode; a card that
// another program holds is waited for up to 3 s. A card without an answer to
// reset gives ErrMute.
func (s *Source) Connect(ctx context.Context, reader string) (readers.Conn, error) {
	end := time.Now().Add(s.busyLimit)
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if s.isStuck(reader) {
			return nil, &fault{call: "SCardConnect", code: errLimit, kinds: []error{apdu.ErrStuck}}
		}
		conn, err := s.connect(ctx, reader, max(time.Until(end), leastTry))
		if err == nil {
			return conn, nil
		}
		if !errors.Is(err, apdu.ErrBusy) || time.Until(end) < busyPause {
			return nil, err
		}
		pause(ctx, busyPause, nil)
	}
}

// leastTry is how long even the last try to connect may take: a contact card
// needs up to a second to be powered up.
const leastTry = time.Second

// release gives a context back. What a failed release would tell is known already.
func release(sc *scard.Context) { _ = sc.Release() }

func (s *Source) isStuck(reader string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stuck[reader]
}

// markStuck changes whether a reader counts as stuck, and tells the watchers.
func (s *Source) markStuck(reader string, stuck bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if stuck {
		s.stuck[reader] = true
	} else {
		delete(s.stuck, reader)
	}
	for w := range s.watchers {
		w.ring()
	}
}

// lost notes that the service of the given epoch is gone: its counters begin
// anew, and what is in a reader afterwards is a new insertion. It returns at
// once if another watcher has noted it already.
func (s *Source) lost(epoch uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.epoch != epoch {
		return
	}
	s.epoch++
	s.inserted.keep(nil)
	clear(s.stuck)
}

func (s *Source) currentEpoch() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.epoch
}

// pause waits for d, for ctx to end or for bell to ring.
func pause(ctx context.Context, d time.Duration, bell <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-bell:
	}
}
