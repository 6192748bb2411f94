package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"chipid/agent/catalogue"
	"chipid/agent/config"
	"chipid/agent/demo"
)

// runDemo is `chipid-agent demo`: an agent with the demo's reader alone, and the
// demo's pages beside it.
func runDemo(ctx context.Context, c console, args []string) int {
	set := newFlags("demo")
	options := demo.Flags(set)
	if code, done := c.parse(set, args, nil); done {
		return code
	}
	options.Out = c.out
	options.Serve = func(ctx context.Context, d demo.Agent) error {
		// What a demo grants and writes is nobody's record: it goes with the demo.
		dir, err := os.MkdirTemp("", "chipid-demo-")
		if err != nil {
			return err
		}
		defer remove(dir)
		s, err := demoSettings(dir, d)
		if err != nil {
			return err
		}
		a, err := newAgent(agentOptions{settings: s, source: d.Source, log: newLog(c, false)})
		if err != nil {
			return err
		}
		d.Ready(a.listeners.Port())
		return a.run(ctx)
	}
	if err := demo.Run(ctx, *options); err != nil {
		fmt.Fprintf(c.err, "chipid-agent demo: %v\n", err)
		return catalogue.ExitTrouble
	}
	return stopCode(ctx)
}

// demoSettings are those of an agent whose files lie in dir and that follows
// nobody's configuration.
func demoSettings(dir string, d demo.Agent) (settings, error) {
	s := settings{places: config.Places{File: filepath.Join(dir, "config.toml"), State: dir},
		flags: map[string]any{config.Port: int64(d.Port), config.Mock: true, config.Origins: []string{d.Origin}}}
	var err error
	s.Config, err = config.Load(config.Inputs{File: s.places.File, Flags: s.flags})
	return s, err
}
