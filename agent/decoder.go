package main

import (
	"io"
	"log/slog"
	"os"
	"runtime"
	"sync"

	"chipid/agent/child"
	"chipid/agent/reading"
	"chipid/cardlib/portrait"
	"chipid/cardlib/portrait/decoder"
	"chipid/cardlib/trust"
)

// asChild is the program as one of its children: the one that reads a card and the
// one that decodes a portrait. These hidden sub-commands are no commands of a
// person's, so that they stand beside them: no help, no signals, nothing of ours is
// loaded.
func asChild(args []string, in io.Reader, out io.Writer) (code int, done bool) {
	if len(args) != 1 {
		return 0, false
	}
	switch args[0] {
	case portrait.SubCommand:
		return decoder.Main(in, out), true
	case child.SubCommand:
		return child.Main(in, out, child.Surroundings{Trust: (&ownTrust{}).of, Portraits: portraits(slog.New(slog.DiscardHandler)), BuildDate: built()}), true
	}
	return 0, false
}

// children start a process for each read; without one where the program does not
// know its own file, and nothing is read then.
func children(log *slog.Logger) child.Process {
	self, err := os.Executable()
	if err != nil {
		log.Error("cards cannot be read", "why", err)
	}
	// An upgrade puts another file in the place of ours: the two need not speak alike.
	const running = "/proc/self/exe"
	if _, err := os.Stat(running); err == nil && runtime.GOOS == "linux" {
		self = running
	}
	return child.Process{Program: self, Args: []string{child.SubCommand}}
}

// ownTrust is what a child judges cards against: it reads the files itself, while
// the card is opened.
type ownTrust struct {
	once       sync.Once
	real, test *trust.Store
}

func (o *ownTrust) of(t child.Trust, reader string) *trust.Store {
	o.once.Do(func() { o.real, o.test, _, _ = trustStores(t.Paths, t.Test) }) // the agent has said what cannot be used
	return trustOf(o.real, o.test)(reading.Reader{Name: reader})
}

// portraits makes photos that browsers show, in a child process where that takes
// a decoder; without one where the program does not know its own file.
func portraits(log *slog.Logger) *portrait.Renderer {
	r, err := portrait.New()
	if err != nil {
		log.Warn("portraits in JPEG 2000 cannot be shown", "why", err)
		return nil
	}
	return r
}
