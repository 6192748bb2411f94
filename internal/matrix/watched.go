package main

import (
	"context"

	"chipid/cardlib/apdu"
)

// watched is a Card that tells each exchange on its way, at the bare link. see may
// change the answer.
type watched struct {
	apdu.Card
	see func(apdu.Command, *apdu.Response)
}

// Transmit implements apdu.Card.
func (w *watched) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	resp, err := w.Card.Transmit(ctx, cmd)
	if err == nil {
		w.see(cmd, &resp)
	}
	return resp, err
}

// Reset implements apdu.Resetter.
func (w *watched) Reset(ctx context.Context) error {
	_, err := apdu.Reset(ctx, w.Card)
	return err
}

// LinkInfo implements apdu.Linked.
func (w *watched) LinkInfo() apdu.LinkInfo { return apdu.Info(w.Card) }

// flip makes a see that flips a bit of each answer to a protected command with
// the instruction, also of what GET RESPONSE brings of it.
func flip(ins byte) func(apdu.Command, *apdu.Response) {
	struck := false
	return func(cmd apdu.Command, resp *apdu.Response) {
		if cmd.INS != apdu.InsGetResponse {
			struck = cmd.Secured() && cmd.INS == ins
		}
		if struck && len(resp.Data) > 0 {
			resp.Data[0] ^= 1
		}
	}
}

// silent is a Card that must not be spoken to.
type silent struct{ spoken bool }

// Transmit implements apdu.Card.
func (s *silent) Transmit(context.Context, apdu.Command) (apdu.Response, error) {
	s.spoken = true
	return apdu.Response{}, apdu.ErrRemoved
}
