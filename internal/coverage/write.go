package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// write makes the document.
func write(w io.Writer, rooms []room) {
	fmt.Fprint(w, `# Coverage of cardlib

Made by `+"`make coverage`"+`; not to be edited. Statements of each room that the tests of cardlib, the matrix, the evidence and matrix
tests of the mock reader and, with a pcscd, the tests of real readers run. What runs only under a fuzz target does not count.

| room | statements | covered |
|---|---|---|
`)
	statements, ran := 0, 0
	for _, r := range rooms {
		fmt.Fprintf(w, "| `%s` | %d | %.1f %% |\n", r.path, r.statements, 100*float64(r.ran)/float64(r.statements))
		statements, ran = statements+r.statements, ran+r.ran
	}
	fmt.Fprintf(w, "| all | %d | %.1f %% |\n", statements, 100*float64(ran)/float64(max(1, statements)))
	fmt.Fprint(w, "\n## What no test runs, and why\n")
	for _, why := range order(rooms) {
		fmt.Fprintf(w, "\n### %s\n\n", why)
		for _, r := range rooms {
			if places := placesOf(r, why); len(places) > 0 {
				fmt.Fprintf(w, "- `%s`: %s\n", r.path, strings.Join(places, ", "))
			}
		}
	}
}

// order lists the reasons that occur, the rarest first.
func order(rooms []room) []string {
	count := map[string]int{}
	for _, r := range rooms {
		for _, g := range r.gaps {
			count[g.why]++
		}
	}
	var all []string
	for why := range count {
		all = append(all, why)
	}
	slices.SortFunc(all, func(a, b string) int {
		if count[a] != count[b] {
			return count[a] - count[b]
		}
		return strings.Compare(a, b)
	})
	return all
}

// placesOf are the functions of a room with gaps of one reason, each once.
func placesOf(r room, why string) []string {
	var names []string
	for _, g := range r.gaps {
		if name := "`" + g.function + "`"; g.why == why && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
