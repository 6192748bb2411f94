package roster

import (
	"errors"
	"fmt"
	"strings"
)

// Problem is something wrong in a file.
type Problem struct {
	File string
	// Line counts from 1; 0 if the problem is with the whole file.
	Line int
	// Field is the key that it is about ("dateOfBirth", "portrait.file"), or empty.
	Field string
	// Vi and En say what is wrong.
	Vi, En string
}

func (p Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	if p.Field != "" {
		fmt.Fprintf(&b, ": %s", p.Field)
	}
	fmt.Fprintf(&b, ": %s / %s", p.Vi, p.En)
	return b.String()
}

// Problems are all that is wrong in a file, in the order of its lines.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// maxProblems bounds how much is said about one file.
const maxProblems = 100

// fault is what is wrong with one value, in both languages.
type fault struct{ vi, en string }

func (f *fault) Error() string { return f.vi + " / " + f.en }

func wrong(vi, en string) error { return &fault{vi, en} }

// wrongf formats both texts with the same values.
func wrongf(vi, en string, values ...any) error {
	return &fault{fmt.Sprintf(vi, values...), fmt.Sprintf(en, values...)}
}

// texts takes a fault apart; other errors are said in their own words.
func texts(err error) (vi, en string) {
	var f *fault
	if errors.As(err, &f) {
		return f.vi, f.en
	}
	return "lỗi", err.Error()
}
