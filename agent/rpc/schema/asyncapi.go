package schema

import "strings"

// AsyncAPI returns the protocol as a document of AsyncAPI 3.0: one channel, the
// WebSocket, with what each side sends over it. Calls are operations with a reply.
func AsyncAPI() ([]byte, error) {
	schemas, err := components()
	if err != nil {
		return nil, err
	}
	messages, inChannel, operations := newObject(), newObject(), newObject()
	for _, m := range methods {
		for _, message := range m.messages() {
			messages.set(message.name, message.object(m))
			inChannel.set(message.name, newObject().set("$ref", "#/components/messages/"+message.name))
		}
		operations.set(operationName(m.Name), m.operation())
	}
	messages.set("error", newObject().set("name", "error").set("title", "error").
		set("summary", "The answer to a call that fails; the codes are those of docs/errors.md.").
		set("payload", frame(newObject().set("id", newObject().set("type", []any{"string", "integer", "null"})).set("error", reference("error")))))
	inChannel.set("error", newObject().set("$ref", "#/components/messages/error"))
	return pretty(newObject().
		set("asyncapi", "3.0.0").
		set("info", newObject().set("title", "chipid.v1").set("version", Version).
			set("description", "JSON-RPC 2.0 in text frames of a WebSocket on loopback. The agent is the server; docs/protocol.md tells the rules.").
			set("license", newObject().set("name", "Apache-2.0").set("url", "https://www.apache.org/licenses/LICENSE-2.0"))).
		set("defaultContentType", "application/json").
		set("servers", newObject().set("agent", newObject().set("host", "127.0.0.1:9590").set("pathname", "/v1").set("protocol", "ws").
			set("description", "The first free port of 9590 to 9597, also on [::1] and as localhost."))).
		set("channels", newObject().set("socket", newObject().set("address", "/").set("title", "The connection").
			set("servers", []any{newObject().set("$ref", "#/servers/agent")}).set("messages", inChannel).
			set("bindings", newObject().set("ws", newObject().set("method", "GET"))))).
		set("operations", operations).
		set("components", newObject().set("messages", messages).set("schemas", schemas)))
}

// message is one frame.
type message struct {
	name    string
	payload *object
}

// messages are the frames of a method: the call and its answer, or the
// notification.
func (m Method) messages() []message {
	method := newObject().set("const", m.Name)
	if m.Direction != Call {
		return []message{{operationName(m.Name), frame(newObject().set("method", method).set("params", reference(m.Params)))}}
	}
	id := newObject().set("type", []any{"string", "integer"})
	return []message{
		{operationName(m.Name), frame(newObject().set("id", id).set("method", method).set("params", reference(m.Params)))},
		{operationName(m.Name) + "Result", frame(newObject().set("id", id).set("result", reference(m.Result)))},
	}
}

func (f message) object(m Method) *object {
	return newObject().set("name", f.name).set("title", m.Name).set("summary", m.What.En).set("x-vi", m.What.Vi).set("payload", f.payload)
}

// frame is the schema of one JSON-RPC object with these members.
func frame(members *object) *object {
	properties := newObject().set("jsonrpc", newObject().set("const", "2.0"))
	required := []any{"jsonrpc"}
	for _, key := range members.keys {
		properties.set(key, members.values[key])
		if key != "params" {
			required = append(required, key)
		}
	}
	return newObject().set("type", "object").set("properties", properties).set("required", required)
}

// operation is seen from the agent, the server: it receives what clients send.
func (m Method) operation() *object {
	action := "receive"
	if m.Direction == FromAgent {
		action = "send"
	}
	channel := newObject().set("$ref", "#/channels/socket")
	in := func(name string) *object { return newObject().set("$ref", "#/channels/socket/messages/"+name) }
	name := operationName(m.Name)
	o := newObject().set("action", action).set("channel", channel).set("title", m.Name).set("summary", m.What.En).set("messages", []any{in(name)})
	if m.Direction == Call {
		o.set("reply", newObject().set("channel", channel).set("messages", []any{in(name + "Result"), in("error")}))
	}
	return o
}

// operationName is a method's name as one word: card.read is cardRead.
func operationName(method string) string {
	var b strings.Builder
	upper := false
	for _, c := range strings.TrimPrefix(method, "$/") {
		switch {
		case c == '.':
			upper = true
		case upper:
			b.WriteString(strings.ToUpper(string(c)))
			upper = false
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}
