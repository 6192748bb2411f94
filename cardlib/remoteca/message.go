package remoteca

import (
	"bytes"
	"errors"
	"fmt"

	"chipid/cardlib/internal/strictcbor"
)

// MaxMessage is the longest message, in bytes. EF.SOD and DG14 of an issued card
// have 2 to 4 kB together; a block of a file is at most 256.
const MaxMessage = 40 << 10

// ErrMessage is a message that is none: malformed, too long, or not in the
// deterministic encoding.
var ErrMessage = errors.New("remoteca: malformed message")

// Down is a message of the service to the agent: a command, at first with the
// order that allows it, or the end.
type Down struct {
	// Seq counts the service's messages from 1.
	Seq uint32 `cbor:"seq"`
	// Order is there where a key is used for the first time.
	Order *Order `cbor:"order,omitempty"`
	// Command is a command APDU: in plain for the agent to send in its own channel,
	// then protected under keys that only the service has.
	Command []byte `cbor:"command,omitempty"`
	// End: nothing more is wanted; the chip is to be reset.
	End bool `cbor:"end,omitempty"`
}

// Up is a message of the agent to the service: what opens the session (Seq 0), or
// the answer to the message of that number.
type Up struct {
	Seq uint32 `cbor:"seq"`
	// SOD and DG14 are as read in the agent's channel; with Seq 0 only.
	SOD  []byte `cbor:"sod,omitempty"`
	DG14 []byte `cbor:"dg14,omitempty"`
	// Response is the chip's answer, data and status word.
	Response []byte `cbor:"response,omitempty"`
}

// Encode encodes the message deterministically.
func (d Down) Encode() ([]byte, error) { return strictcbor.Marshal(d) }

// Encode encodes the message deterministically.
func (u Up) Encode() ([]byte, error) { return strictcbor.Marshal(u) }

// ParseDown reads a message of the service. What it says is still unproven.
func ParseDown(b []byte) (*Down, error) {
	d := &Down{}
	if err := parse(b, d); err != nil {
		return nil, err
	}
	if d.Seq == 0 || d.End == (len(d.Command) > 0) || d.End && d.Order != nil {
		return nil, fmt.Errorf("%w: either a command or the end", ErrMessage)
	}
	return d, nil
}

// ParseUp reads a message of the agent. What it says is still unproven.
func ParseUp(b []byte) (*Up, error) {
	u := &Up{}
	if err := parse(b, u); err != nil {
		return nil, err
	}
	first := u.Seq == 0
	if first != (len(u.SOD) > 0) || first != (len(u.DG14) > 0) || first == (len(u.Response) > 0) {
		return nil, fmt.Errorf("%w: files first, answers then", ErrMessage)
	}
	return u, nil
}

// parse accepts only the one encoding that a message has.
func parse(b []byte, into interface{ Encode() ([]byte, error) }) error {
	if len(b) == 0 || len(b) > MaxMessage {
		return fmt.Errorf("%w: %d bytes", ErrMessage, len(b))
	}
	if err := strictcbor.Unmarshal(b, into); err != nil {
		return fmt.Errorf("%w: %w", ErrMessage, err)
	}
	again, err := into.Encode()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMessage, err)
	}
	if !bytes.Equal(b, again) {
		return fmt.Errorf("%w: not the deterministic encoding", ErrMessage)
	}
	return nil
}
