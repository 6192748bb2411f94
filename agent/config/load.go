package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"runtime"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"chipid/agent/durable"
)

// maxFile bounds a configuration file, in bytes.
const maxFile = 256 << 10

// ErrInvalid: a setting is unknown, of the wrong type or out of its bounds, or
// a file is no TOML. The text says where and is meant for people.
var ErrInvalid = errors.New("config: invalid")

// Fault is an [ErrInvalid] and says in which source it stands.
type Fault struct {
	Source Source
	Err    error
}

// Error implements error.
func (f *Fault) Error() string { return f.Err.Error() }

// Unwrap returns the error without its source.
func (f *Fault) Unwrap() error { return f.Err }

// Source is where a value came from.
type Source string

// The sources, the weakest first.
const (
	FromDefault Source = "default"
	FromFile    Source = "file"
	FromEnv     Source = "environment"
	FromFlag    Source = "flag"
	FromPolicy  Source = "policy"
)

// Value is a setting as it is in force.
type Value struct {
	Key    string `json:"key"`
	Value  any    `json:"value"`
	Source Source `json:"source,omitempty"`
	// Where names the file, variable or option; empty for a default.
	Where string `json:"where,omitempty"`
}

// Config is what the agent is set to. It does not change once it is made.
type Config struct{ values map[string]Value }

// Inputs are what a configuration is made of.
type Inputs struct {
	// File is the user's file. It may be missing unless Required.
	File     string
	Required bool
	// Env is the environment as os.Environ has it; nil for none.
	Env []string
	// Flags are the options given, by key, in the types of the keys.
	Flags map[string]any
	// Policy is the administrator's file as [Place.Policy] found it.
	Policy Trusted
}

// Load puts the inputs together. Its error is a [Fault].
func Load(in Inputs) (*Config, error) {
	c := &Config{values: map[string]Value{}}
	for _, k := range keys {
		c.values[k.Name] = Value{k.Name, k.Default, FromDefault, ""}
	}
	b, err := durable.Read(in.File, maxFile)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !in.Required:
	case err != nil:
		return nil, &Fault{FromFile, fmt.Errorf("%w: %w", ErrInvalid, err)}
	default:
		if err := c.file(b, FromFile, in.File); err != nil {
			return nil, &Fault{FromFile, err}
		}
	}
	if err := c.environment(in.Env); err != nil {
		return nil, &Fault{FromEnv, err}
	}
	for name, v := range in.Flags {
		c.values[name] = Value{name, v, FromFlag, "--" + name}
	}
	if in.Policy.Text != nil {
		if err := c.file(in.Policy.Text, FromPolicy, in.Policy.Where); err != nil {
			return nil, &Fault{FromPolicy, err}
		}
	}
	return c, nil
}

// file takes over what a TOML file says.
func (c *Config) file(b []byte, source Source, where string) error {
	var tree map[string]any
	if err := toml.Unmarshal(b, &tree); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrInvalid, where, err)
	}
	return c.take(tree, "", source, where)
}

// take goes through a table; tables within are parts of names with dots.
func (c *Config) take(table map[string]any, prefix string, source Source, where string) error {
	for _, name := range slices.Sorted(maps.Keys(table)) {
		full := prefix + name
		if inner, ok := table[name].(map[string]any); ok {
			if len(inner) == 0 && !isTable(full) {
				return unknown(full, where)
			}
			if err := c.take(inner, full+".", source, where); err != nil {
				return err
			}
			continue
		}
		key, known := keyOf(full)
		if !known {
			return unknown(full, where)
		}
		v, err := key.fit(table[name])
		if err != nil {
			return fmt.Errorf("%w: %s: %w", ErrInvalid, where, err)
		}
		c.values[full] = Value{full, v, source, where}
	}
	return nil
}

func unknown(name, where string) error {
	if near := nearest(name); near != "" {
		return fmt.Errorf("%w: %s: no setting %q; did you mean %q?", ErrInvalid, where, name, near)
	}
	return fmt.Errorf("%w: %s: no setting %q", ErrInvalid, where, name)
}

// envPrefix begins the variables of the settings, and those of the project's
// other programs.
const envPrefix = "CHIPID_"

// environment takes over the variables. An empty one counts as none. One of ours
// that is not known is an error if it looks like a slip of a setting's; others
// belong to somebody else.
func (c *Config) environment(env []string) error {
	for _, pair := range env {
		name, text, _ := strings.Cut(pair, "=")
		if runtime.GOOS == "windows" { // where case does not count
			name = strings.ToUpper(name)
		}
		if text == "" || !strings.HasPrefix(name, envPrefix) {
			continue
		}
		i := slices.IndexFunc(keys, func(k Key) bool { return k.Env() == name })
		if i < 0 {
			if near := nearestEnv(name); near != "" {
				return fmt.Errorf("%w: no variable %s; did you mean %s?", ErrInvalid, name, near)
			}
			continue
		}
		v, err := keys[i].parse(text)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrInvalid, err)
		}
		c.values[keys[i].Name] = Value{keys[i].Name, v, FromEnv, name}
	}
	return nil
}

// Values returns every setting in the order of the document.
func (c *Config) Values() []Value {
	all := make([]Value, 0, len(keys))
	for _, k := range keys {
		all = append(all, c.values[k.Name])
	}
	return all
}

// Int, Bool, Text and List return a setting; a name that is none of that kind
// is a mistake of the caller and panics.

// Int returns a Number.
func (c *Config) Int(name string) int { return int(c.values[name].Value.(int64)) }

// Bool returns a Switch.
func (c *Config) Bool(name string) bool { return c.values[name].Value.(bool) }

// Text returns a Text.
func (c *Config) Text(name string) string { return c.values[name].Value.(string) }

// List returns a List.
func (c *Config) List(name string) []string { return c.values[name].Value.([]string) }

// Source returns where a setting came from.
func (c *Config) Source(name string) Source { return c.values[name].Source }
