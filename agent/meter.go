package main

import (
	"fmt"
	"io"
	"os"

	"chipid/agent/catalogue"
	"chipid/cardlib"
)

// meter shows the progress of a read on the terminal: one line that changes, or
// a line per stage where output goes elsewhere. It says nothing with --json.
type meter struct {
	out      io.Writer
	lang     string
	terminal bool
	last     cardlib.Progress
	open     bool
}

func (c console) newMeter(o readOptions) *meter {
	m := &meter{out: c.err, lang: o.lang}
	if o.json {
		m.out = nil
	}
	if f, ok := c.err.(*os.File); ok {
		info, err := f.Stat()
		m.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return m
}

// step implements the Progress of a reading.Request.
func (m *meter) step(p cardlib.Progress) {
	if m.out == nil || p.Stage == m.last.Stage && (!m.terminal || p.Percent == m.last.Percent) {
		return
	}
	m.last = p
	words := catalogue.StageOf(string(p.Stage)).What.In(m.lang)
	if m.terminal {
		fmt.Fprintf(m.out, "\r\x1b[K%3d %%  %s", p.Percent, words)
		m.open = true
		return
	}
	fmt.Fprintf(m.out, "%3d %%  %s\n", p.Percent, words)
}

// end closes the changing line.
func (m *meter) end() {
	if m.open {
		fmt.Fprintln(m.out)
		m.open = false
	}
}
