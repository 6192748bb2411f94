package rpc

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/agent/child"
	"chipid/agent/reading"
	"chipid/agent/rpc/schema"
)

var update = flag.Bool("update", false, "write docs/hostile-messages.md anew")

// still is a desk that does nothing: its state never changes, its reads wait.
type still struct {
	children
	began chan reading.Request
}

func (s *still) State() (reading.State, <-chan struct{}) { return reading.State{}, nil }

func (s *still) Hold(ctx context.Context, _ reading.Request, _ child.Terms, _ func(context.Context, reading.Held) error) error {
	<-ctx.Done()
	return &reading.Error{Code: catalogue.Cancelled}
}

func (s *still) Read(ctx context.Context, req reading.Request) (*reading.Outcome, error) {
	if s.began != nil {
		s.began <- req
	}
	<-ctx.Done()
	return nil, &reading.Error{Code: catalogue.Cancelled}
}

// malformed are messages and the error that each gets; the connection goes on.
var malformed = []struct {
	name, text string
	id         any
	code       int
	want       string
}{
	{"no JSON", `{`, nil, -32700, "PARSE_ERROR"},
	{"empty", ``, nil, -32700, "PARSE_ERROR"},
	{"two values", `{} {}`, nil, -32700, "PARSE_ERROR"},
	{"doubled member", `{"jsonrpc":"2.0","id":1,"id":2,"method":"readers.list"}`, nil, -32700, "PARSE_ERROR"},
	{"doubled member inside", `{"jsonrpc":"2.0","id":1,"method":"card.read","params":{"reader":"a","reader":"b"}}`, nil, -32700, "PARSE_ERROR"},
	{"too deep", strings.Repeat("[", 100) + strings.Repeat("]", 100), nil, -32700, "PARSE_ERROR"},
	{"comment", `{"jsonrpc":"2.0",/**/"id":1}`, nil, -32700, "PARSE_ERROR"},
	{"batch", `[{"jsonrpc":"2.0","id":1,"method":"readers.list"}]`, nil, -32600, "INVALID_REQUEST"},
	{"empty batch", `[]`, nil, -32600, "INVALID_REQUEST"},
	{"text", `"readers.list"`, nil, -32600, "INVALID_REQUEST"},
	{"null", `null`, nil, -32600, "INVALID_REQUEST"},
	{"no version", `{"id":1,"method":"readers.list"}`, 1, -32600, "INVALID_REQUEST"},
	{"wrong version", `{"jsonrpc":"1.0","id":1,"method":"readers.list"}`, 1, -32600, "INVALID_REQUEST"},
	{"no method", `{"jsonrpc":"2.0","id":1}`, 1, -32600, "INVALID_REQUEST"},
	{"method is no text", `{"jsonrpc":"2.0","id":1,"method":7}`, 1, -32600, "INVALID_REQUEST"},
	{"long method", `{"jsonrpc":"2.0","id":1,"method":"` + strings.Repeat("x", 65) + `"}`, 1, -32600, "INVALID_REQUEST"},
	{"params by position", `{"jsonrpc":"2.0","id":1,"method":"readers.list","params":[]}`, 1, -32600, "INVALID_REQUEST"},
	{"id null", `{"jsonrpc":"2.0","id":null,"method":"readers.list"}`, nil, -32600, "INVALID_REQUEST"},
	{"id fraction", `{"jsonrpc":"2.0","id":1.5,"method":"readers.list"}`, nil, -32600, "INVALID_REQUEST"},
	{"id exponent", `{"jsonrpc":"2.0","id":1e2,"method":"readers.list"}`, nil, -32600, "INVALID_REQUEST"},
	{"id too large", `{"jsonrpc":"2.0","id":9007199254740993,"method":"readers.list"}`, nil, -32600, "INVALID_REQUEST"},
	{"id too long", `{"jsonrpc":"2.0","id":"` + strings.Repeat("x", 65) + `","method":"readers.list"}`, nil, -32600, "INVALID_REQUEST"},
	{"id empty", `{"jsonrpc":"2.0","id":"","method":"readers.list"}`, nil, -32600, "INVALID_REQUEST"},
	{"id object", `{"jsonrpc":"2.0","id":{},"method":"readers.list"}`, nil, -32600, "INVALID_REQUEST"},
	{"a response", `{"jsonrpc":"2.0","id":1,"result":{}}`, 1, -32600, "INVALID_REQUEST"},
	{"both call and response", `{"jsonrpc":"2.0","id":1,"method":"readers.list","result":{}}`, 1, -32600, "INVALID_REQUEST"},
	{"unknown method", `{"jsonrpc":"2.0","id":1,"method":"card.write"}`, 1, -32601, "METHOD_NOT_FOUND"},
	{"reserved method", `{"jsonrpc":"2.0","id":1,"method":"rpc.other"}`, 1, -32601, "METHOD_NOT_FOUND"},
	{"method in other case", `{"jsonrpc":"2.0","id":1,"method":"Readers.List"}`, 1, -32601, "METHOD_NOT_FOUND"},
}

