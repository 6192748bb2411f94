package gateway

import (
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"

	"chipid/agent/consent"
)

// Conn is an open connection to an admitted page. Read is for one goroutine;
// the other methods may be called from any.
type Conn struct {
	visit  visit
	limits Limits
	// still tells whether the caller stands as it stood when it came.
	still func(*Conn) bool
	ws    *websocket.Conn
	rate  *bucket

	mu      sync.Mutex // between Write and end, so that nothing is queued after the last was sent
	ended   bool
	waiting int // bytes in the queue and being sent
	queue   chan outgoing
	closing chan struct{}
	once    sync.Once
	code    int
	reason  string
	written chan struct{}
	// gone: the client has closed, or is silent. What still waits for it is not sent.
	gone atomic.Bool
	// denied: the client's grant has ended. It is told the close code and nothing else.
	denied atomic.Bool
}

// ErrClosed: the connection has ended or is ending.
var ErrClosed = errors.New("gateway: connection closed")

func newConn(ws *websocket.Conn, v visit, limits Limits, still func(*Conn) bool) *Conn {
	c := &Conn{visit: v, limits: limits, still: still, ws: ws, rate: newBucket(limits.Messages),
		queue: make(chan outgoing, limits.Queue), closing: make(chan struct{}), written: make(chan struct{})}
	ws.SetReadLimit(int64(limits.MessageBytes))
	c.alive()
	ws.SetPongHandler(func(string) error { c.alive(); return nil })
	ws.SetPingHandler(c.pinged)
	go c.write()
	return c
}

// Caller returns who is at the other end.
func (c *Conn) Caller() consent.Caller { return c.visit.caller }

// Pairing tells whether the caller has no grant and may only ask for one.
func (c *Conn) Pairing() bool { return c.visit.standing == pairing }

// Port returns the agent's port that the client dialled.
func (c *Conn) Port() int {
	own, ok := c.ws.NetConn().LocalAddr().(*net.TCPAddr)
	if !ok {
		return 0
	}
	return own.Port
}

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
	kind, b, err := c.message()
	switch {
	case errors.Is(err, websocket.ErrReadLimit):
		c.Close(websocket.CloseMessageTooBig, "message too long")
	case err != nil:
		c.gone.Store(true)
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

// message reads one message.
func (c *Conn) message() (kind int, b []byte, err error) {
	kind, r, err := c.ws.NextReader()
	if err == nil {
		b, err = readSecret(r, c.limits.MessageBytes)
	}
	return kind, b, err
}

// outgoing is a message that waits, and who is told whether it was sent.
type outgoing struct {
	b    []byte
	sent chan<- bool // nil, or with room for one
}

// Write queues a message and takes b over: it is cleared once it is sent. A
// client that does not read fast enough is cut off.
func (c *Conn) Write(b []byte) error { return c.enqueue(outgoing{b, nil}) }

// Deliver is Write, but returns only when the message was handed to the system
// for a client that was still there, or never will be (ErrClosed).
func (c *Conn) Deliver(b []byte) error {
	sent := make(chan bool, 1)
	if err := c.enqueue(outgoing{b, sent}); err != nil {
		return err
	}
	if !<-sent {
		return ErrClosed
	}
	return nil
}

func (c *Conn) enqueue(m outgoing) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		clear(m.b)
		return ErrClosed
	}
	if c.waiting == 0 || c.waiting+len(m.b) <= c.limits.QueueBytes {
		select {
		case c.queue <- m:
			c.waiting += len(m.b)
			return nil
		default:
		}
	}
	clear(m.b)
	c.Close(websocket.ClosePolicyViolation, "reads too slowly")
	return ErrClosed
}

// left notes that n bytes wait no more.
func (c *Conn) left(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting -= n
}

// done clears a message and tells what became of it.
func (m outgoing) done(sent bool) {
	clear(m.b)
	if m.sent != nil {
		m.sent <- sent
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

// recheck ends the connection if its caller no longer has a grant. What still waits
// for it is not sent.
func (c *Conn) recheck() {
	if !c.still(c) {
		c.denied.Store(true)
		c.Close(CloseNotPaired, reasonNotPaired)
	}
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
		case m := <-c.queue:
			if !c.send(m) {
				c.Close(websocket.CloseAbnormalClosure, "")
			}
			c.left(len(m.b))
		case <-ping.C:
			c.recheck() // timers stand still while the computer sleeps, and clocks are set
			if c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(c.limits.Write)) != nil {
				c.Close(websocket.CloseAbnormalClosure, "")
			}
		case <-c.closing:
			c.end()
			return
		}
	}
}

// send writes one message, unless the client is gone, and clears it. It tells
// whether the connection still works.
func (c *Conn) send(m outgoing) bool {
	if c.gone.Load() || c.denied.Load() {
		m.done(false)
		return true
	}
	_ = c.ws.SetWriteDeadline(time.Now().Add(c.limits.Write))
	ok := c.ws.WriteMessage(websocket.TextMessage, m.b) == nil
	m.done(ok)
	return ok || c.gone.Load()
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
	for m := range c.queue {
		there := sending && !c.gone.Load() && !c.denied.Load()
		ok := there && c.ws.WriteMessage(websocket.TextMessage, m.b) == nil
		m.done(ok)
		sending = sending && ok == there
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
