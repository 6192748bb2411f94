package gateway

import (
	"chipid/agent/consent"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEchoAndNormalClose(t *testing.T) {
	l := start(t, generous(), &echo{})
	ws := dial(t, l)
	require.NoError(t, ws.WriteMessage(websocket.TextMessage, []byte("xin chào")))
	_, b, err := ws.ReadMessage()
	require.NoError(t, err)
	assert.Equal(t, "xin chào", string(b))
	require.NoError(t, ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(1000, ""), time.Now().Add(time.Second)))
	assert.Equal(t, websocket.CloseNormalClosure, closeCode(t, ws))
}

func TestBadFramesEndTheConnection(t *testing.T) {
	limits := generous()
	limits.MessageBytes = 1024
	l := start(t, limits, &echo{})
	cases := []struct {
		name string
		kind int
		data string
		code int
	}{
		{"one byte too long", websocket.TextMessage, strings.Repeat("x", 1025), websocket.CloseMessageTooBig},
		{"far too long", websocket.TextMessage, strings.Repeat("x", 1<<20), websocket.CloseMessageTooBig},
		{"binary", websocket.BinaryMessage, "{}", websocket.CloseUnsupportedData},
		{"not UTF-8", websocket.TextMessage, "\xff\xfe", websocket.CloseInvalidFramePayloadData},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			ws := dial(t, l)
			_ = ws.WriteMessage(c.kind, []byte(c.data))
			assert.Equal(t, c.code, closeCode(t, ws))
		})
	}
	for name, frame := range map[string]string{
		"not masked":                     "\x81\x02{}",
		"compression that nobody agreed": "\xc1\x82\x00\x00\x00\x00{}",
		"a reserved kind":                "\x83\x82\x00\x00\x00\x00{}",
		"the end of no message":          "\x80\x82\x00\x00\x00\x00{}",
		"a long ping":                    "\x89\xfe\x00\x7e\x00\x00\x00\x00",
		"a ping in parts":                "\x09\x80\x00\x00\x00\x00",
	} {
		t.Run(name, func(t *testing.T) {
			ws := dial(t, l)
			_, err := ws.NetConn().Write([]byte(frame))
			require.NoError(t, err)
			assert.Equal(t, websocket.CloseProtocolError, closeCode(t, ws))
		})
	}
	ws := dial(t, l)
	require.NoError(t, ws.WriteMessage(websocket.TextMessage, []byte(strings.Repeat("x", 1024))))
	_, b, err := ws.ReadMessage()
	require.NoError(t, err, "the longest message is taken")
	assert.Len(t, b, 1024)
}

func TestTooManyMessages(t *testing.T) {
	limits := generous()
	limits.Messages = 5
	l := start(t, limits, &echo{})
	flood := map[string]func(ws *websocket.Conn) error{
		"messages": func(ws *websocket.Conn) error { return ws.WriteMessage(websocket.TextMessage, []byte("x")) },
		"pings":    func(ws *websocket.Conn) error { return ws.WriteMessage(websocket.PingMessage, nil) },
	}
	for name, send := range flood {
		t.Run(name, func(t *testing.T) {
			ws := dial(t, l)
			for range 50 {
				if send(ws) != nil {
					break
				}
			}
			assert.Equal(t, websocket.ClosePolicyViolation, closeCode(t, ws))
		})
	}
}

func TestTooManyConnections(t *testing.T) {
	limits := generous()
	limits.PerOrigin, limits.Total = 2, 3
	l := start(t, limits, &echo{})
	open := func(origin string) (*websocket.Conn, int) {
		ws, resp, _ := websocket.DefaultDialer.Dial("ws://"+l.Addresses()[0]+PathSocket,
			http.Header{"Origin": {origin}, "Sec-WebSocket-Protocol": {SubProtocol}})
		if ws != nil {
			t.Cleanup(func() { ws.Close() })
		}
		return ws, resp.StatusCode
	}
	first, status := open(wanted)
	assert.Equal(t, http.StatusSwitchingProtocols, status)
	_, status = open(wanted)
	assert.Equal(t, http.StatusSwitchingProtocols, status)
	_, status = open(wanted)
	assert.Equal(t, http.StatusServiceUnavailable, status, "the origin's share")
	_, status = open("http://localhost:3000")
	assert.Equal(t, http.StatusSwitchingProtocols, status, "another origin has its own")
	_, status = open("http://localhost:3000")
	assert.Equal(t, http.StatusServiceUnavailable, status, "all together")
	first.Close()
	require.Eventually(t, func() bool { _, s := open(wanted); return s == http.StatusSwitchingProtocols }, patience, 20*time.Millisecond)
}

