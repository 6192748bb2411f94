package schema

import (
	"fmt"
	"slices"
	"strings"

	"chipid/agent/catalogue"
)

// Reference returns docs/reference.md: every method, message and member in
// Vietnamese and English.
func Reference() ([]byte, error) {
	schemas, err := components()
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	b.WriteString("# Reference of chipid.v1 · Tra cứu giao thức chipid.v1\n\n")
	b.WriteString("Generated from the JSON Schemas in `agent/rpc/schema` by `go generate ./agent/rpc/schema`; version " + Version + ". ")
	b.WriteString("The rules stand in [protocol.md](protocol.md), the words of every error in [errors.md](errors.md); the same in other forms: ")
	b.WriteString("[openrpc.json](openrpc.json) (also by `rpc.discover`), [asyncapi.json](asyncapi.json), and the TypeScript types in `agent/sdk`.\n\n")
	b.WriteString("Sinh từ các JSON Schema trong `agent/rpc/schema`. Quy tắc ở [protocol.md](protocol.md), lời của mỗi lỗi ở [errors.md](errors.md).\n\n")
	b.WriteString("| method · phương thức | from · từ | |\n|---|---|---|\n")
	for _, m := range methods {
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s | %s |\n", m.Name, anchor(m.Name), senders[m.Direction], both(m.What.Vi, m.What.En))
	}
	for _, m := range methods {
		m.reference(&b, schemas)
	}
	b.WriteString("\n## Shared parts · Các phần dùng chung\n")
	for _, name := range schemas.keys {
		if !strings.Contains(name, ".") {
			part(&b, name, schemas.get(name))
		}
	}
	return []byte(b.String()), nil
}

var senders = map[Direction]string{
	Call:       "client, answered · trang, có trả lời",
	FromClient: "client · trang",
	FromAgent:  "agent · chương trình",
}

// anchor is how GitHub names a heading.
func anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-':
			return r
		}
		return -1
	}, strings.ToLower(heading))
}

func both(vi, en string) string {
	if vi == "" || en == "" {
		return vi + en
	}
	return vi + "<br>" + en
}

// reference is the section of a method.
func (m Method) reference(b *strings.Builder, schemas *object) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n%s\n", m.Name, m.What.Vi, m.What.En)
	if m.Unpaired {
		b.WriteString("\nAlso for a client without a grant while the officer has opened pairing · Cả trang chưa được cấp quyền cũng gọi được khi cán bộ mở ghép trang.\n")
	}
	table(b, "params", schemas.get(m.Params), schemas)
	if m.Result != "" {
		table(b, "result · kết quả", schemas.get(m.Result), schemas)
	}
	if m.Direction != Call {
		return
	}
	b.WriteString("\nErrors · Lỗi: ")
	for i, code := range m.Codes() {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(b, "`%s` (%d)", code, catalogue.Of(code).Number)
	}
	b.WriteString("\n")
}

// part is a section of a shared part.
func part(b *strings.Builder, name string, s *object) {
	fmt.Fprintf(b, "\n### %s\n\n%s\n", name, both(s.text("x-vi"), s.text("description")))
	if s.get("properties") == nil {
		fmt.Fprintf(b, "\n%s\n", short(s))
		return
	}
	table(b, "member · thành phần", s, nil)
}

// table lists the members of an object, those of inner objects with a dot. A
// schema that is another one's twin is that one.
func table(b *strings.Builder, heading string, s *object, schemas *object) {
	for schemas != nil && s.text("$ref") != "" {
		s = schemas.get(strings.TrimPrefix(s.text("$ref"), "#/components/schemas/"))
	}
	if s.get("properties") == nil {
		fmt.Fprintf(b, "\n%s: none · không có\n", heading)
		return
	}
	fmt.Fprintf(b, "\n| %s | type · kiểu | |\n|---|---|---|\n", heading)
	rows(b, "", s)
}

func rows(b *strings.Builder, prefix string, s *object) {
	properties := s.get("properties")
	if properties == nil {
		return
	}
	for _, name := range properties.keys {
		p := properties.get(name)
		optional := "?"
		if slices.Contains(s.list("required"), any(name)) {
			optional = ""
		}
		fmt.Fprintf(b, "| `%s%s`%s | %s | %s |\n", prefix, name, optional, short(p), both(p.text("x-vi"), p.text("description")))
		rows(b, prefix+name+".", p)
		if items := p.get("items"); items != nil {
			rows(b, prefix+name+"[].", items)
		}
	}
}

// short is a schema's type with its bounds, as a cell of a table.
func short(s *object) string {
	if ref := s.text("$ref"); ref != "" {
		name := strings.TrimPrefix(ref, "#/components/schemas/")
		return "[" + name + "](#" + anchor(name) + ")"
	}
	if v, there := s.values["const"]; there {
		return code(literal(v))
	}
	if values := s.list("enum"); values != nil {
		return join(values, func(v any) string { return code(literal(v)) })
	}
	if options := append(s.list("anyOf"), s.list("oneOf")...); options != nil {
		return join(options, func(v any) string { return short(v.(*object)) })
	}
	kind := s.text("type")
	if kinds := s.list("type"); kinds != nil {
		kind = join(kinds, func(v any) string { return v.(string) })
	}
	if items := s.get("items"); items != nil {
		kind = "array of " + short(items)
	}
	if more := s.get("additionalProperties"); more != nil && kind == "object" {
		kind = "object of " + short(more)
	}
	return kind + bounds(s)
}

func join(values []any, each func(any) string) string {
	var all []string
	for _, v := range values {
		if text := each(v); !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return strings.Join(all, " or ")
}

func code(text string) string { return "`" + strings.ReplaceAll(text, "|", "\\|") + "`" }

// bounds says how long, large or of which form a value may be.
func bounds(s *object) string {
	var all []string
	for _, each := range []struct{ key, form string }{
		{"minLength", "at least %v letters"}, {"maxLength", "at most %v letters"}, {"minimum", "from %v"}, {"maximum", "to %v"},
		{"minItems", "at least %v"}, {"maxItems", "at most %v"}, {"format", "%v"}, {"contentEncoding", "%v"}, {"minProperties", "at least %v member"}, {"maxProperties", "at most %v member"},
	} {
		if v, there := s.values[each.key]; there {
			all = append(all, fmt.Sprintf(each.form, v))
		}
	}
	if pattern := s.text("pattern"); pattern != "" {
		all = append(all, code(pattern))
	}
	if len(all) == 0 {
		return ""
	}
	return ", " + strings.Join(all, ", ")
}
