package script

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"go.yaml.in/yaml/v3"
)

// Limits of a script.
const (
	maxFile  = 1 << 20
	maxSteps = 1000
	maxDepth = 3
	// maxReaders is the highest number of a reader.
	maxReaders = 16
)

// ErrScript: the file is no script; the text says where and why.
var ErrScript = errors.New("not a script")

// Script is a whole file.
type Script struct {
	Title string `yaml:"title"`
	// Readers are the ways in; the command line may name others instead.
	Readers []Reader `yaml:"readers"`
	Link    string   `yaml:"link"`
	// Timeout bounds the whole; 10 minutes if 0.
	Timeout Duration `yaml:"timeout"`
	Steps   []Step   `yaml:"steps"`
}

// Reader is a way in: exactly one of the two is set, an address as on the command line.
type Reader struct {
	VPCD   string `yaml:"vpcd"`
	Listen string `yaml:"listen"`
}

// Step is one thing to do. Exactly one of the fields up to ForEach is set, or
// Expect alone; Expect goes with Run and Finish too.
type Step struct {
	line int

	// Insert puts PERSONA[/SCENARIO] in, Remove takes the card out, Tear says where it
	// is torn away ("DG2 40%"), Link changes the link.
	Insert string `yaml:"insert"`
	Remove bool   `yaml:"remove"`
	Tear   string `yaml:"tear"`
	Link   string `yaml:"link"`
	// Wait waits; Until waits for something on the trace.
	Wait  Duration `yaml:"wait"`
	Until *Until   `yaml:"until"`
	// Run starts a program and waits for its end; Start leaves it running under a
	// name, Finish waits for it, Stop ends it.
	Run    Words  `yaml:"run"`
	Start  Words  `yaml:"start"`
	Finish string `yaml:"finish"`
	Stop   string `yaml:"stop"`
	// Save writes the trace to a file.
	Save string `yaml:"save"`
	// ForEach repeats Steps for each card, as ${card}.
	ForEach Cards `yaml:"forEach"`

	Expect *Expect `yaml:"expect"`
	Steps  []Step  `yaml:"steps"`
	// Name is that of a program that Start starts.
	Name string `yaml:"name"`
	// Reader is the number of the reader, from 1; the first if 0.
	Reader int `yaml:"reader"`
	// Timeout bounds this step; a minute if 0.
	Timeout Duration `yaml:"timeout"`
	// Note is printed with the step.
	Note string `yaml:"note"`
}

// Until is what is waited for: all that is set must hold of one line that came
// after the last step.
type Until struct {
	// Event is a kind of line: insert, remove, torn, apdu.
	Event string `yaml:"event"`
	// Text must stand in the line, as for a filter of the trace.
	Text string `yaml:"text"`
	// File is what is read or selected.
	File string `yaml:"file"`
}

// Duration is a time as Go writes it: 200ms, 2s, 1m30s.
type Duration time.Duration

// UnmarshalYAML implements yaml.Unmarshaler.
func (d *Duration) UnmarshalYAML(n *yaml.Node) error {
	t, err := time.ParseDuration(n.Value)
	if err != nil || t < 0 {
		return fmt.Errorf("line %d: %q: want a duration such as 200ms or 2s", n.Line, n.Value)
	}
	*d = Duration(t)
	return nil
}

// or is the duration, or another if it is 0.
func (d Duration) or(other time.Duration) time.Duration {
	if d == 0 {
		return other
	}
	return time.Duration(d)
}

// Parse reads a script. Its error is an ErrScript with everything that is wrong,
// each with its line.
func Parse(data []byte) (*Script, error) {
	if len(data) > maxFile {
		return nil, fmt.Errorf("%w: longer than %d bytes", ErrScript, maxFile)
	}
	var tree yaml.Node
	if err := yaml.Unmarshal(data, &tree); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrScript, err)
	}
	if err := withoutAliases(&tree); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrScript, err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	var s Script
	if err := decoder.Decode(&s); err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("the file is empty")
		}
		return nil, fmt.Errorf("%w: %w", ErrScript, err)
	}
	if err := decoder.Decode(new(any)); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: more than one document", ErrScript)
	}
	if problems := s.check(); len(problems) > 0 {
		return nil, fmt.Errorf("%w:\n%w", ErrScript, errors.Join(problems...))
	}
	return &s, nil
}

// plainStep is a Step without its methods, for decoding.
type plainStep Step

// UnmarshalYAML implements yaml.Unmarshaler: it notes the line, and takes the
// bare word "remove".
func (s *Step) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode && n.Value == "remove" {
		*s = Step{line: n.Line, Remove: true}
		return nil
	}
	if n.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: a step is a mapping, or the word remove", n.Line)
	}
	if err := knownKeys(n, stepKeys); err != nil {
		return err
	}
	var p plainStep
	if err := n.Decode(&p); err != nil {
		return err
	}
	*s = Step(p)
	s.line = n.Line
	return nil
}
