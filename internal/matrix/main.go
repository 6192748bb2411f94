package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
)

// Exit codes.
const (
	exitPassed = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() { os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) }

// run is the command without the process around it.
func run(ctx context.Context, args []string, out, trouble io.Writer) int {
	flags := flag.NewFlagSet("matrix", flag.ContinueOnError)
	flags.SetOutput(trouble)
	asJSON := flags.Bool("json", false, "print one JSON object instead of lines")
	only := flags.String("run", "", "run only the cases whose id matches this regular expression")
	if err := flags.Parse(args); err != nil {
		return exitUsage
	}
	pattern, err := regexp.Compile(*only)
	if err != nil || flags.NArg() > 0 {
		fmt.Fprintln(trouble, "usage: matrix [--json] [--run REGEXP]")
		return exitUsage
	}
	var chosen []Case
	for _, c := range cases() {
		if pattern.MatchString(c.ID) {
			chosen = append(chosen, c)
		}
	}
	var each func(Result)
	if !*asJSON {
		each = func(r Result) { fmt.Fprintln(out, r) }
	}
	summary := runAll(ctx, chosen, each)
	if err := summary.write(out, *asJSON); err != nil {
		fmt.Fprintln(trouble, err)
		return exitFailed
	}
	if summary.Failed > 0 || len(chosen) == 0 {
		return exitFailed
	}
	return exitPassed
}
