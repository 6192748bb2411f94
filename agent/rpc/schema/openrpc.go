package schema

import (
	"slices"

	"chipid/agent/catalogue"
)

// OpenRPC returns the protocol's calls and notifications as a document of OpenRPC
// 1.3.2. A notification is a method without a result; «x-direction» says who
// sends it, «x-vi» is the Vietnamese.
func OpenRPC() ([]byte, error) {
	d, err := openRPC()
	if err != nil {
		return nil, err
	}
	return pretty(d)
}

func openRPC() (*object, error) {
	schemas, err := components()
	if err != nil {
		return nil, err
	}
	list, errors := []any{}, newObject()
	for _, m := range methods {
		o, err := m.openRPC()
		if err != nil {
			return nil, err
		}
		list = append(list, o)
		for _, code := range m.Codes() {
			errors.set(string(code), errorOf(code))
		}
	}
	return newObject().
		set("openrpc", "1.3.2").
		set("info", newObject().set("title", "chipid.v1").set("version", Version).
			set("description", "JSON-RPC 2.0 in text frames of a WebSocket on loopback, sub-protocol chipid.v1. docs/protocol.md tells the rules, docs/errors.md the words of every error.").
			set("x-vi", "JSON-RPC 2.0 qua WebSocket trên chính máy này, giao thức con chipid.v1. Quy tắc ở docs/protocol.md, lời của mỗi lỗi ở docs/errors.md.").
			set("license", newObject().set("name", "Apache-2.0"))).
		set("servers", []any{newObject().set("name", "agent").set("url", "ws://127.0.0.1:9590/v1")}).
		set("methods", list).
		set("components", newObject().set("schemas", schemas).set("errors", errors)), nil
}

// Codes are the errors that a call can end with; none for a notification.
func (m Method) Codes() []catalogue.Code {
	if m.Direction != Call {
		return nil
	}
	return append(slices.Clone(m.Errors), Always...)
}

func (m Method) openRPC() (*object, error) {
	params, err := m.params()
	if err != nil {
		return nil, err
	}
	o := newObject().set("name", m.Name).set("summary", m.What.En).set("x-vi", m.What.Vi).set("x-direction", string(m.Direction)).
		set("paramStructure", "by-name").set("params", params)
	if m.Direction != Call {
		return o, nil
	}
	o.set("result", newObject().set("name", m.Result).set("schema", reference(m.Result)))
	var errors []any
	for _, code := range m.Codes() {
		errors = append(errors, newObject().set("$ref", "#/components/errors/"+string(code)))
	}
	return o.set("errors", errors), nil
}

// params are the members of the params' schema as content descriptors.
func (m Method) params() ([]any, error) {
	s, err := load(m.Params)
	if err != nil {
		return nil, err
	}
	list := []any{}
	properties := s.get("properties")
	if properties == nil {
		return list, nil
	}
	for _, name := range properties.keys {
		p := properties.get(name)
		list = append(list, newObject().set("name", name).set("description", p.text("description")).set("x-vi", p.text("x-vi")).
			set("required", slices.Contains(s.list("required"), any(name))).set("schema", rewritten(p)))
	}
	return list, nil
}

func errorOf(code catalogue.Code) *object {
	e := catalogue.Of(code)
	return newObject().set("code", e.Number).set("message", e.What.En).set("data", newObject().
		set("code", string(e.Code)).set("messages", text(e.What)).set("remedy", text(e.Remedy)).set("retryable", e.Retryable))
}

func text(t catalogue.Text) *object { return newObject().set("vi", t.Vi).set("en", t.En) }
