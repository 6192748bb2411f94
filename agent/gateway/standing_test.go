package gateway

import (
	"context"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/consent"
)

// grants is an Admitter whose mind can be changed.
type grants struct {
	mu      sync.Mutex
	granted map[string]bool
}

func (g *grants) Admits(o consent.Origin) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.granted[o.String()]
}

func (g *grants) set(origin string, granted bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.granted[origin] = granted
}

// run starts a server with the configuration.
func run(t *testing.T, config Config) (*Server, *Listeners) {
	t.Helper()
	listeners, err := Listen(0)
	require.NoError(t, err)
	server := New(listeners, config)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
	})
	return server, listeners
}

func page(t *testing.T, l *Listeners, origin string) *websocket.Conn {
	t.Helper()
	ws, resp, err := websocket.DefaultDialer.Dial("ws://"+l.Addresses()[0]+PathSocket, http.Header{"Origin": {origin}, "Sec-WebSocket-Protocol": {SubProtocol}})
	require.NoError(t, err)
	resp.Body.Close()
	t.Cleanup(func() { ws.Close() })
	return ws
}

// speaks tells whether the echo answers.
func speaks(t *testing.T, ws *websocket.Conn) bool {
	t.Helper()
	require.NoError(t, ws.WriteMessage(websocket.TextMessage, []byte("x")))
	require.NoError(t, ws.SetReadDeadline(time.Now().Add(5*time.Second)))
	_, b, err := ws.ReadMessage()
	return err == nil && string(b) == "x"
}

func TestRevokedOriginsConnectionEndsAtOnce(t *testing.T) {
	g := &grants{granted: map[string]bool{wanted: true, "https://other.example": true}}
	server, l := run(t, Config{Admitter: g, Handler: &echo{}, Limits: generous()})
	revoked, other := page(t, l, wanted), page(t, l, "https://other.example")
	require.True(t, speaks(t, revoked))
	require.True(t, speaks(t, other))
	g.set(wanted, false)
	server.Recheck()
	assert.Equal(t, CloseNotPaired, closeCode(t, revoked))
	assert.True(t, speaks(t, other), "the others go on")
	assert.Equal(t, CloseNotPaired, closeCode(t, page(t, l, wanted)), "and it does not come back")
}

// TestAConnectionsStandingIsAskedAtEachPing: a grant that ended while the computer
// slept, or whose end was moved with the clock, is noticed without anybody's word.
func TestAConnectionsStandingIsAskedAtEachPing(t *testing.T) {
	limits := generous()
	limits.Ping = 5 * time.Millisecond
	g := &grants{granted: map[string]bool{wanted: true}}
	_, l := run(t, Config{Admitter: g, Handler: &echo{}, Limits: limits})
	ws := page(t, l, wanted)
	require.True(t, speaks(t, ws))
	g.set(wanted, false)
	assert.Equal(t, CloseNotPaired, closeCode(t, ws))
}

// TestNothingThatWaitsGoesToARevokedOrigin: what was said to it and not yet sent when
// its grant ended stays here. There is no socket to send it on.
func TestNothingThatWaitsGoesToARevokedOrigin(t *testing.T) {
	c := &Conn{closing: make(chan struct{}), still: func(*Conn) bool { return false }}
	c.once.Do(func() {}) // closed already
	c.recheck()
	b, sent := []byte("a result"), make(chan bool, 1)
	assert.True(t, c.send(outgoing{b, sent}))
	assert.False(t, <-sent, "it counts as not delivered")
	assert.Equal(t, make([]byte, len(b)), b, "and is wiped")
}

func TestPairingLetsStrangersInForAWhile(t *testing.T) {
	var open atomic.Bool
	g := &grants{granted: map[string]bool{}}
	server, l := run(t, Config{Admitter: g, Pairing: open.Load, Handler: &echo{}, Limits: generous()})
	assert.Equal(t, CloseNotPaired, closeCode(t, page(t, l, wanted)))
	open.Store(true)
	ws := page(t, l, wanted)
	require.True(t, speaks(t, ws))
	open.Store(false)
	server.Recheck()
	assert.Equal(t, CloseNotPaired, closeCode(t, ws))
}

func TestStrangersHaveAShareOfTheirOwn(t *testing.T) {
	limits := generous()
	limits.Strangers = 3
	g := &grants{granted: map[string]bool{wanted: true}}
	_, l := run(t, Config{Admitter: g, Pairing: func() bool { return true }, Handler: &echo{}, Limits: limits})
	var inside []*websocket.Conn
	for _, origin := range []string{"https://a.example", "https://b.example", "https://c.example"} {
		ws := page(t, l, origin)
		require.True(t, speaks(t, ws))
		inside = append(inside, ws)
	}
	resp := send(t, l.Addresses()[0], valid(l.Port()).set("Origin", "https://d.example").bytes())
	assert.Equal(t, http.StatusServiceUnavailable, resp.StatusCode)
	assert.True(t, speaks(t, page(t, l, wanted)), "a paired page is not disturbed")
	assert.Len(t, inside, 3)
}

func TestOtherSessionsAndUsers(t *testing.T) {
	g := &grants{granted: map[string]bool{wanted: true}}
	server, l := run(t, Config{Admitter: g, Handler: &echo{}, Limits: generous()})
	var peer atomic.Int32
	server.gate.peer = func(_, _ netip.AddrPort) Peer { return Peer(peer.Load()) }
	assert.True(t, speaks(t, page(t, l, wanted)), "a system that does not tell")
	peer.Store(int32(PeerOtherSession))
	assert.Equal(t, CloseOtherSession, closeCode(t, page(t, l, wanted)))
	peer.Store(int32(PeerOtherUser))
	assert.Equal(t, http.StatusForbidden, send(t, l.Addresses()[0], valid(l.Port()).bytes()).StatusCode)
	health := handshake{"GET", PathHealth, "HTTP/1.1", [][2]string{{"Host", l.Addresses()[0]}}, ""}
	assert.Equal(t, http.StatusForbidden, send(t, l.Addresses()[0], health.bytes()).StatusCode)
	peer.Store(int32(PeerOurs))
	assert.True(t, speaks(t, page(t, l, wanted)))
}

func TestDeliverTellsWhetherTheClientWasThere(t *testing.T) {
	conns := make(chan *Conn, 1)
	g := &grants{granted: map[string]bool{wanted: true}}
	_, l := run(t, Config{Admitter: g, Handler: keeper(conns), Limits: generous()})
	ws := page(t, l, wanted)
	conn := <-conns
	assert.Equal(t, l.Port(), conn.Port())
	assert.Equal(t, wanted, conn.Caller().String())
	require.NoError(t, conn.Deliver([]byte("here")))
	_, b, err := ws.ReadMessage()
	require.NoError(t, err)
	assert.Equal(t, "here", string(b))
	ws.Close()
	<-conn.Done()
	assert.ErrorIs(t, conn.Deliver([]byte("gone")), ErrClosed)
}

// keeper hands the connection out and reads until it ends.
type keeper chan *Conn

func (k keeper) Serve(_ context.Context, c *Conn) {
	k <- c
	for {
		if _, err := c.Read(); err != nil {
			return
		}
	}
}
