package schema

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

//go:generate go test -run TestGeneratedDocuments -update

//go:embed *.json
var files embed.FS

// Base begins the $id of every schema; nothing is fetched from there.
const Base = "https://chipid.invalid/schema/v1/"

// Version is the version of the protocol. Additions raise the second number and
// change nothing for clients that do not know them.
const Version = "1.0"

// Names returns the names of all schemas: "request", "card.read.params", …
func Names() []string {
	found, err := fs.Glob(files, "*.json")
	if err != nil {
		panic(err) // the pattern is ours
	}
	for i, name := range found {
		found[i] = strings.TrimSuffix(name, ".json")
	}
	return found
}

// Has tells whether there is a schema of that name.
func Has(name string) bool {
	_, err := fs.Stat(files, name+".json")
	return err == nil
}

// Text returns a schema as it stands in its file.
func Text(name string) ([]byte, error) { return files.ReadFile(name + ".json") }

// node is a JSON value whose objects keep their order, so that documents made of
// a schema read as it does: *object, []any, string, json.Number, bool or nil.
type node = any

// object is a JSON object in its order.
type object struct {
	keys   []string
	values map[string]node
}

func newObject() *object { return &object{values: map[string]node{}} }

// set puts a member in, at the end if it is new.
func (o *object) set(key string, v node) *object {
	if _, there := o.values[key]; !there {
		o.keys = append(o.keys, key)
	}
	o.values[key] = v
	return o
}

// get returns a member as an object, nil if it is none.
func (o *object) get(key string) *object { v, _ := o.values[key].(*object); return v }

// text returns a member as text, empty if it is none.
func (o *object) text(key string) string { v, _ := o.values[key].(string); return v }

// list returns a member as a list, nil if it is none.
func (o *object) list(key string) []any { v, _ := o.values[key].([]any); return v }

// MarshalJSON implements json.Marshaler.
func (o *object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, key := range o.keys {
		if i > 0 {
			b.WriteByte(',')
		}
		for _, part := range []struct {
			v    any
			then string
		}{{key, ":"}, {o.values[key], ""}} {
			text, err := marshal(part.v)
			if err != nil {
				return nil, err
			}
			b.Write(text)
			b.WriteString(part.then)
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// marshal is json.Marshal without HTML escapes.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// pretty is a document as it stands in a file.
func pretty(v any) ([]byte, error) {
	text, err := marshal(v)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = json.Indent(&b, text, "", "  ")
	b.WriteByte('\n')
	return b.Bytes(), err
}

// load parses a schema.
func load(name string) (*object, error) {
	b, err := Text(name)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	v, err := decode(d)
	o, ok := v.(*object)
	if err == nil && !ok {
		err = errors.New("not an object")
	}
	if err != nil {
		return nil, fmt.Errorf("schema %s: %w", name, err)
	}
	return o, nil
}

// decode reads one value of our own files in its order.
func decode(d *json.Decoder) (node, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		o := newObject()
		for d.More() {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			v, err := decode(d)
			if err != nil {
				return nil, err
			}
			o.set(key.(string), v)
		}
		_, err = d.Token()
		return o, err
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := decode(d)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = d.Token()
		return list, err
	}
	return token, nil
}
