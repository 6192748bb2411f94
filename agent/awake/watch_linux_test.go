package awake

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestEveryCancelledTimerIsTold: the kernel cancels the timer when the clock is set;
// no test may set the clock of the computer that it runs on.
func TestEveryCancelledTimerIsTold(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	broken := errors.New("broken")
	waits := []error{&os.PathError{Op: "read", Path: "timerfd", Err: unix.ECANCELED}, nil, unix.ECANCELED, broken}
	told := 0
	next := func() error {
		err := waits[0]
		waits = waits[1:]
		return err
	}
	assert.ErrorIs(t, listen(ctx, next, func() { told++ }), broken)
	assert.Equal(t, 2, told)
	waits = []error{unix.ECANCELED}
	cancel()
	assert.NoError(t, listen(ctx, next, func() { t.Error("it is over") }))
}

// TestTheKernelTakesTheTimer and nothing is told as long as the clock runs on.
func TestTheKernelTakesTheTimer(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Watch(ctx, func() {}) }()
	select {
	case err := <-done:
		t.Fatal(err)
	case <-time.After(50 * time.Millisecond):
	}
	cancel()
	require.NoError(t, <-done)
}