func TestHandshakesTooOften(t *testing.T) {
	limits := generous()
	limits.Handshakes = 1
	l := start(t, limits, &echo{})
	var statuses []int
	for range 4 {
		statuses = append(statuses, send(t, l.Addresses()[0], valid(l.Port()).bytes()).StatusCode)
	}
	assert.Equal(t, []int{101, 101, 429, 429}, statuses)
	// A flood of strangers does not use up the wanted origin's rate.
	for i := range 20 {
		want := 429
		if i < 2 {
			want = 101 // to be told 4403
		}
		assert.Equal(t, want, send(t, l.Addresses()[0], valid(l.Port()).set("Origin", fmt.Sprintf("https://evil%d.example", i)).bytes()).StatusCode)
	}
	time.Sleep(1100 * time.Millisecond)
	assert.Equal(t, 101, send(t, l.Addresses()[0], valid(l.Port()).bytes()).StatusCode)
}

func TestSlowHeaderIsCutOff(t *testing.T) {
	limits := generous()
	limits.Header = 200 * time.Millisecond
	l := start(t, limits, &echo{})
	conn, err := net.Dial("tcp", l.Addresses()[0])
	require.NoError(t, err)
	defer conn.Close()
	_, err = conn.Write([]byte("GET /v1 HTTP/1.1\r\nHost: "))
	require.NoError(t, err)
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(patience)))
	buffer := make([]byte, 512)
	for err == nil {
		_, err = conn.Read(buffer)
	}
	assert.False(t, errors.Is(err, context.DeadlineExceeded) || isTimeout(err), "the server closed: %v", err)
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

func TestSilentClientIsGone(t *testing.T) {
	limits := generous()
	limits.Ping, limits.Idle = 50*time.Millisecond, 200*time.Millisecond
	l := start(t, limits, &echo{})
	deaf := dial(t, l)
	deaf.SetPingHandler(func(string) error { return nil })
	start := time.Now()
	closeCode(t, deaf)
	assert.Less(t, time.Since(start), 5*time.Second)

	alive := dial(t, l)
	go func() {
		time.Sleep(600 * time.Millisecond)
		_ = alive.WriteMessage(websocket.TextMessage, []byte("still here"))
	}()
	require.NoError(t, alive.SetReadDeadline(time.Now().Add(patience)))
	_, b, err := alive.ReadMessage() // answers pings meanwhile
	require.NoError(t, err)
	assert.Equal(t, "still here", string(b))
}

// talker sends without end to a client that does not read.
type talker struct{ ended chan error }

func (h *talker) Serve(_ context.Context, c *Conn) {
	for {
		if err := c.Write(make([]byte, 256<<10)); err != nil {
			h.ended <- err
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func TestSlowReaderIsCutOff(t *testing.T) {
	limits := generous()
	limits.Write = 500 * time.Millisecond
	handler := &talker{ended: make(chan error, 1)}
	l := start(t, limits, handler)
	dial(t, l)
	select {
	case err := <-handler.ended:
		assert.ErrorIs(t, err, ErrClosed)
	case <-time.After(10 * time.Second):
		t.Fatal("the slow reader holds the agent up")
	}
}

// hoarder sends long answers as fast as it can and notes how much waits.
type hoarder struct {
	most  int
	ended chan error
}

func (h *hoarder) Serve(_ context.Context, c *Conn) {
	for {
		err := c.Write(make([]byte, 256<<10))
		c.mu.Lock()
		h.most = max(h.most, c.waiting)
		c.mu.Unlock()
		if err != nil {
			h.ended <- err
			return
		}
	}
}

// TestASlowReaderHoldsLittle: long answers to a client that takes none of them are
// bounded in bytes, not in messages alone.
func TestASlowReaderHoldsLittle(t *testing.T) {
	limits := generous()
	limits.Queue, limits.QueueBytes = 1000, 1<<20
	handler := &hoarder{ended: make(chan error, 1)}
	l := start(t, limits, handler)
	dial(t, l)
	assert.ErrorIs(t, <-handler.ended, ErrClosed)
	assert.LessOrEqual(t, handler.most, limits.QueueBytes)
	assert.Greater(t, handler.most, limits.QueueBytes/2)
}

// once sends one message, longer than what may wait behind another.
type once struct{ long []byte }

func (o once) Serve(_ context.Context, c *Conn) { _ = c.Deliver(o.long) }

func TestALongAnswerAlone(t *testing.T) {
	limits := generous()
	limits.QueueBytes = 1 << 10
	l := start(t, limits, once{make([]byte, 64<<10)})
	_, b, err := dial(t, l).ReadMessage()
	require.NoError(t, err)
	assert.Len(t, b, 64<<10)
}

func TestHalfOpenConnectionsKeepNobodyOut(t *testing.T) {
	limits := generous()
	limits.Sockets, limits.Header = 8, time.Hour
	l := start(t, limits, &echo{})
	halfOpen := func() net.Conn {
		conn, err := net.Dial("tcp", l.Addresses()[0])
		require.NoError(t, err)
		t.Cleanup(func() { conn.Close() })
		_, err = conn.Write([]byte("GET /v1 HTTP/1.1\r\nHost:"))
		require.NoError(t, err)
		return conn
	}
	first := halfOpen()
	for range 3 {
		halfOpen()
	}
	ws := dial(t, l)
	for range 40 {
		halfOpen()
	}
	require.NoError(t, first.SetReadDeadline(time.Now().Add(20*time.Second)))
	_, err := first.Read(make([]byte, 1))
	assert.False(t, err == nil || isTimeout(err), "the one that kept its request back for longest had to go: %v", err)
	dial(t, l)
	require.NoError(t, ws.WriteMessage(websocket.TextMessage, []byte("still here")))
	_, b, err := ws.ReadMessage()
	require.NoError(t, err, "a client that had asked stays")
	assert.Equal(t, "still here", string(b))
}

// A socket beyond the limit is closed where all others have asked.
func TestTooManySockets(t *testing.T) {
	limits := generous()
	limits.Sockets = 2
	l := start(t, limits, &echo{})
	first := dial(t, l)
	dial(t, l)
	conn, err := net.Dial("tcp", l.Addresses()[0])
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(20*time.Second)))
	_, err = conn.Read(make([]byte, 1))
	assert.False(t, err == nil || isTimeout(err), "closed: %v", err)
	first.Close()
	require.Eventually(t, func() bool {
		ws, _, err := websocket.DefaultDialer.Dial("ws://"+l.Addresses()[0]+PathSocket, http.Header{"Origin": {wanted}, "Sec-WebSocket-Protocol": {SubProtocol}})
		return err == nil && ws.Close() == nil
	}, patience, 20*time.Millisecond, "its place is free again")
}

func TestStopTellsClients(t *testing.T) {
	listeners, err := Listen(0)
	require.NoError(t, err)
	server := New(listeners, Config{Admitter: all{}, Handler: &echo{}, Limits: generous()})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Run(ctx) }()
	ws := dial(t, listeners)
	require.NoError(t, ws.WriteMessage(websocket.TextMessage, []byte("x")))
	_, _, err = ws.ReadMessage()
	require.NoError(t, err)
	cancel()
	assert.Equal(t, websocket.CloseGoingAway, closeCode(t, ws))
	require.NoError(t, <-done)
	_, err = net.Dial("tcp", listeners.Addresses()[0])
	assert.Error(t, err, "the port is free again")
}

