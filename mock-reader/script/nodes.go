package script

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// stepKeys and expectKeys are the fields' names; the decoder forgets to refuse
// others inside a type that decodes itself.
var (
	stepKeys   = keysOf(reflect.TypeFor[Step]())
	expectKeys = keysOf(reflect.TypeFor[Expect]())
	untilKeys  = keysOf(reflect.TypeFor[Until]())
)

func keysOf(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("yaml"); name != "" {
			keys = append(keys, name)
		}
	}
	return keys
}

// withoutAliases refuses aliases: one inside its own anchor has no end, and many
// make a short file a long one.
func withoutAliases(n *yaml.Node) error {
	if n.Kind == yaml.AliasNode {
		return fmt.Errorf("line %d: aliases are not taken", n.Line)
	}
	for _, child := range n.Content {
		if err := withoutAliases(child); err != nil {
			return err
		}
	}
	return nil
}

// knownKeys refuses keys of a mapping that are not among those given.
func knownKeys(n *yaml.Node, keys []string) error {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if k := n.Content[i]; !slices.Contains(keys, k.Value) {
			return fmt.Errorf("line %d: %q is not known here; known are %s", k.Line, k.Value, strings.Join(keys, ", "))
		}
	}
	return nil
}

// plainUntil and plainExpect are without methods, for decoding.
type (
	plainUntil  Until
	plainExpect Expect
)

// UnmarshalYAML implements yaml.Unmarshaler.
func (u *Until) UnmarshalYAML(n *yaml.Node) error {
	if err := knownKeys(n, untilKeys); err != nil {
		return err
	}
	return n.Decode((*plainUntil)(u))
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (e *Expect) UnmarshalYAML(n *yaml.Node) error {
	if err := knownKeys(n, expectKeys); err != nil {
		return err
	}
	return n.Decode((*plainExpect)(e))
}

// Words is a command line: a list of words, or a text that is split at blanks.
type Words []string

// UnmarshalYAML implements yaml.Unmarshaler.
func (w *Words) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*w = strings.Fields(n.Value)
		return nil
	}
	var words []string
	if err := n.Decode(&words); err != nil {
		return fmt.Errorf("line %d: want a text or a list of words", n.Line)
	}
	*w = words
	return nil
}

// Cards is a list of cards, or "all scenarios of PERSONA".
type Cards struct {
	List []string
	// AllOf is the persona of whose card every scenario is meant.
	AllOf string
}

func (c Cards) empty() bool { return len(c.List) == 0 && c.AllOf == "" }

// allOf begins the text that means every scenario.
const allOf = "all scenarios of "

// UnmarshalYAML implements yaml.Unmarshaler.
func (c *Cards) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		who, ok := strings.CutPrefix(n.Value, allOf)
		if !ok || who == "" {
			return fmt.Errorf("line %d: want a list of cards, or %sPERSONA", n.Line, allOf)
		}
		c.AllOf = who
		return nil
	}
	if err := n.Decode(&c.List); err != nil || len(c.List) == 0 {
		return fmt.Errorf("line %d: want a list of cards", n.Line)
	}
	return nil
}
