package main

import (
	"context"
	"fmt"

	"chipid/agent/catalogue"
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
		a, err := newAgent(agentOptions{port: d.Port, origins: []string{d.Origin}, mock: true, source: d.Source, log: newLog(c, false)})
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
