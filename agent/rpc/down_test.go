package rpc

import (
	"context"

	"chipid/agent/catalogue"
	"chipid/agent/reading"
	"chipid/cardlib"
	"chipid/cardlib/readers"
)

// down is a desk on a computer without a smart-card service.
type down struct{}

func (*down) State() (reading.State, <-chan struct{}) {
	return reading.State{Service: readers.ErrNoService}, nil
}

func (*down) Hold(context.Context, reading.Request, func(context.Context, *cardlib.Opened, reading.Reader) error) error {
	return &reading.Error{Code: catalogue.PCSCNotBuilt, Err: readers.ErrNotBuilt}
}

func (*down) Read(context.Context, reading.Request) (*reading.Outcome, error) {
	return nil, &reading.Error{Code: catalogue.PCSCNotBuilt, Err: readers.ErrNotBuilt}
}
