package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"chipid/agent/catalogue"
	"chipid/agent/consent"
	"chipid/agent/gateway"
	"chipid/mock-reader/inproc"
)

// defaultPort is the first of the eight ports, 9590 to 9597, that clients try.
const defaultPort = 9590

// serve is `chipid-agent serve`.
func serve(ctx context.Context, c console, args []string) int {
	var o agentOptions
	set := newFlags("serve")
	var origins, trusted, cards list
	lang := set.String("lang", "vi", "")
	verbose := set.Bool("verbose", false, "")
	set.IntVar(&o.port, "port", defaultPort, "")
	set.BoolVar(&o.mock, "mock", false, "")
	set.Var(&origins, "origin", "")
	set.Var(&trusted, "trust", "")
	set.Var(&cards, "mock-card", "")
	if code, done := c.parse(set, args, lang); done {
		return code
	}
	if len(cards) > 0 && !o.mock {
		return c.fail(catalogue.Usage, "--mock-card needs --mock", *lang, false)
	}
	o.origins, o.trust, o.cards, o.log = origins, trusted, cards, newLog(c, *verbose)
	if o.mock && len(o.cards) == 0 {
		o.cards = inproc.Personas()
	}
	a, err := newAgent(o)
	if err != nil {
		return c.failStart(err, *lang)
	}
	for _, address := range a.listeners.Addresses() {
		fmt.Fprintf(c.out, "chipid-agent %s: ws://%s%s\n", version, address, gateway.PathSocket)
	}
	if len(origins) == 0 {
		o.log.Warn("no --origin: no page can connect")
	}
	if err := a.run(ctx); err != nil {
		o.log.Error("stopped", "why", err)
		return catalogue.ExitTrouble
	}
	o.log.Info("stopped")
	return stopCode(ctx)
}

// newLog writes to stderr; neither level tells of persons.
func newLog(c console, verbose bool) *slog.Logger {
	level := slog.LevelWarn
	if verbose {
		level = slog.LevelInfo
	}
	return slog.New(slog.NewTextHandler(c.err, &slog.HandlerOptions{Level: level}))
}

// failStart says why the agent cannot start.
func (c console) failStart(err error, lang string) int {
	switch {
	case errors.Is(err, consent.ErrOrigin):
		return c.fail(catalogue.OriginInvalid, err.Error(), lang, false)
	case errors.Is(err, errTrust):
		return c.fail(catalogue.TrustUnreadable, err.Error(), lang, false)
	case errors.Is(err, errMock):
		return c.fail(catalogue.Usage, err.Error(), lang, false)
	case errors.Is(err, gateway.ErrPort):
		return c.fail(catalogue.PortUnavailable, err.Error(), lang, false)
	}
	return c.fail(catalogue.Internal, err.Error(), lang, false)
}
