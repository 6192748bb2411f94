//go:build cgo || windows

package pcsc

import (
	"runtime"
	"slices"
	"time"

	"github.com/ebfe/scard"
)

// plugAndPlay is the pseudo-reader whose state changes when a reader comes or
// goes (Windows, pcsc-lite).
const plugAndPlay = `\\?PnP?\Notification`

// hasPlugAndPlay: macOS does not know the pseudo-reader.
const hasPlugAndPlay = runtime.GOOS != "darwin"

// forever makes statusChange wait without a limit.
const forever = time.Duration(-1)

// relist is how long a wait lasts where no pseudo-reader tells of new readers.
// Cards still wake it at once; only a reader that is plugged in is seen up to
// this much later.
const relist = 5 * time.Second

// waitStates makes the states that a wait for a change from now starts from.
//
// Each state is fed back as it came, with its event counter: without the
// counter a card that is pulled and put back goes unseen, and with stale flags
// the call returns at once, again and again.
func waitStates(now look) ([]scard.ReaderState, time.Duration) {
	states := make([]scard.ReaderState, 0, len(now.raw)+1)
	for _, r := range now.raw {
		states = append(states, scard.ReaderState{Reader: r.Reader, CurrentState: r.EventState &^ scard.StateChanged})
	}
	if !hasPlugAndPlay {
		return states, relist
	}
	pnp := scard.ReaderState{Reader: plugAndPlay}
	if runtime.GOOS == "windows" {
		// Windows keeps the number of readers in the upper half and returns at
		// once if it is another by now.
		pnp.CurrentState = scard.StateFlag(len(now.names)) << 16
	}
	return append(states, pnp), forever
}

// sameNames compares two lists of readers regardless of their order.
func sameNames(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}
