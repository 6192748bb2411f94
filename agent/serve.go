package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"

	"chipid/agent/catalogue"
	"chipid/agent/config"
	"chipid/agent/consent"
	"chipid/agent/gateway"
	"chipid/mock-reader/inproc"
)

// serve is `chipid-agent serve`.
func serve(ctx context.Context, c console, args []string) int {
	set := newFlags("serve")
	files := newFileFlags(set)
	var origins, trusted, cards list
	lang := set.String("lang", "vi", "")
	verbose := set.Bool("verbose", false, "")
	port := set.Int("port", 0, "")
	mock := set.Bool("mock", false, "")
	page := set.Bool("console", false, "")
	set.Var(&origins, "origin", "")
	set.Var(&trusted, "trust", "")
	set.Var(&cards, "mock-card", "")
	var m mockFlags
	m.flags(set)
	if code, done := c.parse(set, args, lang); done {
		return code
	}
	flags := map[string]any{}
	set.Visit(func(f *flag.Flag) {
		switch f.Name {
		case "port":
			flags[config.Port] = int64(*port)
		case "mock":
			flags[config.Mock] = *mock
		case "origin":
			flags[config.Origins] = []string(origins)
		case "trust":
			flags[config.Trust] = []string(trusted)
		case "lang":
			flags[config.Language] = *lang
		case "verbose":
			flags[config.LogLevel] = map[bool]string{true: "info", false: "warn"}[*verbose]
		}
	})
	s, err := files.load(flags)
	if err != nil {
		return c.failFiles(err, *lang, false)
	}
	return c.serveWith(ctx, s, cards, m, *page)
}

// serveWith runs the agent that the settings describe; page: the officer's page is
// opened too, that of the agent that runs already if there is one.
func (c console) serveWith(ctx context.Context, s settings, cards []string, m mockFlags, page bool) int {
	lang := s.Text(config.Language)
	if len(cards) > 0 && !s.Bool(config.Mock) {
		return c.fail(catalogue.Usage, "--mock-card needs --mock", lang, false)
	}
	if len(cards) == 0 && s.Bool(config.Mock) {
		cards = inproc.Personas()
	}
	level := &slog.LevelVar{}
	level.Set(levelOf(s.Config))
	log := slog.New(slog.NewTextHandler(c.err, &slog.HandlerOptions{Level: level}))
	if s.policyProblem != nil {
		log.Error("policy: not used", "why", s.policyProblem)
	}
	mocks, err := m.open(s.Bool(config.Mock), cards)
	if err != nil {
		return c.failMocks(err, lang)
	}
	a, code := c.start(ctx, agentOptions{settings: s, cards: cards, source: mocks.source, log: log, level: level, desktop: true}, lang)
	if a == nil {
		mocks.close()
		if page && code == 0 {
			return c.openRunning(ctx, s, lang)
		}
		return code
	}
	c.sayAddresses(version, a.listeners.Addresses())
	for _, address := range a.secureAddresses() {
		fmt.Fprintf(c.out, "chipid-agent %s: wss://%s%s\n", version, address, gateway.PathSocket)
	}
	if mocks.room != nil {
		fmt.Fprintf(c.out, "desk: %s\n", mocks.room.Address())
	}
	if page {
		a.openPage()
	}
	if err := mocks.run(ctx, a.run); err != nil {
		log.Error("stopped", "why", err)
		return catalogue.ExitTrouble
	}
	log.Info("stopped")
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
	case errors.Is(err, errState):
		return c.fail(catalogue.StateUnusable, err.Error(), lang, false)
	case errors.Is(err, gateway.ErrPort):
		return c.fail(catalogue.PortUnavailable, err.Error(), lang, false)
	}
	return c.fail(catalogue.Internal, err.Error(), lang, false)
}
