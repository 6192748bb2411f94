package trace

import "strings"

// Filter chooses lines; the zero Filter takes all.
type Filter struct {
	// Reader takes the lines of one reader only.
	Reader string
	// Text must stand in the command's name, a meaning, a clause, a file, a status word,
	// or what is readable of the answer; letters of either case, in either language.
	Text string
	// Trouble takes only what went wrong.
	Trouble bool
	// NoReads leaves out READ BINARY that went well: nine tenths of any trace.
	NoReads bool
}

// Takes tells whether the filter takes a line.
func (f Filter) Takes(l *Line) bool {
	switch {
	case f.Reader != "" && f.Reader != l.Reader:
		return false
	case f.Trouble && !l.Trouble():
		return false
	case f.NoReads && l.Exchange != nil && !l.Trouble() && strings.HasPrefix(l.Name, "READ BINARY"):
		return false
	}
	return f.Text == "" || contains(l, strings.ToLower(f.Text))
}

func contains(l *Line, wanted string) bool {
	texts := []string{l.Name, l.Meaning.Vi, l.Meaning.En, string(l.Kind), l.Card}
	if x := l.Exchange; x != nil {
		texts = append(texts, x.Clause, x.File, x.SW, x.SWMeaning.Vi, x.SWMeaning.En, x.PlainText)
		texts = append(texts, x.Broken...)
		texts = append(texts, x.Faults...)
	}
	for _, text := range texts {
		if strings.Contains(strings.ToLower(text), wanted) {
			return true
		}
	}
	return false
}

// Choose returns the lines that f takes.
func (f Filter) Choose(lines []Line) []Line {
	chosen := []Line{}
	for i := range lines {
		if f.Takes(&lines[i]) {
			chosen = append(chosen, lines[i])
		}
	}
	return chosen
}
