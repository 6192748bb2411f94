//go:build unix

package main

import (
	"context"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSignalToggles(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	toggled := make(chan struct{})
	wait := notifyToggle(ctx, func() { toggled <- struct{}{} })
	self, err := os.FindProcess(os.Getpid())
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, self.Signal(syscall.SIGUSR1))
		select {
		case <-toggled:
		case <-time.After(10 * time.Second):
			require.FailNow(t, "signal not seen")
		}
	}
	cancel()
	wait()
}