func TestMalformedMessages(t *testing.T) {
	for _, tc := range malformed {
		t.Run(tc.name, func(t *testing.T) {
			c := connect(t, Config{Counter: at(&still{})})
			c.hello()
			c.send(tc.text)
			c.refused(tc.id, tc.code, tc.want)
			c.call(2, MethodReaders, map[string]any{})
			assert.Nil(t, c.answerTo(2).Error, "the connection goes on")
		})
	}
}

// TestHostileMessagesDocument keeps docs/hostile-messages.md as the table is; the
// answers in it are those that TestMalformedMessages gets.
func TestHostileMessagesDocument(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Hostile messages\n\nGenerated from the tests of `agent/rpc` (`go test ./agent/rpc -run TestHostileMessagesDocument -update`). ")
	b.WriteString("Each is sent over a connection of its own after `initialize`, gets this error, and the connection goes on; 20 of them end it with close code 1008. ")
	b.WriteString("Beside them: a frame against RFC 6455 ends it with 1002, a binary frame with 1003, text that is not UTF-8 with 1007, a message over 64 KiB with 1009, more than 20 a second with 1008 (`agent/gateway`).\n\n")
	b.WriteString("| what is wrong | integer | code | `id` of the answer |\n|---|---|---|---|\n")
	for _, tc := range malformed {
		id := "null"
		if tc.id != nil {
			id = fmt.Sprint(tc.id)
		}
		fmt.Fprintf(&b, "| %s | %d | `%s` | %s |\n", tc.name, tc.code, tc.want, id)
	}
	b.WriteString("\n## Params of `card.read`\n\nRequests that are well-formed and wrong are answered and end nothing; no card is touched (`TestCardReadParams`). ")
	b.WriteString("So is an id that another request of the connection has: -32600 `INVALID_REQUEST` with `id` null, which counts as malformed (`TestIDInUse`).\n\n")
	b.WriteString("| what is wrong | integer | code |\n|---|---|---|\n")
	for _, tc := range wrongReads() {
		fmt.Fprintf(&b, "| %s | %d | `%s` |\n", tc.name, catalogue.Of(tc.want).Number, tc.want)
	}
	path := filepath.Join("..", "..", "docs", "hostile-messages.md")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644))
	}
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, b.String(), strings.ReplaceAll(string(got), "\r\n", "\n"), "run: go test ./agent/rpc -run TestHostileMessagesDocument -update")
}

// wrongParams are params of card.read that are refused, and with which code.
type wrongParams struct {
	name   string
	params map[string]any
	want   catalogue.Code
}

