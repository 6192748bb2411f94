package counter

import (
	"context"

	"chipid/agent/child"
)

// beginning is a child that starts beside the wait for a card: the wait must see
// every card from the moment on in which the request has its turn.
type beginning struct {
	done  chan struct{}
	child *child.Child
	err   error
}

// begin starts the request's child. A child that cannot start, or a key that cannot
// be one, ends the wait.
func (v *visit) begin(ctx context.Context, end context.CancelCauseFunc) *beginning {
	b := &beginning{done: make(chan struct{})}
	go func() {
		defer close(b.done)
		if b.child, b.err = v.config.Desk.Begin(ctx, v.Key); b.err != nil {
			end(b.err)
		}
	}()
	return b
}

// begun waits for the child.
func (b *beginning) begun() (*child.Child, error) {
	<-b.done
	return b.child, b.err
}

// over ends the child, also one that is still starting.
func (b *beginning) over(end context.CancelCauseFunc) {
	end(nil)
	if c, err := b.begun(); err == nil {
		c.End()
	}
}
