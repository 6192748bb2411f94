package script

import (
	"fmt"
	"strings"

	"chipid/mock-reader/rack"
	"chipid/mock-reader/trace"
)

// shownLines is how much of the trace a failure quotes.
const shownLines = 12

// happened is what the trace tells since the card was put in.
type happened struct {
	read     map[uint16]bool
	access   string
	broken   []string
	torn     bool
	commands int
}

// look reads the lines of a reader.
func look(lines []trace.Line) happened {
	h := happened{read: map[uint16]bool{}, access: "none"}
	for i := range lines {
		l := &lines[i]
		if l.Kind == trace.Torn {
			h.torn = true
		}
		if l.Exchange == nil {
			continue
		}
		h.commands++
		h.broken = append(h.broken, l.Broken...)
		if l.Length > 0 && len(l.PlainResponse) > 2 {
			h.read[trace.FileID(l.File)] = true
		}
		if way := opened(l); way != "" {
			h.access = way
		}
	}
	return h
}

// opened tells whether a line is the last of an access protocol that succeeded.
func opened(l *trace.Line) string {
	if l.SW != "9000" || l.Secured {
		return ""
	}
	switch {
	case strings.HasPrefix(l.Name, "EXTERNAL AUTHENTICATE"):
		return "BAC"
	case strings.HasPrefix(l.Name, "GENERAL AUTHENTICATE"):
		for _, p := range l.Parts {
			if p.From == "response" && p.Tag == "86" {
				return "PACE"
			}
		}
	}
	return ""
}

// expectTrace holds what happened at a reader against what is expected.
func (r *runner) expectTrace(slot *rack.Slot, e *Expect) error {
	lines, _ := r.stage.Rack.Tape().Since(r.inserted)
	lines = trace.Filter{Reader: slot.Name()}.Choose(lines)
	if err := e.holds(look(lines), lines, slot.State().Card != ""); err != nil {
		return fmt.Errorf("%w%s", err, quote(lines))
	}
	return nil
}

// holds returns the first thing that does not hold.
func (e *Expect) holds(h happened, lines []trace.Line, in bool) error {
	switch {
	case e.Card == "in" && !in, e.Card == "out" && in:
		return fmt.Errorf("the card is not %s", e.Card)
	case e.Torn != nil && *e.Torn != h.torn:
		return fmt.Errorf("torn: %v, not %v", h.torn, *e.Torn)
	case e.Access != "" && e.Access != h.access:
		return fmt.Errorf("opened by %s, not %s", h.access, e.Access)
	case e.Unbroken && len(h.broken) > 0:
		return fmt.Errorf("the reader broke: %s", strings.Join(h.broken, "; "))
	case e.Broken != "" && !strings.Contains(strings.Join(h.broken, "\n"), e.Broken):
		return fmt.Errorf("the reader did not break %q", e.Broken)
	case e.Commands != nil && (h.commands < e.Commands.Min || e.Commands.Max > 0 && h.commands > e.Commands.Max):
		return fmt.Errorf("%d commands", h.commands)
	case e.Text != "" && len(trace.Filter{Text: e.Text}.Choose(lines)) == 0:
		return fmt.Errorf("no line of the trace has %q", e.Text)
	}
	for _, f := range e.Read {
		if !h.read[trace.FileID(f)] {
			return fmt.Errorf("nothing was read of %s", f)
		}
	}
	for _, f := range e.NotRead {
		if h.read[trace.FileID(f)] {
			return fmt.Errorf("%s was read", f)
		}
	}
	return nil
}

// quote is the end of the trace.
func quote(lines []trace.Line) string {
	var b strings.Builder
	b.WriteString("\ntrace:")
	if len(lines) == 0 {
		b.WriteString("\n  (nothing was said to the card)")
	}
	for i := max(0, len(lines)-shownLines); i < len(lines); i++ {
		fmt.Fprintf(&b, "\n  %s", lines[i].String())
	}
	return b.String()
}
