//go:build cgo && !windows

package pcsc

import (
	"strconv"
	"sync"
	"time"

	"github.com/ebfe/scard"
)

// statusChange is SCardGetStatusChange, safe for several callers at a time.
//
// scard keeps the C string of a reader's name alive in a map by that name, so
// of two calls that wait for the same reader the first would lose its string to
// the garbage collector. A suffix behind a NUL makes the names differ for the
// map and not for the service.
func statusChange(sc *scard.Context, states []scard.ReaderState, timeout time.Duration) error {
	key := pins.take()
	defer pins.give(key)
	own := make([]scard.ReaderState, len(states))
	for i, state := range states {
		own[i] = state
		own[i].Reader += "\x00" + strconv.Itoa(key)
	}
	err := sc.GetStatusChange(own, timeout)
	for i := range states {
		states[i].EventState, states[i].Atr = own[i].EventState, own[i].Atr
	}
	return err
}

// pinKeys hands out the smallest number that no running call has, so that
// scard's map stays small.
type pinKeys struct {
	mu    sync.Mutex
	taken map[int]bool
}

var pins = pinKeys{taken: make(map[int]bool)}

func (p *pinKeys) take() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := 0
	for p.taken[key] {
		key++
	}
	p.taken[key] = true
	return key
}

func (p *pinKeys) give(key int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.taken, key)
}
