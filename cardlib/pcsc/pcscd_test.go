//go:build pcsc

package pcsc_test

import (
	"context"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"chipid/cardlib/pcsc"
	"chipid/cardlib/readers"
	"chipid/internal/pcsctest"
)

// patience bounds each wait for pcscd, which looks at its virtual readers every 400 ms.
const patience = 60 * time.Second

// observer keeps the states that a Watch tells.
type observer struct {
	mu     sync.Mutex
	states []readers.State
	news   chan struct{}
	stop   func()
}

// watch starts a Watch that ends with the test.
func watch(t *testing.T, s *pcsc.Source) *observer {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	o := &observer{news: make(chan struct{}, 1)}
	done := make(chan error, 1)
	go func() { done <- s.Watch(ctx, o.take) }()
	o.stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-done:
			assert.NoError(t, err)
		case <-time.After(patience):
			t.Error("Watch did not end with its context")
		}
	})
	t.Cleanup(o.stop)
	return o
}

func (o *observer) take(s readers.State) {
	o.mu.Lock()
	o.states = append(o.states, s)
	o.mu.Unlock()
	select {
	case o.news <- struct{}{}:
	default:
	}
}

func (o *observer) all() []readers.State {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]readers.State(nil), o.states...)
}

// until waits for a state that fits, looking at the latest one.
func (o *observer) until(t *testing.T, what string, fits func(readers.State) bool) readers.State {
	t.Helper()
	end := time.After(patience)
	for {
		if all := o.all(); len(all) > 0 && fits(all[len(all)-1]) {
			return all[len(all)-1]
		}
		select {
		case <-o.news:
		case <-end:
			require.FailNow(t, "no such state", "%s; told were %+v", what, o.all())
		}
	}
}

// in finds a reader of a state.
func in(s readers.State, slot int) readers.Reader {
	for _, r := range s.Readers {
		if r.Name == pcsctest.Reader(slot) {
			return r
		}
	}
	return readers.Reader{}
}

func cardIn(slot int) func(readers.State) bool {
	return func(s readers.State) bool { return in(s, slot).Card }
}

func cardOut(slot int) func(readers.State) bool {
	return func(s readers.State) bool { r := in(s, slot); return r.Name != "" && !r.Card }
}

// connect connects and closes with the test.
func connect(t *testing.T, s *pcsc.Source, slot int) readers.Conn {
	t.Helper()
	conn, err := s.Connect(t.Context(), pcsctest.Reader(slot))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// checkLeaks fails if goroutines are left at the end of the test. Call it first.
func checkLeaks(t *testing.T) {
	t.Helper()
	running := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, running) })
}

func TestMain(m *testing.M) {
	code := m.Run()
	pcsctest.Clean()
	os.Exit(code)
}
