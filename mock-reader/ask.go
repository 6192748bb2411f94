package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"chipid/mock-reader/persona"
	"chipid/mock-reader/roster"
)

// questions are asked for what the flags did not say. An answer left empty takes
// what stands in brackets; without brackets the question comes again.
var questions = []struct{ key, vi, en, usual string }{
	{"name", "tên gọi ngắn (a-z, 0-9, -)", "short name (a-z, 0-9, -)", ""},
	{"fullName", "họ, chữ đệm và tên", "full name", ""},
	{"sex", "giới tính (nam, nữ)", "sex (male, female)", ""},
	{"dateOfBirth", "ngày sinh (dd/mm/yyyy)", "date of birth (yyyy-mm-dd)", ""},
	{"dateOfIssue", "ngày cấp", "date of issue", "2025-01-15"},
	{"placeOfResidence", "nơi thường trú", "place of residence", "Số 1, Xã Mẫu, Tỉnh Thử"},
}

// ask completes the values by asking, and once more for those that were wrong.
// A number that nobody gave is drawn.
func (f *newFlags) ask(values map[string]string, io streams) (persona.Persona, error) {
	asked := &dialogue{lines: bufio.NewScanner(io.in), io: io}
	const rounds = 3
	for round := 1; ; round++ {
		if err := asked.fill(values); err != nil {
			return persona.Persona{}, err
		}
		p, err := roster.One(f.withNumber(values), f.photo, f.folder())
		var problems roster.Problems
		if !errors.As(err, &problems) {
			return p, err
		}
		if values["number"] == "" && len(problems) > 1 {
			// No number could be drawn because of what else is wrong.
			problems = slices.DeleteFunc(problems, func(p roster.Problem) bool { return p.Field == "number" })
		}
		if round == rounds || !asked.again(values, problems) {
			return persona.Persona{}, &usageError{named(problems)}
		}
	}
}

// withNumber draws a number if there is none and what it depends on is right.
func (f *newFlags) withNumber(values map[string]string) map[string]string {
	if values["number"] != "" {
		return values
	}
	sex, birth, ok := roster.SexAndBirth(values)
	if !ok {
		return values // One says what is wrong
	}
	complete := map[string]string{"number": roster.NumberFor(f.seed+"/"+values["name"], sex, birth)}
	for key, value := range values {
		if key != "number" {
			complete[key] = value
		}
	}
	return complete
}

// folder is where photos are: that of the file to be written.
func (f *newFlags) folder() fs.FS { return os.DirFS(filepath.Dir(f.out)) }

// named says problems by their flags: nobody wrote a line of a file.
func named(problems roster.Problems) error {
	var all []error
	for _, p := range problems {
		all = append(all, fmt.Errorf("--%s: %s / %s", flagName(p.Field), p.Vi, p.En))
	}
	return errors.Join(all...)
}

// dialogue asks a person at the terminal.
type dialogue struct {
	lines *bufio.Scanner
	io    streams
	// given are the keys that were answered, not set by flags.
	given map[string]bool
}

// fill asks for the values that are missing.
func (d *dialogue) fill(values map[string]string) error {
	for _, q := range questions {
		for values[q.key] == "" {
			usual := ""
			if q.usual != "" {
				usual = " [" + q.usual + "]"
			}
			fmt.Fprintf(d.io.err, "%s / %s%s: ", q.vi, q.en, usual)
			if !d.lines.Scan() {
				fmt.Fprintln(d.io.err)
				return &usageError{fmt.Errorf("thiếu / missing --%s", flagName(q.key))}
			}
			answer := strings.TrimSpace(d.lines.Text())
			if answer == "" {
				answer = q.usual
			}
			values[q.key] = answer
			if d.given == nil {
				d.given = map[string]bool{}
			}
			d.given[q.key] = true
		}
	}
	return nil
}

// again forgets the answers that were wrong, so that they are asked for anew; it
// returns false if something else is wrong, which no answer can mend.
func (d *dialogue) again(values map[string]string, problems roster.Problems) bool {
	for _, p := range problems {
		if !d.given[p.Field] {
			return false
		}
	}
	for _, p := range problems {
		fmt.Fprintf(d.io.err, "%s: %s / %s\n", p.Field, p.Vi, p.En)
		delete(values, p.Field)
	}
	return true
}
