package schema

import (
	"fmt"
	"slices"
	"strings"
)

// hidden are the schemas that describe the frame and no content.
var hidden = []string{"request", "message", "common"}

// components returns every schema that describes content under its name: the
// files, and the parts that several share.
func components() (*object, error) {
	all := newObject()
	common, err := load("common")
	if err != nil {
		return nil, err
	}
	defs := common.get("$defs")
	for _, name := range defs.keys {
		all.set(name, rewritten(defs.values[name]))
	}
	for _, name := range Names() {
		if slices.Contains(hidden, name) {
			continue
		}
		o, err := load(name)
		if err != nil {
			return nil, err
		}
		if _, twice := all.values[name]; twice {
			return nil, fmt.Errorf("schema %s: the name stands in common, too", name)
		}
		all.set(name, rewritten(o))
	}
	return all, nil
}

// rewritten copies a schema with its references pointing into the document that
// bundles them, and without what only makes sense in a file of its own.
func rewritten(v node) node {
	switch v := v.(type) {
	case *object:
		o := newObject()
		for _, key := range v.keys {
			switch ref, isText := v.values[key].(string); {
			case key == "$schema" || key == "$id":
			case key == "$ref" && isText:
				o.set(key, "#/components/schemas/"+target(ref))
			default:
				o.set(key, rewritten(v.values[key]))
			}
		}
		return o
	case []any:
		list := make([]any, len(v))
		for i, each := range v {
			list[i] = rewritten(each)
		}
		return list
	}
	return v
}

// target names what a reference between our files points at.
func target(ref string) string {
	if _, def, ok := strings.Cut(ref, "#/$defs/"); ok {
		return def
	}
	return strings.TrimSuffix(ref, ".json")
}

// reference is a schema that stands for the named one.
func reference(name string) *object {
	return newObject().set("$ref", "#/components/schemas/"+name)
}
