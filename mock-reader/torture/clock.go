package torture

import (
	"context"
	"sync"
	"time"
)

// clock is a context whose time runs out when it is told so: a deadline without
// waiting.
type clock struct {
	context.Context
	once sync.Once
	done chan struct{}
}

// newClock returns a clock that also ends with ctx.
func newClock(ctx context.Context) (*clock, func()) {
	c := &clock{Context: ctx, done: make(chan struct{})}
	stop := context.AfterFunc(ctx, c.expire)
	return c, func() { stop() }
}

func (c *clock) expire() { c.once.Do(func() { close(c.done) }) }

// Done implements context.Context.
func (c *clock) Done() <-chan struct{} { return c.done }

// Err implements context.Context.
func (c *clock) Err() error {
	select {
	case <-c.done:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

// Deadline implements context.Context: there is none on the wall.
func (c *clock) Deadline() (time.Time, bool) { return time.Time{}, false }
