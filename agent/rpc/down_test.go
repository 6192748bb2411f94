package rpc

import (
	"context"

	"chipid/agent/catalogue"
	"chipid/agent/child"
	"chipid/agent/reading"
	"chipid/cardlib/readers"
)

// down is a desk on a computer without a smart-card service.
type down struct{ children }

func (*down) State() (reading.State, <-chan struct{}) {
	return reading.State{Service: readers.ErrNoService}, nil
}

func (*down) Hold(context.Context, reading.Request, child.Terms, func(context.Context, reading.Held) error) error {
	return &reading.Error{Code: catalogue.PCSCNotBuilt, Err: readers.ErrNotBuilt}
}

func (*down) Read(context.Context, reading.Request) (*reading.Outcome, error) {
	return nil, &reading.Error{Code: catalogue.PCSCNotBuilt, Err: readers.ErrNotBuilt}
}