func wrongReads() []wrongParams {
	key := map[string]any{"id": "000190000018"}
	with := func(change func(p map[string]any)) map[string]any {
		p := read(key, "fullName")
		change(p)
		return p
	}
	set := func(name string, v any) map[string]any { return with(func(p map[string]any) { p[name] = v }) }
	cut := func(name string) map[string]any { return with(func(p map[string]any) { delete(p, name) }) }
	return []wrongParams{
		{"no fields", cut("fields"), catalogue.FieldsMissing},
		{"empty fields", set("fields", []string{}), catalogue.FieldsMissing},
		{"unknown field", set("fields", []string{"fullName", "salary"}), catalogue.FieldUnknown},
		{"field is no text", set("fields", []any{1}), catalogue.InvalidParams},
		{"fields are no list", set("fields", "fullName"), catalogue.InvalidParams},
		{"too many fields", set("fields", strings.Split(strings.Repeat("fullName ", 65), " ")), catalogue.InvalidParams},
		{"no purpose", cut("purpose"), catalogue.PurposeMissing},
		{"blank purpose", set("purpose", " \t"), catalogue.PurposeMissing},
		{"long purpose", set("purpose", strings.Repeat("x", 201)), catalogue.InvalidParams},
		{"no key", cut("key"), catalogue.KeyMissing},
		{"empty key", set("key", map[string]any{}), catalogue.KeyMissing},
		{"two keys", set("key", map[string]any{"id": "000190000018", "can": "000018"}), catalogue.InvalidParams},
		{"unknown kind of key", set("key", map[string]any{"pin": "1234"}), catalogue.InvalidParams},
		{"key is no text", set("key", map[string]any{"id": 190000018}), catalogue.InvalidParams},
		{"key is no object", set("key", "000190000018"), catalogue.InvalidParams},
		{"number too short", set("key", map[string]any{"id": "00019000001"}), catalogue.NumberInvalid},
		{"number with letters", set("key", map[string]any{"id": "00019000001x"}), catalogue.NumberInvalid},
		{"CAN too long", set("key", map[string]any{"can": "0000181"}), catalogue.CANInvalid},
		{"MRZ with a wrong check digit", set("key", map[string]any{"mrz": "IDVNM1900000186000190000018<<5\n9001158F3001156VNM<<<<<<<<<<<6\nNGUYEN<<THI<MAU<<<<<<<<<<<<<<<"}), catalogue.MRZInvalid},
		{"QR of something else", set("key", map[string]any{"qr": "https://example.com"}), catalogue.QRInvalid},
		{"long QR", set("key", map[string]any{"qr": strings.Repeat("x", 2001)}), catalogue.InvalidParams},
		{"reader is no text", set("reader", 1), catalogue.InvalidParams},
		{"reader empty", set("reader", ""), catalogue.InvalidParams},
		{"token is an object", set("progressToken", map[string]any{}), catalogue.InvalidParams},
		{"consent that is no yes", set("citizenConsent", "yes"), catalogue.InvalidParams},
		{"wait is no switch", set("wait", 1), catalogue.InvalidParams},
		{"short resume token", set("resume", "short"), catalogue.InvalidParams},
		{"resume token with other letters", set("resume", "0123456789abcdef/"), catalogue.InvalidParams},
		{"long case", set("case", strings.Repeat("x", 65)), catalogue.InvalidParams},
		{"operator with a control character", set("operator", "a\x1bb"), catalogue.InvalidParams},
	}
}

func TestCardReadParams(t *testing.T) {
	cases := wrongReads()
	desk := &still{began: make(chan reading.Request, 1)}
	c := connect(t, Config{Counter: at(desk)})
	c.hello()
	for i, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			c.call(i, MethodRead, tc.params)
			c.refused(i, catalogue.Of(tc.want).Number, string(tc.want))
		})
	}
	assert.Empty(t, desk.began, "no card was touched")
	good := read(map[string]any{"id": "000190000018"}, "fullName")
	good["unknownMember"] = true
	c.call("good", MethodRead, good)
	assert.False(t, (<-desk.began).Order.Portrait, "unknown members are ignored")
}

func TestErrorsNeverRepeatTheKey(t *testing.T) {
	c := connect(t, Config{Counter: at(&still{})})
	c.hello()
	c.call(1, MethodRead, read(map[string]any{"id": "00019000001x-secret"}, "fullName"))
	m := c.answerTo(1)
	b, err := json.Marshal(m.Error)
	require.NoError(t, err)
	assert.NotContains(t, string(b), "secret")
	c.call(2, MethodRead, read(map[string]any{"secret": "x"}, "fullName"))
	b, err = json.Marshal(c.answerTo(2).Error)
	require.NoError(t, err)
	assert.NotContains(t, string(b), "secret")
}

func TestNothingBeforeInitialize(t *testing.T) {
	c := connect(t, Config{Counter: at(&still{})})
	for i, method := range []string{MethodReaders, MethodRead, "rpc.discover"} {
		c.call(i, method, map[string]any{})
		c.refused(i, 1305, "NOT_INITIALIZED")
	}
	c.hello()
	c.call(9, MethodReaders, nil)
	m := c.answerTo(9)
	require.NotNil(t, m.Error, "params null is no object")
	c.send(`{"jsonrpc":"2.0","id":10,"method":"readers.list"}`)
	assert.Nil(t, c.answerTo(10).Error, "params may be left out")
}

