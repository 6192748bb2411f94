package child

import (
	"context"
	"fmt"
	"io"

	"chipid/cardlib/apdu"
)

// wire is the child's end of the pipes. Once it broke it stays broken.
type wire struct {
	in  io.Reader
	out io.Writer
	err error
}

func (w *wire) send(f frame) error {
	if w.err == nil {
		w.err = f.write(w.out)
	}
	return w.err
}

// ask sends a frame and waits for the answer to it, which must be of that kind.
func (w *wire) ask(f frame, want kind) (frame, error) {
	if err := w.send(f); err != nil {
		return frame{}, err
	}
	got, err := readFrame(w.in)
	if err == nil && got.kind != want {
		err = fmt.Errorf("%w: %q in place of %q", errFrame, got.kind, want)
	}
	if err != nil {
		w.err = err
	}
	return got, err
}

// remote is the card at the other end of the wire.
type remote struct {
	wire *wire
	link linkHead
}

// Transmit implements apdu.Card.
func (r *remote) Transmit(_ context.Context, cmd apdu.Command) (apdu.Response, error) {
	b, err := cmd.Bytes()
	if err != nil {
		return apdu.Response{}, err
	}
	return r.ask(newFrame(kindCommand, nil, b))
}

// Reset implements apdu.Resetter.
func (r *remote) Reset(context.Context) error {
	_, err := r.ask(newFrame(kindReset, nil, nil))
	return err
}

// LinkInfo implements apdu.Linked.
func (r *remote) LinkInfo() apdu.LinkInfo { return r.link.info() }

func (r *remote) ask(f frame) (apdu.Response, error) {
	got, err := r.wire.ask(f, kindAnswer)
	if err != nil {
		return apdu.Response{}, fmt.Errorf("%w: %w", apdu.ErrStuck, err) // nothing more can be sent
	}
	var head answerHead
	if err := got.into(&head); err != nil {
		return apdu.Response{}, err
	}
	if head.Link != nil {
		r.link = *head.Link
	}
	if len(head.Fault) > 0 {
		return apdu.Response{}, faultOf(head.Fault)
	}
	return apdu.Response{Data: got.body, SW: head.SW}, nil
}
