package gateway

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"chipid/agent/consent"
)

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

func TestMain(m *testing.M) {
	if address := os.Getenv("CHIPID_TEST_KNOCK"); address != "" {
		child(address)
		return
	}
	goleak.VerifyTestMain(m)
}

// child is what a child process of a test does; a system sets it.
var child = func(string) {}

const wanted = "https://motcua.example.vn"

// echo repeats every message and counts the conversations.
type echo struct{ served atomic.Int32 }

func (e *echo) Serve(_ context.Context, c *Conn) {
	e.served.Add(1)
	for {
		b, err := c.Read()
		if err != nil {
			return
		}
		if c.Write(b) != nil {
			return
		}
	}
}

// goodToken is the one token that a local client has.
const goodToken = "chipid_0123456789"

// clients knows goodToken.
type clients struct{}

func (clients) ClientOf(token string) (consent.Caller, bool) {
	return consent.Caller{Client: "kho"}, token == goodToken
}

func (clients) Knows(c consent.Caller) bool { return c.Client == "kho" }

// start runs a server on a free port with the limits and the wanted origin.
func start(t *testing.T, limits Limits, handler Handler) *Listeners {
	t.Helper()
	run, err := consent.NewRun(wanted, "http://localhost:3000")
	require.NoError(t, err)
	listeners, err := Listen(0)
	require.NoError(t, err)
	server := New(listeners, Config{Admitter: run, Clients: clients{}, Handler: handler, Limits: limits})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-done:
			require.NoError(t, err)
		case <-time.After(patience):
			t.Error("the server does not stop")
		}
	})
	return listeners
}

// generous are limits that no table of handshakes reaches.
func generous() Limits {
	l := DefaultLimits()
	l.Handshakes, l.Messages, l.Stop = 1000, 1000, 300*time.Millisecond
	return l
}

// handshake is a request as it stands on the wire; headers with an empty name are left out.
type handshake struct {
	method, target, version string
	headers                 [][2]string
	body                    string
}

// valid is the handshake that is let in.
func valid(port int) handshake {
	return handshake{"GET", "/v1", "HTTP/1.1", [][2]string{
		{"Host", "127.0.0.1:" + strconv.Itoa(port)}, {"Origin", wanted}, {"Connection", "Upgrade"}, {"Upgrade", "websocket"},
		{"Sec-WebSocket-Version", "13"}, {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}, {"Sec-WebSocket-Protocol", "chipid.v1"},
	}, ""}
}

// set replaces a header, without drops it, add adds a second one.
func (h handshake) set(name, value string) handshake {
	h = h.without(name)
	return h.add(name, value)
}

func (h handshake) without(name string) handshake {
	var kept [][2]string
	for _, header := range h.headers {
		if header[0] != name {
			kept = append(kept, header)
		}
	}
	h.headers = kept
	return h
}

func (h handshake) add(name, value string) handshake {
	h.headers = append(append([][2]string(nil), h.headers...), [2]string{name, value})
	return h
}

func (h handshake) bytes() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s\r\n", h.method, h.target, h.version)
	for _, header := range h.headers {
		fmt.Fprintf(&b, "%s: %s\r\n", header[0], header[1])
	}
	return b.String() + "\r\n" + h.body
}

// sendAll sends the request and returns the answer's head and, after an upgrade,
// everything that follows until the server closes.
func sendAll(t *testing.T, address string, request string) (*http.Response, string) {
	t.Helper()
	return exchange(t, address, request, true)
}

// send sends the request to the address and returns the answer's head.
func send(t *testing.T, address string, request string) *http.Response {
	t.Helper()
	resp, _ := exchange(t, address, request, false)
	return resp
}

func exchange(t *testing.T, address string, request string, all bool) (*http.Response, string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	_, err = conn.Write([]byte(request))
	require.NoError(t, err)
	in := bufio.NewReader(conn)
	resp, err := http.ReadResponse(in, nil)
	require.NoError(t, err)
	resp.Body.Close()
	if !all {
		return resp, ""
	}
	rest, err := io.ReadAll(in) // a refused connection with unread input may be reset
	if resp.StatusCode == http.StatusSwitchingProtocols {
		require.NoError(t, err)
	}
	return resp, string(rest)
}

// dial opens a WebSocket as the wanted page.
func dial(t *testing.T, l *Listeners) *websocket.Conn {
	t.Helper()
	ws, resp, err := websocket.DefaultDialer.Dial("ws://"+l.Addresses()[0]+PathSocket,
		http.Header{"Origin": {wanted}, "Sec-WebSocket-Protocol": {SubProtocol}})
	require.NoError(t, err)
	resp.Body.Close()
	t.Cleanup(func() { ws.Close() })
	return ws
}

// closeCode reads until the server closes and returns its code.
func closeCode(t *testing.T, ws *websocket.Conn) int {
	t.Helper()
	require.NoError(t, ws.SetReadDeadline(time.Now().Add(patience)))
	for {
		_, _, err := ws.ReadMessage()
		if err == nil {
			continue
		}
		var closed *websocket.CloseError
		require.ErrorAs(t, err, &closed)
		return closed.Code
	}
}
