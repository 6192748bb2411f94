package console

import (
	"context"

	"chipid/agent/answer"
	"chipid/agent/consent"
)

// Agent is what the page shows and what it can do.
type Agent interface {
	// Watch calls show at once and after every change, until ctx ends.
	Watch(ctx context.Context, show func(State))
	// Do carries out what the officer wants, and says why not.
	Do(ctx context.Context, a Action) (any, *answer.Failure)
}

// What is the name of an action.
type What string

// The actions.
const (
	// OpenPairing lets new pages ask for two minutes; ClosePairing ends that.
	OpenPairing  What = "openPairing"
	ClosePairing What = "closePairing"
	// Answer decides the question ID.
	Answer What = "answer"
	// EndRead ends the read ID.
	EndRead What = "endRead"
	// Choose gives Caller the turn.
	Choose What = "choose"
	// Revoke takes the grant of Caller back.
	Revoke What = "revoke"
	// Examine looks at this computer: the result is a list of [Check].
	Examine What = "examine"
	// Support looks too: the result is a [Bundle] for the support.
	Support What = "support"
	// Speak changes the agent's language to Language: the result is whether it is kept
	// over the next start.
	Speak What = "speak"
)

// Action is one wish of the officer.
type Action struct {
	What     What              `json:"what"`
	ID       string            `json:"id,omitempty"`
	Caller   string            `json:"caller,omitempty"`
	Decision *consent.Decision `json:"decision,omitempty"`
	// Language is "vi" or "en".
	Language string `json:"language,omitempty"`
}
