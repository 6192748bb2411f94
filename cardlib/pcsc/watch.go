//go:build cgo || windows

package pcsc

import (
	"context"
	"reflect"
	"time"

	"github.com/ebfe/scard"

	"chipid/cardlib/readers"
)

// How long a service that is gone is left alone before it is looked for again:
// at first this long, then twice as long each time, up to the most. The service
// has no call that would wait for its own start on every platform (pcscd has
// none; on Windows scard binds none), so a connection attempt is the only
// question there is; a few a minute, only while it is away, cost nothing.
const (
	firstReturn = 250 * time.Millisecond
	mostReturn  = 5 * time.Second
)

// A driver that reports changes where nothing changed must not become a busy
// loop: after such a wake-up the next wait begins later and later.
const (
	firstIdle = 50 * time.Millisecond
	mostIdle  = time.Second
)

// watcher is one Watch call.
type watcher struct {
	source *Source
	tell   func(readers.State)
	bell   chan struct{} // rung when something changed that the service cannot know of
	told   *readers.State
	away   backoff // between tries to find the service
}

// Watch implements readers.Source.
func (s *Source) Watch(ctx context.Context, tell func(readers.State)) error {
	w := &watcher{
		source: s, tell: tell, bell: make(chan struct{}, 1),
		away: backoff{first: firstReturn, most: mostReturn},
	}
	s.mu.Lock()
	s.watchers[w] = true
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.watchers, w)
		s.mu.Unlock()
	}()
	for ctx.Err() == nil {
		epoch := s.currentEpoch()
		err := w.session(ctx)
		if ctx.Err() != nil {
			break
		}
		s.lost(epoch)
		w.say(readers.State{Err: err})
		pause(ctx, w.away.next(), nil)
	}
	return nil
}

// session watches while the service runs. It returns why it stopped, or
// anything once ctx has ended.
func (w *watcher) session(ctx context.Context) error {
	sc, err := establish()
	if err != nil {
		return err
	}
	defer release(sc)
	idle := backoff{first: firstIdle, most: mostIdle}
	now, err := w.source.look(sc)
	for err == nil && ctx.Err() == nil {
		w.away.reset()
		w.say(now.state)
		if err = w.wait(ctx, sc, now); err != nil {
			break
		}
		before := now
		if now, err = w.source.look(sc); err == nil && now.same(before) {
			pause(ctx, idle.next(), w.bell)
			now, err = w.source.look(sc)
		} else {
			idle.reset()
		}
	}
	return err
}

// say tells a state unless it is the one told last. All errors here mean that
// the service is away, and it is told once.
func (w *watcher) say(state readers.State) {
	if w.told != nil && (w.told.Err != nil) == (state.Err != nil) && reflect.DeepEqual(w.told.Readers, state.Readers) {
		return
	}
	w.told = &state
	w.tell(state)
}

// ring interrupts the wait, so that a new look is taken.
func (w *watcher) ring() {
	select {
	case w.bell <- struct{}{}:
	default:
	}
}

// wait blocks until something differs from the look now. It returns an error
// only if the service is gone.
func (w *watcher) wait(ctx context.Context, looking *scard.Context, now look) error {
	states, timeout := waitStates(now)
	if len(states) == 0 {
		pause(ctx, timeout, w.bell)
		return nil
	}
	// A context of its own for each wait: a cancellation that comes too late
	// would otherwise be taken for the answer to the next call (pcsc-lite).
	waiting, err := establish()
	if err != nil {
		return err
	}
	defer release(waiting)
	returned := make(chan struct{})
	guarded := make(chan struct{})
	go func() {
		defer close(guarded)
		w.guard(ctx, returned, looking, now, waiting)
	}()
	err = statusChange(waiting, states, timeout)
	w.source.returns.Add(1)
	close(returned)
	<-guarded
	switch {
	case err == nil, isCode(err, scard.ErrTimeout), isCode(err, scard.ErrCancelled),
		isCode(err, scard.ErrUnknownReader), isCode(err, scard.ErrReaderUnavailable):
		return nil // look again
	}
	return unavailable("SCardGetStatusChange", err)
}

// secondLook is when the list of readers is compared once more after a wait
// began. pcscd before 2.3 notices a new reader only by its number of readers at
// the start of the wait: one plugged in between the look and that moment would
// stay unseen. One comparison per wait closes the gap; it is not repeated.
const secondLook = 250 * time.Millisecond

// recancel is how soon a cancellation is repeated: one that comes before the
// wait has really begun has no effect.
const recancel = 20 * time.Millisecond

// guard stands beside a blocking wait and ends it when ctx ends, when the bell
// rings or when the second look shows another list of readers.
func (w *watcher) guard(ctx context.Context, returned <-chan struct{}, looking *scard.Context, now look, waiting *scard.Context) {
	second := time.NewTimer(secondLook)
	defer second.Stop()
	for interrupted := false; !interrupted; {
		select {
		case <-returned:
			return
		case <-second.C:
			names, err := listReaders(looking)
			interrupted = err != nil || !sameNames(names, now.names)
		case <-ctx.Done():
			interrupted = true
		case <-w.bell:
			interrupted = true
		}
	}
	for {
		_ = waiting.Cancel() // its failure shows in the wait itself
		select {
		case <-returned:
			return
		case <-time.After(recancel):
		}
	}
}