func TestInitialize(t *testing.T) {
	hello := func(version string) map[string]any {
		return map[string]any{"protocolVersion": version, "client": map[string]any{"name": "test", "version": "7"}, "capabilities": map[string]any{"x": 1}}
	}
	c := connect(t, Config{Counter: at(&still{}), Version: "1.2.3", Mock: true})
	for i, version := range []string{"2.0", "0.9", "10.0"} {
		c.call(i, MethodInitialize, hello(version))
		c.refused(i, 1306, "PROTOCOL_UNSUPPORTED")
	}
	c.call("x", MethodInitialize, hello("one"))
	c.refused("x", -32602, "INVALID_PARAMS")
	c.call("y", MethodInitialize, map[string]any{"protocolVersion": "1.0"})
	c.refused("y", -32602, "INVALID_PARAMS")
	c.call("a", MethodInitialize, hello("1.9"))
	m := c.answerTo("a")
	require.Nil(t, m.Error, "a later version of ours is spoken as 1.0")
	var said initialized
	require.NoError(t, json.Unmarshal(m.Result, &said))
	assert.Equal(t, Version, said.ProtocolVersion)
	assert.Equal(t, "1.2.3", said.Agent.Version)
	assert.True(t, said.Capabilities.Mock)
	assert.Equal(t, answer.Fields(), said.Capabilities.Fields)
	c.call("b", MethodInitialize, hello("1.0"))
	c.refused("b", -32600, "INVALID_REQUEST")
}

func TestSilentClientIsClosed(t *testing.T) {
	c := connect(t, Config{Counter: at(&still{}), InitLimit: 50 * time.Millisecond})
	select {
	case <-c.ended:
		assert.Equal(t, websocket.ClosePolicyViolation, c.code)
	case <-time.After(2 * time.Minute):
		t.Fatal("still open")
	}
	c = connect(t, Config{Counter: at(&still{}), InitLimit: 50 * time.Millisecond})
	c.hello()
	time.Sleep(100 * time.Millisecond)
	c.call(1, MethodReaders, map[string]any{})
	assert.Nil(t, c.answerTo(1).Error)
}

func TestTooManyMalformedMessages(t *testing.T) {
	c := connect(t, Config{Counter: at(&still{})})
	c.hello()
	for range maxFaults {
		c.send(`[]`)
	}
	select {
	case <-c.ended:
		assert.Equal(t, websocket.ClosePolicyViolation, c.code)
	case <-time.After(2 * time.Minute):
		t.Fatal("still open")
	}
}

func TestIDInUse(t *testing.T) {
	desk := &still{began: make(chan reading.Request, 9)}
	c := connect(t, Config{Counter: at(desk)})
	c.hello()
	c.call(1, MethodRead, read(map[string]any{"can": "000018"}, "fullName"))
	<-desk.began
	c.call(1, MethodReaders, map[string]any{})
	c.refused(nil, -32600, "INVALID_REQUEST")
	c.call("1", MethodReaders, map[string]any{})
	assert.Nil(t, c.answerTo("1").Error, "a text is another id than a number")
	c.send(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}`)
	c.refused(1, -32800, "CANCELLED")
	c.call(1, MethodReaders, map[string]any{})
	assert.Nil(t, c.answerTo(1).Error, "the id is free again")
}

func TestTooManyRequests(t *testing.T) {
	desk := &still{began: make(chan reading.Request, 99)}
	c := connect(t, Config{Counter: at(desk)})
	c.hello()
	const token = "0123456789abcdef"
	params := read(map[string]any{"can": "000018"}, "fullName")
	params["resume"] = token
	c.call(0, MethodRead, params)
	<-desk.began
	for i := 1; i < maxInFlight; i++ {
		c.call(i, MethodResume, map[string]any{"resume": token}) // waits for the read to end
	}
	c.call("one more", MethodRead, read(map[string]any{"can": "000018"}, "fullName"))
	c.refused("one more", 1307, "TOO_MANY_REQUESTS")
	c.send(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":0}}`) // it would go on without its page
}

