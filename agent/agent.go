package main

import (
	"context"
	"errors"
	"log/slog"

	"chipid/agent/consent"
	"chipid/agent/gateway"
	"chipid/agent/reading"
	"chipid/agent/rpc"
	"chipid/cardlib/pcsc"
	"chipid/cardlib/readers"
	"chipid/mock-reader/inproc"
)

// agentOptions say what an agent is made of.
type agentOptions struct {
	port    int
	origins []string
	trust   []string
	// mock tells that mock readers may be offered and are judged against the test
	// CSCA, which is trusted for nothing else; cards are the cards in them.
	mock  bool
	cards []string
	// source stands for all readers, those of the system and of the mock; nil for these.
	source readers.Source
	log    *slog.Logger
}

// agent is a running set of desk, protocol and gateway.
type agent struct {
	listeners *gateway.Listeners
	server    *gateway.Server
	desk      *reading.Desk
}

// newAgent opens the port and puts everything together. Errors: gateway.ErrPort,
// consent.ErrOrigin, errTrust, errMock.
func newAgent(o agentOptions) (*agent, error) {
	admitter, err := consent.NewRun(o.origins...)
	if err != nil {
		return nil, err
	}
	real, test, problems, err := trustStores(o.trust, o.mock)
	if err != nil {
		return nil, errors.Join(errTrust, err)
	}
	for _, p := range problems {
		o.log.Warn("trust: not used", "file", p.Source, "why", p.Err)
	}
	source, err := o.readers()
	if err != nil {
		return nil, errors.Join(errMock, err)
	}
	a := &agent{}
	a.desk = reading.New(reading.Config{Source: source, Trust: trustOf(real, test), BuildDate: built(), Log: o.log})
	limits := gateway.DefaultLimits()
	handler, err := rpc.New(rpc.Config{Desk: a.desk, Version: version, Mock: o.mock, Limits: limits, Log: o.log})
	if err != nil {
		return nil, err
	}
	if a.listeners, err = gateway.Listen(o.port); err != nil {
		return nil, err
	}
	a.server = gateway.New(a.listeners, gateway.Config{Admitter: admitter, Handler: handler, Limits: limits, Log: o.log})
	return a, nil
}

// readers puts the sources of readers together.
func (o agentOptions) readers() (readers.Source, error) {
	switch {
	case o.source != nil:
		return o.source, nil
	case !o.mock:
		return pcsc.New(), nil
	}
	test, err := inproc.New(o.cards...)
	if err != nil {
		return nil, err
	}
	return readers.Join(pcsc.New(), test), nil
}

var (
	errTrust = errors.New("trust cannot be read")
	errMock  = errors.New("no such mock card")
)

// run works until ctx ends or a part fails, and returns when nothing is left.
// Clients go before the readers, so that they hear why.
func (a *agent) run(ctx context.Context) error {
	deskCtx, stopDesk := context.WithCancel(context.WithoutCancel(ctx))
	defer stopDesk()
	serveCtx, stopServing := context.WithCancel(ctx)
	defer stopServing()
	deskDone := make(chan error, 1)
	go func() {
		err := a.desk.Run(deskCtx)
		stopServing()
		deskDone <- err
	}()
	err := a.server.Run(serveCtx)
	stopDesk()
	return errors.Join(err, <-deskDone)
}
