package gateway

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"

	"chipid/agent/consent"
)

// Conn is an open connection to an admitted page. Read is for one goroutine;
// the other methods may be called from any.
type Conn struct {
	origin consent.Origin
	limits Limits
	ws     *websocket.Conn
	rate   *bucket

	mu      sync.Mutex // between Write and end, so that nothing is queued after the last was sent
	ended   bool
	queue   chan []byte
	closing chan struct{}
	once    sync.Once
	code    int
	reason  string
	written chan struct{}
}

// ErrClosed: the connection has ended or is ending.
var ErrClosed = errors.New("gateway: connection closed")

func newConn(ws *websocket.Conn, origin consent.Origin, limits Limits) *Conn {
	c := &Conn{origin: origin, limits: limits, ws: ws, rate: newBucket(limits.Messages),
		queue: make(chan []byte, limits.Queue), closing: make(chan struct{}), written: make(chan struct{})}
	ws.SetReadLimit(int64(limits.MessageBytes))
	c.alive()
	ws.SetPongHandler(func(string) error { c.alive(); return nil })
	ws.SetPingHandler(c.pinged)
	go c.write()
	return c
}

// Origin returns the page's origin.
func (c *Conn) Origin() consent.Origin { return c.origin }

// alive puts the end of the client's silence off.
func (c *Conn) alive() { _ = c.ws.SetReadDeadline(time.Now().Add(c.limits.Idle)) }

// pinged answers a client's ping; pings count as messages.
func (c *Conn) pinged(data string) error {
	if !c.rate.take(time.Now()) {
		c.Close(websocket.ClosePolicyViolation, "too many messages")
		return ErrClosed
	}
	c.alive()
	_ = c.ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(c.limits.Write))
	return nil
}

// Read returns the next message, valid UTF-8 of at most MessageBytes. The error
// is ErrClosed once the connection has ended, for whatever reason: a message
// that is too long (1009), binary (1003), not UTF-8 (1007) or one too many
// (1008) ends it.
func (c *Conn) Read() ([]byte, error) {
	kind, b, err := c.ws.ReadMessage()
	switch {
	case errors.Is(err, websocket.ErrReadLimit):
		c.Close(websocket.CloseMessageTooBig, "message too long")
	case err != nil:
		c.Close(websocket.CloseNormalClosure, "")
	case kind != websocket.TextMessage:
		c.Close(websocket.CloseUnsupportedData, "text frames only")
	case !utf8.Valid(b):
		c.Close(websocket.CloseInvalidFramePayloadData, "not UTF-8")
	case !c.rate.take(time.Now()):
		c.Close(websocket.ClosePolicyViolation, "too many messages")
	default:
		c.alive()
		return b, nil
	}
	return nil, ErrClosed
}

// Write queues a message and takes b over: it is cleared once it is sent. A
// client that does not read fast enough is cut off.
func (c *Conn) Write(b []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		clear(b)
		return ErrClosed
	}
	select {
	case c.queue <- b:
		return nil
	default:
		clear(b)
		c.Close(websocket.ClosePolicyViolation, "reads too slowly")
		return ErrClosed
	}
}

// Close ends the connection with a close code and reason, after the messages
// that wait have been sent. Only the first call counts.
func (c *Conn) Close(code int, reason string) {
	c.once.Do(func() {
		c.code, c.reason = code, reason
		// A write that a slow client holds up must not hold up the end.
		_ = c.ws.NetConn().SetWriteDeadline(time.Now().Add(c.limits.Stop))
		close(c.closing)
	})
}

// Done is closed when the connection begins to end.
func (c *Conn) Done() <-chan struct{} { return c.closing }

// finish waits until everything is sent and the socket is closed. Close must
// have been called.
func (c *Conn) finish() { <-c.written }

// write is the one goroutine that writes messages and pings.
func (c *Conn) write() {
	defer close(c.written)
	ping := time.NewTicker(c.limits.Ping)
	defer ping.Stop()
	for {
		select {
		case b := <-c.queue:
			if !c.send(b) {
				c.Close(websocket.CloseAbnormalClosure, "")
			}
		case <-ping.C:
			if c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(c.limits.Write)) != nil {
				c.Close(websocket.CloseAbnormalClosure, "")
			}
		case <-c.closing:
			c.end()
			return
		}
	}
}

// send writes one message and clears it.
func (c *Conn) send(b []byte) bool {
	defer clear(b)
	_ = c.ws.SetWriteDeadline(time.Now().Add(c.limits.Write))
	return c.ws.WriteMessage(websocket.TextMessage, b) == nil
}

// end sends what waits and the close frame, gives the client a moment to close
// first (so that it sees the code), and closes the socket.
func (c *Conn) end() {
	c.mu.Lock()
	c.ended = true
	close(c.queue)
	c.mu.Unlock()
	deadline := time.Now().Add(c.limits.Stop)
	_ = c.ws.SetWriteDeadline(deadline)
	sending := c.code != websocket.CloseAbnormalClosure
	for b := range c.queue {
		sending = sending && c.ws.WriteMessage(websocket.TextMessage, b) == nil
		clear(b)
	}
	if sending {
		_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(c.code, c.reason), deadline)
		linger(c.ws.NetConn(), c.limits.Stop)
	}
	c.ws.Close()
}

// linger shuts our side of the socket and reads the client's for a moment: a
// socket closed with unread input is reset, and the client would lose the
// close code.
func linger(conn net.Conn, most time.Duration) {
	end := time.AfterFunc(most, func() { conn.Close() })
	defer end.Stop()
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(conn, 1<<20))
}