func TestNotificationsAreNotAnswered(t *testing.T) {
	desk := &still{began: make(chan reading.Request, 1)}
	c := connect(t, Config{Counter: at(desk)})
	c.hello()
	for _, text := range []string{
		`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"never used"}}`,
		`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{}}`,
		`{"jsonrpc":"2.0","method":"$/unknown"}`,
		`{"jsonrpc":"2.0","method":"card.read","params":{"fields":["fullName"],"purpose":"x","key":{"can":"000018"}}}`,
	} {
		c.send(text)
	}
	c.call("end", MethodReaders, map[string]any{})
	c.next("answer", func(m message) bool {
		require.Equal(t, "end", fmt.Sprint(m.ID), "the first answer is to the request")
		return true
	})
	assert.Empty(t, desk.began, "a read without an id is not run")
}

// A later version's client may tell what this one does not know.
func TestUnknownNotificationsAreNoFault(t *testing.T) {
	c := connect(t, Config{Counter: at(&still{})})
	c.hello()
	for range 2 * maxFaults {
		c.send(`{"jsonrpc":"2.0","method":"$/later","params":{"x":1}}`)
	}
	c.call("end", MethodReaders, map[string]any{})
	assert.Nil(t, c.answerTo("end").Error)
	for range maxFaults {
		c.send(`{"jsonrpc":"2.0","method":"card.read","params":{}}`)
	}
	<-c.ended
	assert.Equal(t, websocket.ClosePolicyViolation, c.code)
}

func TestClosedConnectionEndsItsReads(t *testing.T) {
	desk := &still{began: make(chan reading.Request, 1)}
	c := connect(t, Config{Counter: at(desk)})
	c.hello()
	c.call(1, MethodRead, read(map[string]any{"can": "000018"}, "fullName"))
	<-desk.began
	c.Close(1000, "") // connect's clean-up waits for the read to end
}

// TestSchemasFitTheCode: what is described is what is spoken.
func TestSchemasFitTheCode(t *testing.T) {
	var described, spoken, unpaired []string
	for _, m := range schema.Methods() {
		if m.Direction == schema.Call {
			described = append(described, m.Name)
		}
		if m.Unpaired {
			unpaired = append(unpaired, m.Name)
		}
	}
	for name := range methods {
		spoken = append(spoken, name)
	}
	for name := range slow {
		spoken = append(spoken, name)
	}
	assert.ElementsMatch(t, described, spoken)
	assert.ElementsMatch(t, unpaired, slices.Collect(maps.Keys(forPairing)))
	common, err := schema.Text("common")
	require.NoError(t, err)
	result, err := schema.Text("card.read.result")
	require.NoError(t, err)
	for _, f := range answer.Fields() {
		assert.Contains(t, string(common)+string(result), `"`+string(f.ID)+`"`, "a field without schema")
	}
	for _, name := range schema.Names() {
		b, err := schema.Text(name)
		require.NoError(t, err)
		assert.Contains(t, string(b), `"$schema": "https://json-schema.org/draft/2020-12/schema"`, name)
	}
}

func TestDiscover(t *testing.T) {
	c := connect(t, Config{Counter: at(&still{})})
	c.hello()
	c.call(1, MethodDiscover, map[string]any{})
	m := c.answerTo(1)
	require.Nil(t, m.Error)
	want, err := os.ReadFile(filepath.Join("..", "..", "docs", "openrpc.json"))
	require.NoError(t, err)
	assert.JSONEq(t, string(want), string(m.Result))
	c.call(2, MethodInitialize, map[string]any{})
	c.refused(2, -32602, "INVALID_PARAMS")

	stranger := connectAs(t, Config{Counter: at(&still{})}, "https://other.example", true)
	stranger.hello()
	stranger.call(1, MethodDiscover, map[string]any{})
	stranger.refused(1, 1508, "PAIRING_ONLY")
}

func FuzzParseRequest(f *testing.F) {
	schemas, err := LoadSchemas()
	require.NoError(f, err)
	for _, seed := range []string{`{"jsonrpc":"2.0","id":1,"method":"readers.list"}`, `[]`, `{"a":{"a":[1,2,{"b":null}]}}`, `{"id":"x"`, "\xff", `{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":-1}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, bad := schemas.parseRequest(b)
		if bad == nil {
			require.NotEmpty(t, r.method)
			require.NotNil(t, r.params)
		}
		if r.id != nil {
			_, ok := idKey(r.id)
			require.True(t, ok)
		}
	})
}
