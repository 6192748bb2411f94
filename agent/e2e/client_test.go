//go:build e2e

package e2e

import (
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
}

// dial connects as a page of that origin.
func dial(t *testing.T, address, origin string) *client {
	t.Helper()
	ws, _, err := websocket.DefaultDialer.Dial(address, http.Header{"Origin": {origin}, "Sec-WebSocket-Protocol": {"chipid.v1"}})
	require.NoError(t, err)
	t.Cleanup(func() { ws.Close() })
	c := &client{t, ws, make(chan string, 1)}
	c.call(100, "initialize", `{"protocolVersion":"1.0","client":{"name":"test"}}`)
	return c
}

// read asks for a person's name and portrait, waiting for a card if there is none.
func (c *client) read(id int, who persona.Persona, reader string) {
	c.ended <- c.call(id, "card.read", fmt.Sprintf(`{"fields":["fullName","portrait"],"purpose":"CT01","citizenConsent":true,"wait":true,"key":{"id":%q},"reader":%q}`, who.Number, reader))
}

// call sends a request and returns the code of its error.
func (c *client) call(id int, method, params string) string {
	if !assert.NoError(c.t, c.ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`, id, method, params))) {
		return "?"
	}
	_ = c.ws.SetReadDeadline(time.Now().Add(patience))
	for {
		var m struct {
			ID    int
			Error *struct{ Data struct{ Code string } }
		}
		if !assert.NoError(c.t, c.ws.ReadJSON(&m)) {
			return "?"
		}
		switch {
		case m.ID != id:
		case m.Error != nil:
			return m.Error.Data.Code
		default:
			return ""
		}
	}
}
