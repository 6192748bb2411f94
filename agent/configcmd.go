package main

import (
	"context"
	"encoding/json"
	"fmt"

	"chipid/agent/config"
)

// configCommand is `chipid-agent config`.
var configCommand = dispatch("config", map[string]sub{"show": showConfig})

// shownConfig is `config show --json`.
type shownConfig struct {
	File   string         `json:"file"`
	State  string         `json:"state"`
	Admin  string         `json:"admin,omitempty"`
	Policy string         `json:"policyProblem,omitempty"`
	Values []config.Value `json:"values"`
}

// showConfig is `config show [--sources]`.
func showConfig(_ context.Context, c console, args []string) int {
	r := c.newRequest("config")
	sources := r.set.Bool("sources", false, "")
	if code, done := r.read(args, 0); done {
		return code
	}
	shown := shownConfig{File: r.places.File, State: r.places.State, Admin: r.admin.Folder(), Values: r.Values()}
	if r.policyProblem != nil {
		shown.Policy = r.policyProblem.Error()
	}
	if !*sources {
		for i := range shown.Values {
			shown.Values[i].Source, shown.Values[i].Where = "", ""
		}
	}
	if r.json {
		return r.print(shown)
	}
	for _, v := range shown.Values {
		b, err := json.Marshal(v.Value)
		if err != nil {
			b = nil
		}
		fmt.Fprintf(r.out, "%s = %s", v.Key, b)
		if *sources {
			fmt.Fprintf(r.out, "    # %s %s", v.Source, v.Where)
		}
		fmt.Fprintln(r.out)
	}
	if shown.Policy != "" {
		fmt.Fprintf(r.err, "policy: %s\n", shown.Policy)
	}
	return 0
}
