//go:build !windows && !linux && !(darwin && tray)

package tray

import "context"

// Run waits until ctx ends: this build has no tray.
func Run(ctx context.Context, c Config) { wait(ctx, c) }
