package trace

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Format and Version mark a saved trace.
const (
	Format  = "chipid-trace"
	Version = 1
)

// maxFile bounds a saved trace that is loaded, in bytes.
const maxFile = 256 << 20

// ErrFile: not a saved trace.
var ErrFile = errors.New("trace: not a saved trace")

// Saved is a trace as a file holds it.
type Saved struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	Lines   []Line `json:"lines"`
}

// NewSaved makes what is saved of lines.
func NewSaved(lines []Line) Saved {
	if lines == nil {
		lines = []Line{}
	}
	return Saved{Format, Version, lines}
}

// Write saves lines as JSON.
func Write(w io.Writer, lines []Line) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	return encoder.Encode(NewSaved(lines))
}

// Read loads what Write saved. The error is an [ErrFile] if it is something
// else, or larger than 256 MiB.
func Read(r io.Reader) ([]Line, error) {
	limited := io.LimitReader(r, maxFile)
	var s Saved
	if err := json.NewDecoder(limited).Decode(&s); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFile, err)
	}
	if s.Format != Format || s.Version != Version {
		return nil, fmt.Errorf("%w: format %q, version %d", ErrFile, s.Format, s.Version)
	}
	return s.Lines, nil
}
