package main

import (
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
)

// printJSON writes v on one line, with nothing beside it.
func printJSON(w io.Writer, v any) error {
	b, err := answer.Encode(v)
	if err != nil {
		return err
	}
	return printLine(w, b)
}

// printLine writes a line of JSON so that a stranger's words in it do nothing to a terminal:
// control and format characters are escaped, those too that JSON lets stand. The
// value is the same.
func printLine(w io.Writer, line []byte) error {
	out := make([]byte, 0, len(line)+1)
	for len(line) > 0 {
		c, size := utf8.DecodeRune(line)
		if unicode.In(c, unicode.C, unicode.Zl, unicode.Zp) {
			for _, unit := range utf16.AppendRune(nil, c) {
				out = fmt.Appendf(out, "\\u%04x", unit)
			}
		} else {
			out = append(out, line[:size]...)
		}
		line = line[size:]
	}
	_, err := w.Write(append(out, '\n'))
	return err
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
