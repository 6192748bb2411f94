package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"chipid/agent/catalogue"
)

// stopped is why the process is to end.
type stopped struct{ signal os.Signal }

func (s stopped) Error() string { return "stopped by " + s.signal.String() }

// untilSignal returns a context that ends at the first signal; a second one ends
// the process at once, as if it had not been caught.
func untilSignal(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case s := <-signals:
			signal.Stop(signals)
			cancel(stopped{s})
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		cancel(context.Canceled)
		signal.Stop(signals)
		<-done
	}
}

// stopCode is the exit code of a service that was asked to stop: 130 for a person's
// Ctrl-C, 0 for the system's SIGTERM, which is how services end, and for another
// version that takes over.
func stopCode(ctx context.Context) int {
	if ctx.Err() == nil {
		return 0
	}
	if s, ok := context.Cause(ctx).(stopped); ok && s.signal == syscall.SIGTERM {
		return 0
	}
	return catalogue.ExitCancelled
}