func TestListenOnLoopbackOnly(t *testing.T) {
	l, err := Listen(0)
	require.NoError(t, err)
	defer l.Close()
	for _, address := range l.Addresses() {
		host, _, err := net.SplitHostPort(address)
		require.NoError(t, err)
		assert.True(t, net.ParseIP(host).IsLoopback(), address)
	}
	_, err = Listen(l.Port())
	assert.ErrorIs(t, err, ErrPort, "taken")
	_, err = Listen(70000)
	assert.ErrorIs(t, err, ErrPort)
}

func TestPortTakenOnIPv6Only(t *testing.T) {
	if !hasIPv6() {
		return // the case cannot arise here
	}
	squatter, err := net.Listen("tcp6", "[::1]:0")
	require.NoError(t, err)
	defer squatter.Close()
	_, err = Listen(squatter.Addr().(*net.TCPAddr).Port)
	assert.ErrorIs(t, err, ErrPort, "another program would get half of our clients")
}

func TestManyClientsAtOnce(t *testing.T) {
	l := start(t, generous(), &echo{})
	var clients sync.WaitGroup
	for i := range 12 {
		ws := dial(t, l)
		clients.Go(func() {
			for j := range 20 {
				text := fmt.Sprint(i, " ", j)
				if !assert.NoError(t, ws.WriteMessage(websocket.TextMessage, []byte(text))) {
					return
				}
				_, b, err := ws.ReadMessage()
				if !assert.NoError(t, err) || !assert.Equal(t, text, string(b)) {
					return
				}
			}
		})
	}
	clients.Wait()
}

// all admits every origin.
type all struct{}

func (all) Admits(consent.Origin) bool { return true }

func TestLimitsAreDocumented(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "docs", "protocol.md"))
	require.NoError(t, err)
	l := DefaultLimits()
	for _, row := range []string{
		fmt.Sprintf("| message from a client | %d KiB |", l.MessageBytes>>10),
		fmt.Sprintf("| messages and pings of a client | %d a second, %d at once |", l.Messages, 2*l.Messages),
		fmt.Sprintf("| connections | %d an origin, %d of all without a grant, %d in all; %d sockets |", l.PerOrigin, l.Strangers, l.Total, l.Sockets),
		fmt.Sprintf("| new connections | %d a second and origin, %d at once |", l.Handshakes, 2*l.Handshakes),
		fmt.Sprintf("| client that reads slowly | %d messages and, behind the first, %d MiB wait, %.0f s for one |", l.Queue, l.QueueBytes>>20, l.Write.Seconds()),
		fmt.Sprintf("| client that is silent | pinged every %.0f s, gone after %.0f s", l.Ping.Seconds(), l.Idle.Seconds()),
	} {
		assert.Contains(t, string(b), row)
	}
}
