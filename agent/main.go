package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"chipid/agent/catalogue"
)

// console is where a command reads and writes; tests have their own.
type console struct {
	in       io.Reader
	out, err io.Writer
}

// commands are the sub-commands. Each returns the exit code of the process.
var commands = map[string]func(context.Context, console, []string) int{
	"serve":    serve,
	"read":     read,
	"trust":    trustCommand,
	"readers":  listReaders,
	"probe":    runProbe,
	"demo":     runDemo,
	"evidence": makeEvidence,
	"verify":   verifyEvidence,
	"version":  showVersion,
	"origins":  origins,
	"clients":  clients,
	"pair":     pair,
	"audit":    auditCommand,
	"config":   configCommand,
	"doctor":   runDoctor,
	"wss":      wssCommand,
	"console":  openConsole,
	"browsers": browsersCommand,
	"admin":    adminCommand,
}

func main() {
	if code, done := asChild(os.Args[1:], os.Stdin, os.Stdout); done {
		os.Exit(code)
	}
	ctx, stop := untilSignal(context.Background())
	code := run(ctx, console{os.Stdin, os.Stdout, os.Stderr}, os.Args[1:])
	stop()
	os.Exit(code)
}

// run carries one command out. A panic is an internal error with an exit code of
// its own: Go's would be that of wrong usage.
func run(ctx context.Context, c console, args []string) (code int) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintf(c.err, "chipid-agent: INTERNAL: %T\n", r) // its text may hold what was read
			code = catalogue.Of(catalogue.Internal).Exit
		}
	}()
	if len(args) == 0 {
		showHelp(c.err, "")
		return catalogue.ExitUsage
	}
	name, rest := args[0], args[1:]
	switch name {
	case "help", "--help", "-help", "-h":
		showHelp(c.out, first(rest))
		return 0
	case "--version", "-version":
		name = "version"
	}
	command, ok := commands[name]
	if !ok {
		return c.fail(catalogue.Usage, fmt.Sprintf("%q?", name), "vi", wantsJSON(rest))
	}
	return command(ctx, c, rest)
}

func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

func showVersion(_ context.Context, c console, args []string) int {
	if len(args) > 0 {
		return c.fail(catalogue.Usage, "version", "vi", false)
	}
	fmt.Fprintf(c.out, "chipid-agent %s\n", version)
	return 0
}
