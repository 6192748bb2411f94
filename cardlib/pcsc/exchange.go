//go:build cgo || windows

package pcsc

import (
	"context"
	"errors"
	"time"

	"github.com/ebfe/scard"

	"chipid/cardlib/apdu"
)

// removalNotice is how long the service may take to notice that the card whose
// exchange just failed is gone: pcscd looks every 400 ms at readers that do not
// tell by themselves.
const removalNotice = 900 * time.Millisecond

// reply is what a call to the card brings.
type reply struct {
	data []byte
	err  error
}

// call makes one call to the card within limit and gives its failure a meaning.
// A failure that makes the connection unusable is kept in c.fault.
func (c *Conn) call(limit time.Duration, name string, do func() ([]byte, error)) ([]byte, error) {
	run := func() reply {
		data, err := do()
		return reply{data, err}
	}
	// The caller's context does not interrupt a call: the reader would be left
	// in the middle of an exchange.
	r, late := within(context.Background(), c.source, limit, run, c.returned)
	if late != nil {
		c.left, c.held = true, false
		c.fault = &fault{call: name, code: late, kinds: []error{apdu.ErrStuck}}
		c.source.markStuck(c.reader, true)
		return nil, c.fault
	}
	if r.err == nil {
		return r.data, nil
	}
	err := speaking(name, r.err)
	if unexplained(r.err) && c.wasAway(removalNotice) {
		err = c.removed(name)
	}
	c.note(err)
	return nil, err
}

// note keeps an error after which nothing can be sent over this connection, or
// nothing before a Reset.
func (c *Conn) note(err error) {
	for _, lasting := range []error{apdu.ErrRemoved, apdu.ErrReset, errServiceGone} {
		if errors.Is(err, lasting) {
			c.fault = err
		}
	}
}

// returned runs when an abandoned call does come back: the reader answers
// after all, so it is not stuck any more.
func (c *Conn) returned(reply) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.giveBack()
	c.source.markStuck(c.reader, false)
}

func (c *Conn) removed(call string) error {
	return &fault{call: call, code: scard.ErrRemovedCard, kinds: []error{apdu.ErrRemoved}}
}

// wasAway tells whether the card has left the reader since it was connected. It
// waits for the service to notice, at most notice.
func (c *Conn) wasAway(notice time.Duration) bool {
	end := time.Now().Add(notice)
	state := scard.ReaderState{Reader: c.reader, CurrentState: scard.StateUnaware}
	for {
		states := []scard.ReaderState{state}
		err := statusChange(c.sc, states, max(0, time.Until(end)))
		if isCode(err, scard.ErrTimeout) {
			return false
		}
		if err != nil {
			return errors.Is(speaking("SCardGetStatusChange", err), apdu.ErrRemoved)
		}
		now := states[0].EventState
		if now&scard.StatePresent == 0 || now>>16 != c.entered.EventState>>16 {
			return true
		}
		if time.Now().After(end) {
			return false
		}
		state.CurrentState = now &^ scard.StateChanged
	}
}
