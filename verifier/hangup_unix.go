//go:build unix

package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// hangups tells of SIGHUP: read the trust store now.
func hangups(ctx context.Context) <-chan struct{} {
	signals, poke := make(chan os.Signal, 1), make(chan struct{}, 1)
	signal.Notify(signals, syscall.SIGHUP)
	go func() {
		defer signal.Stop(signals)
		for {
			select {
			case <-ctx.Done():
				return
			case <-signals:
				select {
				case poke <- struct{}{}:
				default:
				}
			}
		}
	}()
	return poke
}
