package rpc

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:embed schema/*.json
var schemaFiles embed.FS

// schemaBase begins the $id of every schema; nothing is fetched from there.
const schemaBase = "https://chipid.invalid/schema/v1/"

// Schemas are the compiled schemas by name: "request", "card.read.params", …
type Schemas struct{ byName map[string]*jsonschema.Schema }

// LoadSchemas compiles the embedded schemas.
func LoadSchemas() (*Schemas, error) {
	names, err := fs.Glob(schemaFiles, "schema/*.json")
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	for _, name := range names {
		if err := addSchema(compiler, name); err != nil {
			return nil, fmt.Errorf("rpc: %s: %w", name, err)
		}
	}
	s := &Schemas{byName: make(map[string]*jsonschema.Schema, len(names))}
	for _, name := range names {
		file := strings.TrimPrefix(name, "schema/")
		if s.byName[strings.TrimSuffix(file, ".json")], err = compiler.Compile(schemaBase + file); err != nil {
			return nil, fmt.Errorf("rpc: %s: %w", name, err)
		}
	}
	return s, nil
}

func addSchema(compiler *jsonschema.Compiler, name string) error {
	b, err := schemaFiles.ReadFile(name)
	if err != nil {
		return err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		return err
	}
	return compiler.AddResource(schemaBase+strings.TrimPrefix(name, "schema/"), doc)
}

// has tells whether there is a schema of that name.
func (s *Schemas) has(name string) bool { return s.byName[name] != nil }

// check validates a decoded value and returns where it fails and against which
// keyword, in the form «/fields/0: pattern»; empty if it is valid. It never
// repeats a value: there may be personal data in it.
func (s *Schemas) check(name string, v any) string {
	schema := s.byName[name]
	if schema == nil {
		return "no schema " + name
	}
	err := schema.Validate(v)
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
	part, schema := object["result"], method+".result"
	switch {
	case object["error"] != nil:
		part, schema = object["error"], "error"
	case object["method"] != nil:
		part, schema = object["params"], outgoingSchema(method)
	}
	if detail := s.check("message", object); detail != "" {
		return fmt.Errorf("rpc: message of %s: %s", method, detail)
	}
	if detail := s.check(schema, part); detail != "" {
		return fmt.Errorf("rpc: %s: %s", schema, detail)
	}
	return nil
}

// outgoingSchema names the schema of a notification's params.
func outgoingSchema(method string) string {
	if method == NotifyProgress {
		return "progress.params"
	}
	return "event.params"
}
