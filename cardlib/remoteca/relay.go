package remoteca

import (
	"context"
	"errors"
	"fmt"

	"chipid/cardlib/apdu"
)

// Channel is the agent's own secure channel.
type Channel interface {
	apdu.Card
	Close()
}

// maxResponse is the longest answer that is passed on, in bytes: a short one with
// its status word.
const maxResponse = apdu.MaxShortLe + 2

// Relay is the agent's side of a session: it carries the service's commands to an
// open chip, as far as its gate lets them pass. It is not safe for concurrent use.
type Relay struct {
	gate    *Gate
	channel Channel
	chip    apdu.Card
	seq     uint32
	over    error
	// reads counts the answers on the service's channel.
	reads int
}

// NewRelay makes a relay to a chip that was opened: channel is what the agent
// speaks over, chip the card below it. The caller resets the chip in the end.
func NewRelay(terms Terms, channel Channel, chip apdu.Card) *Relay {
	return &Relay{gate: NewGate(terms), channel: channel, chip: chip}
}

// First is the message that opens the session: EF.SOD and DG14 as read.
func First(sod, dg14 []byte) ([]byte, error) { return Up{SOD: sod, DG14: dg14}.Encode() }

// Handle serves one message of the service and returns the answer; none at the
// end. An error ends the relay, and every later call returns it: a *Refusal, or
// a fault of the link or the channel.
func (r *Relay) Handle(ctx context.Context, message []byte) (answer []byte, ended bool, err error) {
	if r.over != nil {
		return nil, false, r.over
	}
	answer, err = r.handle(ctx, message)
	switch {
	case err != nil:
		r.over = err
	case answer == nil:
		r.over = &Refusal{Code: CodeEnded}
	}
	return answer, err == nil && answer == nil, err
}

// Served tells whether the service read anything over its own channel.
func (r *Relay) Served() bool { return r.reads > 0 }

func (r *Relay) handle(ctx context.Context, message []byte) ([]byte, error) {
	down, err := ParseDown(message)
	if err != nil {
		return nil, &Refusal{CodeMessage, err}
	}
	if r.seq++; down.Seq != r.seq {
		return nil, &Refusal{CodeSequence, fmt.Errorf("message %d instead of %d", down.Seq, r.seq)}
	}
	if down.End {
		return nil, nil
	}
	if down.Order != nil {
		if err := r.gate.Accept(*down.Order); err != nil {
			return nil, err
		}
	}
	resp, err := r.send(ctx, down.Command)
	if err != nil {
		return nil, err
	}
	if len(resp.Data)+2 > maxResponse {
		return nil, &Refusal{CodeLimit, fmt.Errorf("an answer of %d bytes", len(resp.Data))}
	}
	return Up{Seq: r.seq, Response: resp.Bytes()}.Encode()
}

// send carries one command to the chip.
func (r *Relay) send(ctx context.Context, command []byte) (apdu.Response, error) {
	cmd, way, err := r.gate.Pass(command)
	if err != nil {
		return apdu.Response{}, err
	}
	if way == Bare {
		r.reads++
		return r.chip.Transmit(ctx, cmd)
	}
	resp, err := r.channel.Transmit(ctx, cmd)
	if err != nil {
		return resp, err
	}
	if r.gate.Answered(cmd, resp.SW) {
		r.channel.Close() // the chip has gone over to keys that only the service has
	}
	return resp, nil
}

// CodeOf returns the code of a *Refusal, empty for another error.
func CodeOf(err error) Code {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Code
	}
	return ""
}
