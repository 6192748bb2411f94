package tray

import "context"

// wait takes what is told where there is no tray, until ctx ends.
func wait(ctx context.Context, c Config) {
	for {
		select {
		case <-c.Standings:
		case <-ctx.Done():
			return
		}
	}
}
