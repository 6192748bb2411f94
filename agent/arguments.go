package main

import (
	"context"
	"errors"
	"flag"
	"time"

	"chipid/agent/catalogue"
	"chipid/agent/config"
	"chipid/agent/control"
)

// sub is a command of a command.
type sub func(context.Context, console, []string) int

// dispatch runs the sub-command that the first argument names.
func dispatch(name string, subs map[string]sub) sub {
	return func(ctx context.Context, c console, args []string) int {
		if len(args) == 0 || args[0] == "--help" || args[0] == "-h" || args[0] == "-help" {
			showHelp(c.out, name)
			if len(args) == 0 {
				return catalogue.ExitUsage
			}
			return 0
		}
		run, ok := subs[args[0]]
		if !ok {
			return c.fail(catalogue.Usage, name+" "+args[0]+"?", "vi", wantsJSON(args))
		}
		return run(ctx, c, args[1:])
	}
}

// request is what the sub-commands have in common.
type request struct {
	console
	settings
	set   *flag.FlagSet
	files *fileFlags
	lang  string
	json  bool
	// operands are the arguments that belong to no option.
	operands []string
}

// newRequest makes the options of a sub-command of the command.
func (c console) newRequest(command string) *request {
	r := &request{console: c, set: newFlags(command)}
	r.files = newFileFlags(r.set)
	r.set.StringVar(&r.lang, "lang", "vi", "")
	r.set.BoolVar(&r.json, "json", false, "")
	return r
}

// read parses the arguments, options and operands in any order, and loads the
// settings. done is true if the command is over, with its exit code.
func (r *request) read(args []string, operands int) (code int, done bool) {
	if code, done := r.parseArguments(args, operands); done {
		return code, true
	}
	var err error
	if r.settings, err = r.files.load(nil); err != nil {
		return r.failFiles(err, r.lang, r.json), true
	}
	r.speak()
	return 0, false
}

// speak takes the language of the settings where the command line names none.
func (r *request) speak() {
	named := false
	r.set.Visit(func(f *flag.Flag) { named = named || f.Name == "lang" })
	if !named {
		r.lang = r.Text(config.Language)
	}
}

// readSpared is read for a command that works with a configuration that is wrong, too.
func (r *request) readSpared(args []string, operands int) (code int, done bool) {
	if code, done := r.parseArguments(args, operands); done {
		return code, true
	}
	s, err := r.files.locate(nil)
	if err != nil {
		return r.failFiles(err, r.lang, r.json), true
	}
	r.settings = s.spared()
	r.speak()
	return 0, false
}

func (r *request) parseArguments(args []string, operands int) (code int, done bool) {
	asJSON := wantsJSON(args)
	for rest := args; ; rest = r.set.Args()[1:] {
		err := r.set.Parse(rest)
		switch {
		case errors.Is(err, flag.ErrHelp):
			showHelp(r.out, r.set.Name())
			return 0, true
		case err != nil:
			return r.fail(catalogue.Usage, hideValue(err.Error()), "vi", asJSON), true
		}
		if r.set.NArg() == 0 {
			break
		}
		r.operands = append(r.operands, r.set.Arg(0))
	}
	if len(r.operands) != operands || r.lang != "vi" && r.lang != "en" {
		return r.fail(catalogue.Usage, r.set.Name()+" --help", r.lang, r.json), true
	}
	return 0, false
}

// wrong says an error and returns its exit code.
func (r *request) wrong(code catalogue.Code, detail string) int {
	return r.fail(code, detail, r.lang, r.json)
}

// callTime is how long the running agent may take to answer a command.
const callTime = 5 * time.Second

// call asks the running agent.
func (r *request) call(ctx context.Context, q control.Request) (control.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	return control.Call(ctx, r.control(), q)
}

// tellAgent says that grants have changed. Without an agent there is nobody to
// tell; one that cannot be reached sees it by itself.
func (r *request) tellAgent(ctx context.Context) {
	_, _ = r.call(ctx, control.Request{Op: control.OpChanged})
}

// ask asks the running agent and says what went wrong; ok is false then.
func (r *request) ask(ctx context.Context, q control.Request) (response control.Response, code int, ok bool) {
	response, err := r.call(ctx, q)
	switch {
	case err != nil:
		return response, r.wrong(catalogue.AgentNotRunning, ""), false
	case response.Code != "":
		return response, r.wrong(catalogue.Code(response.Code), ""), false
	}
	return response, 0, true
}

// print writes v as JSON.
func (r *request) print(v any) int {
	if err := printJSON(r.out, v); err != nil {
		return catalogue.ExitTrouble
	}
	return 0
}
