package main

import (
	"io"
	"log/slog"

	"chipid/cardlib/portrait"
	"chipid/cardlib/portrait/decoder"
)

// decodePortrait is the program as the child that decodes a portrait: the hidden
// sub-command that package portrait starts. It is no command of a person's, so
// that it stands beside them: no help, no signals, nothing of ours is loaded.
func decodePortrait(args []string, in io.Reader, out io.Writer) (code int, done bool) {
	if len(args) != 1 || args[0] != portrait.SubCommand {
		return 0, false
	}
	return decoder.Main(in, out), true
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
