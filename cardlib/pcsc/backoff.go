//go:build cgo || windows

package pcsc

import "time"

// backoff gives pauses that double from first up to most.
type backoff struct {
	first, most time.Duration
	current     time.Duration
}

func (b *backoff) next() time.Duration {
	if b.current == 0 {
		b.current = b.first
	} else {
		b.current = min(2*b.current, b.most)
	}
	return b.current
}

func (b *backoff) reset() { b.current = 0 }
