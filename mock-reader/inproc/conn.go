package inproc

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"chipid/cardlib/apdu"
	"chipid/mock-reader/scenario"
)

// busyWait is how long a connection waits for another one to end.
const busyWait = 3 * time.Second

// take waits for the reader's turn.
func (t turn) take(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	timer := time.NewTimer(busyWait)
	defer timer.Stop()
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return apdu.ErrBusy
	}
}

func (t turn) release() { <-t }

// conn is a connection to a card. A card that is taken out answers every
// command with apdu.ErrRemoved; the connection is to be closed then.
type conn struct {
	scenario.Card
	release func()
	secured atomic.Bool
	close   sync.Once
}

// Transmit implements apdu.Card.
func (c *conn) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	if cmd.Secured() {
		c.secured.Store(true)
	}
	return c.Card.Transmit(ctx, cmd)
}

// Close implements readers.Conn: a card with a secure channel is powered off.
func (c *conn) Close() error {
	c.close.Do(func() {
		if c.secured.Load() {
			c.PowerOff()
		}
		c.release()
	})
	return nil
}
