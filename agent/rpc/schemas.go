package rpc

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"chipid/agent/rpc/schema"
)

// Schemas are the compiled schemas by name: "request", "card.read.params", …
type Schemas struct{ byName map[string]*jsonschema.Schema }

// LoadSchemas compiles the schemas of the protocol.
func LoadSchemas() (*Schemas, error) {
	names := schema.Names()
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	for _, name := range names {
		if err := addSchema(compiler, name); err != nil {
			return nil, fmt.Errorf("rpc: %s: %w", name, err)
		}
	}
	s := &Schemas{byName: make(map[string]*jsonschema.Schema, len(names))}
	for _, name := range names {
		var err error
		if s.byName[name], err = compiler.Compile(schema.Base + name + ".json"); err != nil {
			return nil, fmt.Errorf("rpc: %s: %w", name, err)
		}
	}
	return s, nil
}

func addSchema(compiler *jsonschema.Compiler, name string) error {
	b, err := schema.Text(name)
	if err != nil {
		return err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		return err
	}
	return compiler.AddResource(schema.Base+name+".json", doc)
}

// check validates a decoded value and returns where it fails and against which
// keyword, in the form «/fields/0: pattern»; empty if it is valid. It never
// repeats a value: there may be personal data in it.
func (s *Schemas) check(name string, v any) string {
	compiled := s.byName[name]
	if compiled == nil {
		return "no schema " + name
	}
	err := compiled.Validate(v)
	if err == nil {
		return ""
	}
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return "invalid"
	}
	for len(invalid.Causes) > 0 {
		invalid = invalid.Causes[0]
	}
	keyword := strings.Join(invalid.ErrorKind.KeywordPath(), "/")
	return "/" + strings.Join(invalid.InstanceLocation, "/") + ": " + keyword
}

// CheckOut validates a message to a client. Tests do it with every message.
func (s *Schemas) CheckOut(method string, b []byte) error {
	v, err := parseJSON(b)
	if err != nil {
		return err
	}
	object, ok := v.(map[string]any)
	if !ok {
		return errors.New("rpc: not an object")
	}
	part, name := object["result"], method+".result"
	switch {
	case object["error"] != nil:
		part, name = object["error"], "error"
	case object["method"] != nil:
		part, name = object["params"], outgoingSchema(method)
	}
	if detail := s.check("message", object); detail != "" {
		return fmt.Errorf("rpc: message of %s: %s", method, detail)
	}
	if detail := s.check(name, part); detail != "" {
		return fmt.Errorf("rpc: %s: %s", name, detail)
	}
	return nil
}

// outgoingSchema names the schema of a notification's params.
func outgoingSchema(method string) string {
	switch method {
	case NotifyProgress:
		return "progress.params"
	case NotifyService:
		return "service.params"
	}
	return "event.params"
}
