//go:build e2e

package e2e

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/mock-reader/persona"
)

// client is a page without a browser.
type client struct {
	t  *testing.T
	ws *websocket.Conn
	// ended gets the code of each read's error, empty for a result.
	ended chan string
	// result is the last one.
	result json.RawMessage
}

// dial connects as a page of that origin.
func dial(t *testing.T, address, origin string) *client {
	t.Helper()
	ws, _, err := websocket.DefaultDialer.Dial(address, http.Header{"Origin": {origin}, "Sec-WebSocket-Protocol": {"chipid.v1"}})
	require.NoError(t, err)
	t.Cleanup(func() { ws.Close() })
	c := &client{t: t, ws: ws, ended: make(chan string, 1)}
	c.call(100, "initialize", `{"protocolVersion":"1.0","client":{"name":"test"}}`)
	return c
}

// read asks for a person's name and portrait, waiting for a card if there is none.
func (c *client) read(id int, who persona.Persona, reader string) {
	c.ended <- c.call(id, "card.read", fmt.Sprintf(`{"fields":["fullName","portrait"],"purpose":"CT01","citizenConsent":true,"wait":true,"key":{"id":%q},"reader":%q}`, who.Number, reader))
}

// pair asks to be paired, and waits for the officer; nobody looks at its code.
func (c *client) pair(name, purpose string, fields ...string) {
	encode := base64.RawURLEncoding.EncodeToString
	nonce := make([]byte, 32)
	sum := sha256.New()
	for _, part := range [][]byte{[]byte("chipid pairing commitment page"), nonce} {
		_ = binary.Write(sum, binary.BigEndian, uint32(len(part)))
		sum.Write(part)
	}
	ask := func(id int, method string, params map[string]any) string {
		b, err := json.Marshal(params)
		assert.NoError(c.t, err)
		return c.call(id, method, string(b))
	}
	code := ask(11, "pairing.request", map[string]any{"name": name, "purpose": purpose, "fields": fields, "commitment": encode(sum.Sum(nil))})
	var opened struct{ Pairing string }
	if code == "" && assert.NoError(c.t, json.Unmarshal(c.result, &opened)) {
		code = ask(12, "pairing.reveal", map[string]any{"pairing": opened.Pairing, "nonce": encode(nonce)})
	}
	if code == "" {
		code = ask(13, "pairing.finish", map[string]any{"pairing": opened.Pairing})
	}
	c.ended <- code
}

// call sends a request and returns the code of its error.
func (c *client) call(id int, method, params string) string {
	if !assert.NoError(c.t, c.ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`, id, method, params))) {
		return "?"
	}
	_ = c.ws.SetReadDeadline(time.Now().Add(patience))
	for {
		var m struct {
			ID     int
			Result json.RawMessage
			Error  *struct{ Data struct{ Code string } }
		}
		if !assert.NoError(c.t, c.ws.ReadJSON(&m)) {
			return "?"
		}
		switch {
		case m.ID != id:
		case m.Error != nil:
			return m.Error.Data.Code
		default:
			c.result = m.Result
			return ""
		}
	}
}
