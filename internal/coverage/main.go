package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
)

// Exit codes.
const (
	exitExplained   = 0
	exitUnexplained = 1
	exitUsage       = 2
)

// module is the path that profiles name files by.
const module = "chipid/"

func main() { os.Exit(run(os.Args[1:], ".", os.Stderr)) }

// run is the command without the process around it: the document to write, and the
// profiles. root is the module's folder.
func run(args []string, root string, trouble io.Writer) int {
	if len(args) < 2 {
		fmt.Fprintln(trouble, "usage: coverage DOCUMENT PROFILE…")
		return exitUsage
	}
	p := profile{}
	for _, name := range args[1:] {
		if err := p.read(name); err != nil {
			fmt.Fprintln(trouble, err)
			return exitUsage
		}
	}
	rooms, err := p.rooms(root)
	if err != nil {
		fmt.Fprintln(trouble, err)
		return exitUsage
	}
	var document bytes.Buffer
	write(&document, rooms)
	if err := os.WriteFile(args[0], document.Bytes(), 0o644); err != nil {
		fmt.Fprintln(trouble, err)
		return exitUsage
	}
	unexplained := 0
	for _, r := range rooms {
		for _, g := range r.gaps {
			if g.why == "" {
				unexplained++
				fmt.Fprintf(trouble, "%s: %s: no test runs this and no reason is given: %s\n", g.place(), g.function, strings.Join(strings.Fields(g.source), " "))
			}
		}
	}
	if unexplained > 0 {
		return exitUnexplained
	}
	return exitExplained
}
