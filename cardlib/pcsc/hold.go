//go:build cgo || windows

package pcsc

import (
	"context"
	"errors"
	"time"

	"github.com/ebfe/scard"

	"chipid/cardlib/apdu"
)

// hold begins a transaction unless one is open. Without it another program's
// SELECT between two commands would end our secure channel unseen.
//
// The service waits for the transaction of another program without a limit, so
// the wait is bounded here: apdu.ErrBusy.
func (c *Conn) hold(ctx context.Context) error {
	if c.held {
		return nil
	}
	begin := func() reply { return reply{err: c.card.BeginTransaction()} }
	r, err := within(ctx, c.source, c.source.busyLimit, begin, c.beganLate)
	if err != nil {
		c.left = true
		c.fault = &fault{call: "SCardBeginTransaction", code: err, kinds: []error{apdu.ErrBusy}}
		if !errors.Is(err, errLimit) {
			return err
		}
		return c.fault
	}
	if r.err != nil {
		err := speaking("SCardBeginTransaction", r.err)
		c.note(err)
		return err
	}
	c.held = true
	return nil
}

// beganLate gives back a transaction that came after its limit. The connection
// has been unusable since then.
func (c *Conn) beganLate(r reply) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.err == nil {
		c.held = true
		c.endHold()
	}
	_ = c.giveBack()
}

// rest notes that a command has ended; a transaction without commands ends soon.
func (c *Conn) rest() {
	c.used = time.Now()
	if !c.held {
		return
	}
	if c.idle == nil {
		c.idle = time.AfterFunc(c.source.holdLimit, c.endIdle)
		return
	}
	c.idle.Reset(c.source.holdLimit)
}

// endIdle ends the transaction if no command came for a while.
func (c *Conn) endIdle() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if left := c.source.holdLimit - time.Since(c.used); left > 0 {
		return // a command came in the meantime and set the timer anew
	}
	c.endHold()
}

// endHold ends the transaction. A failure shows in the next command.
func (c *Conn) endHold() {
	if c.held {
		c.held = false
		_ = c.card.EndTransaction(scard.LeaveCard)
	}
}
