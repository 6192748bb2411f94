package schema

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"chipid/agent/catalogue"
)

// TypeScript returns the declarations of every message for agent/sdk.
func TypeScript() ([]byte, error) {
	schemas, err := components()
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	b.WriteString("// Generated from agent/rpc/schema by `go generate ./agent/rpc/schema`: the messages of chipid.v1, version " + Version + ".\n")
	for _, name := range schemas.keys {
		declare(&b, name, schemas.get(name))
	}
	calls(&b)
	codes(&b)
	return []byte(b.String()), nil
}

// declare writes one exported type.
func declare(b *strings.Builder, name string, s *object) {
	about := s.text("description")
	if about == "" {
		about = s.text("title")
	}
	b.WriteString("\n")
	comment(b, "", about, s.text("x-vi"))
	if p := s.get("properties"); p != nil && len(p.keys) > 0 {
		fmt.Fprintf(b, "export interface %s %s\n", typeName(name), typeOf(s, ""))
		return
	}
	fmt.Fprintf(b, "export type %s = %s;\n", typeName(name), typeOf(s, ""))
}

func comment(b *strings.Builder, indent string, texts ...string) {
	texts = slices.DeleteFunc(texts, func(s string) bool { return s == "" })
	if len(texts) > 0 {
		fmt.Fprintf(b, "%s/** %s */\n", indent, strings.ReplaceAll(strings.Join(texts, " · "), "*/", "* /"))
	}
}

// typeName makes a type's name of a schema's: card.read.params is CardReadParams.
func typeName(schema string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(schema, ".") {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}

// typeOf writes a schema as a type. Unknown members are allowed by the protocol
// and left out of the types.
func typeOf(s *object, indent string) string {
	if ref := s.text("$ref"); ref != "" {
		return typeName(strings.TrimPrefix(ref, "#/components/schemas/"))
	}
	if v, there := s.values["const"]; there {
		return literal(v)
	}
	if values := s.list("enum"); values != nil {
		return union(values, literal)
	}
	if options := s.list("anyOf"); options != nil {
		return union(options, func(v any) string { return typeOf(v.(*object), indent) })
	}
	if kinds := s.list("type"); kinds != nil {
		return union(kinds, func(v any) string { return plain(s, v.(string), indent) })
	}
	return plain(s, s.text("type"), indent)
}

func literal(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "unknown"
	}
	return string(b)
}

func union(values []any, each func(any) string) string {
	var all []string
	for _, v := range values {
		if t := each(v); !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	return strings.Join(all, " | ")
}

// plain is a schema with one type.
func plain(s *object, kind, indent string) string {
	switch kind {
	case "string", "boolean", "null":
		return kind
	case "integer", "number":
		return "number"
	case "array":
		return listOf(typeOf(s.get("items"), indent))
	case "object":
		return members(s, indent)
	}
	return "unknown"
}

func listOf(item string) string {
	if strings.ContainsAny(item, " {") {
		return "Array<" + item + ">"
	}
	return item + "[]"
}

// members are an object's, or a table where the names are not known.
func members(s *object, indent string) string {
	properties := s.get("properties")
	if properties == nil || len(properties.keys) == 0 {
		if more := s.get("additionalProperties"); more != nil {
			return "Record<string, " + typeOf(more, indent) + ">"
		}
		return "Record<string, unknown>"
	}
	var b strings.Builder
	b.WriteString("{\n")
	for _, name := range properties.keys {
		p := properties.get(name)
		mark := "?"
		if slices.Contains(s.list("required"), any(name)) {
			mark = ""
		}
		comment(&b, indent+"  ", p.text("description"), p.text("x-vi"))
		fmt.Fprintf(&b, "%s  %s%s: %s;\n", indent, name, mark, typeOf(p, indent+"  "))
	}
	b.WriteString(indent + "}")
	return b.String()
}

// calls writes which params and results belong to which method.
func calls(b *strings.Builder) {
	b.WriteString("\n/** What each call takes and gives. */\nexport interface Calls {\n")
	for _, m := range methods {
		if m.Direction == Call {
			comment(b, "  ", m.What.En, m.What.Vi)
			fmt.Fprintf(b, "  %q: { params: %s; result: %s };\n", m.Name, typeName(m.Params), typeName(m.Result))
		}
	}
	b.WriteString("}\n\n/** What the agent tells unasked. */\nexport interface Notifications {\n")
	for _, m := range methods {
		if m.Direction == FromAgent {
			comment(b, "  ", m.What.En, m.What.Vi)
			fmt.Fprintf(b, "  %q: %s;\n", m.Name, typeName(m.Params))
		}
	}
	b.WriteString("}\n")
}

// codes writes the codes that a call can end with.
func codes(b *strings.Builder) {
	var all []catalogue.Code
	for _, m := range methods {
		for _, code := range m.Codes() {
			if !slices.Contains(all, code) {
				all = append(all, code)
			}
		}
	}
	slices.Sort(all)
	b.WriteString("\n/** The codes that a call can end with (docs/errors.md); later versions may add some. */\nexport type ErrorCode =\n")
	for _, code := range all {
		fmt.Fprintf(b, "  | %q\n", code)
	}
	b.WriteString("  ;\n")
}
