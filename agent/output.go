package main

import (
	"encoding/json"
	"fmt"
	"io"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
)

// printJSON writes v on one line, with nothing beside it.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// fail says an error and returns its exit code.
func (c console) fail(code catalogue.Code, detail, lang string, asJSON bool) int {
	return c.failure(answer.NewFailure(code, detail), lang, asJSON)
}

// failure says an error: to programs on stdout, to people on stderr.
func (c console) failure(f answer.Failure, lang string, asJSON bool) int {
	if asJSON {
		if err := printJSON(c.out, map[string]answer.Failure{"error": f}); err != nil {
			return catalogue.ExitTrouble
		}
	} else {
		fmt.Fprintf(c.err, "%s: %s\n", f.Code, f.Messages.In(lang))
		if f.Detail != "" {
			fmt.Fprintf(c.err, "  (%s)\n", f.Detail)
		}
		fmt.Fprintf(c.err, "→ %s\n", f.Remedy.In(lang))
	}
	return catalogue.Of(f.Code).Exit
}
