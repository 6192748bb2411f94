package rpc

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"chipid/agent/audit"
	"chipid/agent/catalogue"
	"chipid/agent/child"
	"chipid/agent/consent"
	"chipid/agent/counter"
	"chipid/agent/gateway"
	"chipid/agent/reading"
	"chipid/agent/rpc/schema"
	"chipid/mock-reader/inproc"
	"chipid/mock-reader/persona"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// client is the other end of a conversation, without sockets.
type client struct {
	t      *testing.T
	in     chan []byte
	out    chan message
	once   sync.Once
	ended  chan struct{}
	reason string
	code   int
	// caller is who the client is; pairing: it has no grant.
	caller  consent.Caller
	pairing bool
}

// message is anything that the agent sends.
type message struct {
	ID     any             `json:"id"`
	Method string          `json:"method"`
	Params map[string]any  `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Code    int            `json:"code"`
		Message string         `json:"message"`
		Data    map[string]any `json:"data"`
	} `json:"error"`
}

func (c *client) Caller() consent.Caller { return c.caller }

func (c *client) Pairing() bool { return c.pairing }

func (c *client) Port() int { return 9590 }

func (c *client) Deliver(b []byte) error { return c.Write(b) }

func (c *client) Read() ([]byte, error) {
	select {
	case b := <-c.in:
		return b, nil
	case <-c.ended:
		return nil, gateway.ErrClosed
	}
}

func (c *client) Write(b []byte) error {
	var m message
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	assert.NoError(c.t, d.Decode(&m))
	select {
	case c.out <- m:
		return nil
	case <-c.ended:
		return gateway.ErrClosed
	}
}

func (c *client) Close(code int, reason string) {
	c.once.Do(func() {
		c.code, c.reason = code, reason
		close(c.ended)
	})
}

// page is the origin of the clients of these tests, named for the run.
const page = "https://motcua.example.vn"

// at is a counter over the desk that lets the page do everything.
func at(desk counter.Desk) *counter.Counter {
	run, err := consent.NewRun(page)
	if err != nil {
		panic(err)
	}
	return counter.New(counter.Config{Desk: desk, Book: consent.NewBook(run, nil, nil), Audit: unwritten{}})
}

// children begin a read's child that nobody lets near a card.
type children struct{}

func (children) Begin(ctx context.Context, key child.Key) (*child.Child, error) {
	return child.Begin(ctx, child.Goroutine{}, child.Trust{}, key)
}

// unwritten is an audit that keeps nothing.
type unwritten struct{}

func (unwritten) Append(audit.Entry) error             { return nil }
func (unwritten) Pseudonym(*audit.Entry, []byte) error { return nil }

func callerOf(t *testing.T, text string) consent.Caller {
	t.Helper()
	o, err := consent.ParseOrigin(text)
	require.NoError(t, err)
	return consent.Caller{Origin: o}
}

// connect starts a conversation as the page over the desk. Every message that
// the agent sends is validated with its schema.
func connect(t *testing.T, config Config) *client {
	t.Helper()
	return connectAs(t, config, page, false)
}

func connectAs(t *testing.T, config Config, origin string, pairing bool) *client {
	t.Helper()
	c := &client{t: t, caller: callerOf(t, origin), pairing: pairing, in: make(chan []byte), out: make(chan message, 1000), ended: make(chan struct{})}
	schemas, err := LoadSchemas()
	require.NoError(t, err)
	config.Outgoing = func(method string, b []byte) {
		assert.NoError(t, schemas.CheckOut(method, b), string(b))
		checkCode(t, method, b)
	}
	server, err := New(config)
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		server.Talk(context.Background(), c)
	}()
	t.Cleanup(func() {
		c.Close(1000, "")
		select {
		case <-done:
		case <-time.After(2 * time.Minute):
			t.Error("the conversation does not end")
		}
	})
	return c
}

// checkCode asks that an error is one that the method is said to end with.
func checkCode(t *testing.T, method string, b []byte) {
	t.Helper()
	var m message
	assert.NoError(t, json.Unmarshal(b, &m))
	if m.Error == nil {
		return
	}
	codes := schema.Always
	if described, ok := schema.Find(method); ok {
		codes = described.Codes()
	}
	assert.Contains(t, codes, catalogue.Code(fmt.Sprint(m.Error.Data["code"])), "of %q", method)
}

// send sends one message as it stands.
func (c *client) send(text string) {
	select {
	case c.in <- []byte(text):
	case <-c.ended:
		c.t.Fatal("the agent closed: " + c.reason)
	}
}

// call sends a request with the id.
func (c *client) call(id any, method string, params any) {
	b, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": id, "method": method, "params": params})
	require.NoError(c.t, err)
	c.send(string(b))
}

// next returns the next message for which ok holds.
func (c *client) next(what string, ok func(message) bool) message {
	c.t.Helper()
	deadline := time.After(2 * time.Minute)
	for {
		select {
		case m := <-c.out:
			if ok(m) {
				return m
			}
		case <-deadline:
			c.t.Fatal("no " + what)
		}
	}
}

// answerTo returns the response to the id, nil for the response without id.
func (c *client) answerTo(id any) message {
	c.t.Helper()
	return c.next(fmt.Sprintf("answer to %v", id), func(m message) bool {
		return m.Method == "" && fmt.Sprint(m.ID) == fmt.Sprint(id)
	})
}

// event returns the next notification of that method.
func (c *client) event(method string) message {
	c.t.Helper()
	return c.next(method, func(m message) bool { return m.Method == method })
}

// hello introduces the client.
func (c *client) hello() {
	c.t.Helper()
	c.call("hello", MethodInitialize, map[string]any{"protocolVersion": "1.0", "client": map[string]any{"name": "test"}})
	require.Nil(c.t, c.answerTo("hello").Error)
}

// refused asserts that the answer to id is the error.
func (c *client) refused(id any, code int, name string) message {
	c.t.Helper()
	m := c.answerTo(id)
	require.NotNil(c.t, m.Error, "%s", m.Result)
	assert.Equal(c.t, name, m.Error.Data["code"])
	assert.Equal(c.t, code, m.Error.Code)
	return m
}

// over runs a desk over mock readers until the test ends.
func over(t *testing.T, cards ...string) (*reading.Desk, *inproc.Source) {
	t.Helper()
	source, err := inproc.New(cards...)
	require.NoError(t, err)
	desk := reading.New(reading.Config{Source: source})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- desk.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
	})
	return desk, source
}

func number(t *testing.T, name string) string {
	t.Helper()
	p, err := persona.ByName(name)
	require.NoError(t, err)
	return p.Number
}

// read is the params of a card.read.
func read(key map[string]any, fields ...string) map[string]any {
	return map[string]any{"fields": fields, "purpose": "thử", "key": key}
}
