package main

import (
	"context"
	"fmt"

	"chipid/agent/control"
	"chipid/internal/desktop"
)

// openConsole is `chipid-agent console`: the officer's page of the running agent.
func openConsole(ctx context.Context, c console, args []string) int {
	r := c.newRequest("console")
	only := r.set.Bool("print", false, "")
	if code, done := r.read(args, 0); done {
		return code
	}
	said, code, ok := r.ask(ctx, control.Request{Op: control.OpConsole})
	if !ok {
		return code
	}
	if r.json {
		return r.print(map[string]string{"link": said.Link})
	}
	if *only || desktop.Open(said.Link) != nil {
		fmt.Fprintln(r.out, said.Link)
	}
	return 0
}
