//go:build unix

package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// notifyToggle calls toggle at each SIGUSR1 until ctx ends; the function that
// it returns waits for that.
func notifyToggle(ctx context.Context, toggle func()) (wait func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer signal.Stop(signals)
		for {
			select {
			case <-ctx.Done():
				return
			case <-signals:
				toggle()
			}
		}
	}()
	return func() { <-done }
}
