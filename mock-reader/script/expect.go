package script

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Expect is what must hold. Of a program: Exit, JSON, Stdout, Stderr. Of the
// readers' trace since the card was last put in: all others.
type Expect struct {
	// Exit is the exit code, or "scenario": that which the inserted card's scenario promises.
	Exit *Exit `yaml:"exit"`
	// JSON holds values of the object on the standard output, by dotted path; a
	// number in a path counts in a list, from 0.
	JSON map[string]any `yaml:"json"`
	// Stdout and Stderr must hold these texts.
	Stdout string `yaml:"stdout"`
	Stderr string `yaml:"stderr"`

	// Card is "in" or "out".
	Card string `yaml:"card"`
	// Torn tells whether the card left in the middle.
	Torn *bool `yaml:"torn"`
	// Access is how the chip was opened: PACE, BAC or none.
	Access string `yaml:"access"`
	// Read are files of which something was read, NotRead files of which nothing was.
	Read    []string `yaml:"read"`
	NotRead []string `yaml:"notRead"`
	// Unbroken wants that the reader broke no clause; Broken that it broke one with this text.
	Unbroken bool   `yaml:"unbroken"`
	Broken   string `yaml:"broken"`
	// Commands bounds the number of commands.
	Commands *Bounds `yaml:"commands"`
	// Text must stand in a line of the trace.
	Text string `yaml:"text"`
}

// ofProgram tells whether something is expected of a program.
func (e *Expect) ofProgram() bool {
	return e.Exit != nil || len(e.JSON) > 0 || e.Stdout != "" || e.Stderr != ""
}

// Bounds are a least and a most; 0 for none.
type Bounds struct {
	Min int `yaml:"min"`
	Max int `yaml:"max"`
}

// Exit is an exit code, or what the scenario of the card promises.
type Exit struct {
	Code     int
	Scenario bool
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (x *Exit) UnmarshalYAML(n *yaml.Node) error {
	if n.Value == "scenario" {
		x.Scenario = true
		return nil
	}
	code, err := strconv.Atoi(n.Value)
	if err != nil || code < 0 || code > 255 {
		return fmt.Errorf("line %d: exit %q: want 0 to 255, or scenario", n.Line, n.Value)
	}
	x.Code = code
	return nil
}

// lookup follows a dotted path into decoded JSON.
func lookup(v any, path string) (any, bool) {
	for name := range strings.SplitSeq(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			next, ok := at[name]
			if !ok {
				return nil, false
			}
			v = next
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i < 0 || i >= len(at) {
				return nil, false
			}
			v = at[i]
		default:
			return nil, false
		}
	}
	return v, true
}
