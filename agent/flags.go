package main

import (
	"errors"
	"flag"
	"io"
	"slices"
	"strings"

	"chipid/agent/catalogue"
)

// list is a flag that can be given several times.
type list []string

func (l *list) String() string     { return strings.Join(*l, ", ") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

// newFlags makes an empty set; its messages are ours, from the catalogue.
func newFlags(command string) *flag.FlagSet {
	set := flag.NewFlagSet(command, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	return set
}

// parse reads the flags. done is true if the command is over, with its exit code.
func (c console) parse(set *flag.FlagSet, args []string, lang *string) (code int, done bool) {
	err := set.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		showHelp(c.out, set.Name())
		return 0, true
	case err != nil:
		return c.fail(catalogue.Usage, hideValue(err.Error()), langOf(lang), wantsJSON(args)), true
	case set.NArg() > 0:
		return c.fail(catalogue.Usage, "arguments that belong to no option", langOf(lang), wantsJSON(args)), true
	case lang != nil && *lang != "vi" && *lang != "en":
		return c.fail(catalogue.Usage, "--lang: vi | en", "vi", wantsJSON(args)), true
	}
	return 0, false
}

// hideValue takes the value out of the flag package's complaints: it could be a
// key that was put behind the wrong option.
func hideValue(complaint string) string {
	if before, after, ok := strings.Cut(complaint, `value "`); ok {
		if _, rest, ok := strings.Cut(after, `" for `); ok {
			return before + "value for " + rest
		}
	}
	return complaint
}

func langOf(lang *string) string {
	if lang == nil {
		return "vi"
	}
	return *lang
}

// wantsJSON tells, before flags are parsed, whether the output is for a program.
func wantsJSON(args []string) bool {
	return slices.ContainsFunc(args, func(a string) bool { return a == "--json" || a == "-json" })
}
