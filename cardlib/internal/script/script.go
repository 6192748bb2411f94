// Package script is a Card for tests that plays a conversation: it wants each
// command byte for byte and gives the answer written beside it. The worked
// examples of the standards are such conversations.
//
// What may not live here: anything that makes up an answer.
package script

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"chipid/cardlib/apdu"
)

// Step is a command and its answer, in hex; spaces and line ends are ignored.
// Fault makes the exchange fail instead of answering.
type Step struct {
	Command, Answer string
	Fault           error
}

// Card plays steps. The zero value wants no command at all.
type Card struct {
	Steps []Step
	// Link is what LinkInfo tells.
	Link apdu.LinkInfo
	// Resets counts Reset.
	Resets int
	next   int
}

// Transmit implements apdu.Card. A command that is not the next one is an error.
func (c *Card) Transmit(_ context.Context, cmd apdu.Command) (apdu.Response, error) {
	raw, err := cmd.Bytes()
	if err != nil {
		return apdu.Response{}, err
	}
	if c.next == len(c.Steps) {
		return apdu.Response{}, fmt.Errorf("script: one command too many: %X", raw)
	}
	step := c.Steps[c.next]
	if want := Hex(step.Command); string(want) != string(raw) {
		return apdu.Response{}, fmt.Errorf("script: command %d:\n got %X\nwant %X", c.next, raw, want)
	}
	c.next++
	if step.Fault != nil {
		return apdu.Response{}, step.Fault
	}
	return apdu.ParseResponse(Hex(step.Answer))
}

// Done tells whether every step was played.
func (c *Card) Done() bool { return c.next == len(c.Steps) }

// Reset implements apdu.Resetter.
func (c *Card) Reset(context.Context) error {
	c.Resets++
	return nil
}

// LinkInfo implements apdu.Linked.
func (c *Card) LinkInfo() apdu.LinkInfo { return c.Link }

// Func is a Card made of a function, for chips that think.
type Func func(cmd apdu.Command) (apdu.Response, error)

// Transmit implements apdu.Card.
func (f Func) Transmit(_ context.Context, cmd apdu.Command) (apdu.Response, error) { return f(cmd) }

// Hex decodes hex with spaces and line ends; anything else panics.
func Hex(s string) []byte {
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		panic("script: " + err.Error())
	}
	return b
}
