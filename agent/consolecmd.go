package main

import (
	"context"
	"fmt"

	"chipid/agent/catalogue"
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
	if *only {
		fmt.Fprintln(r.out, said.Link)
		return 0
	}
	return r.openLink(said.Link)
}

// openLink opens an address of the officer's page, or prints it where there is no browser.
func (c console) openLink(link string) int {
	if desktop.Open(link) != nil {
		fmt.Fprintln(c.out, link)
	}
	return 0
}

// openRunning opens the officer's page of the agent that runs already.
func (c console) openRunning(ctx context.Context, s settings, lang string) int {
	said, err := control.Call(ctx, s.control(), control.Request{Op: control.OpConsole})
	switch {
	case err != nil:
		return c.fail(catalogue.AgentNotRunning, "", lang, false)
	case said.Code != "":
		return c.fail(catalogue.Code(said.Code), "", lang, false)
	}
	return c.openLink(said.Link)
}
