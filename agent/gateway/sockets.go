package gateway

import (
	"container/list"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
)

// sockets bounds all TCP connections. Once they are used up, the connection that has
// kept its request back for longest makes room for the next: programs that connect
// and say nothing, or slowly, keep no page out. One that has asked is never taken.
type sockets struct {
	mu      sync.Mutex
	most    int
	open    int
	waiting *list.List // of *socket, the oldest first: those that have not yet asked
}

func newSockets(most int) *sockets { return &sockets{most: most, waiting: list.New()} }

// admit counts a new connection. It is nil, and the connection closed, if there are
// too many and all have asked.
func (s *sockets) admit(conn *net.TCPConn) *socket {
	s.mu.Lock()
	var oldest *socket
	if s.open >= s.most {
		first := s.waiting.Front()
		if first == nil {
			s.mu.Unlock()
			conn.Close()
			return nil
		}
		oldest = first.Value.(*socket)
	}
	c := &socket{TCPConn: conn, of: s}
	c.place = s.waiting.PushBack(c)
	s.open++
	s.mu.Unlock()
	if oldest != nil {
		oldest.Close()
	}
	return c
}

// state is told by the HTTP server how a connection goes on.
func (s *sockets) state(conn net.Conn, state http.ConnState) {
	if state == http.StateNew {
		return
	}
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	if c, ok := conn.(*socket); ok {
		s.mu.Lock()
		defer s.mu.Unlock()
		c.asked()
	}
}

// socket is a connection that is counted until it is closed.
type socket struct {
	*net.TCPConn
	of    *sockets
	place *list.Element // among those that have not yet asked, nil for one that has
	once  sync.Once
}

// asked takes the connection out of those that can be made to go. of.mu is held.
func (c *socket) asked() {
	if c.place != nil {
		c.of.waiting.Remove(c.place)
		c.place = nil
	}
}

// Read implements net.Conn. It overwrites what the buffer still holds of messages
// before: a reader that waits keeps none.
func (c *socket) Read(b []byte) (int, error) {
	clear(b)
	return c.TCPConn.Read(b)
}

// Close implements net.Conn.
func (c *socket) Close() error {
	c.once.Do(func() {
		c.of.mu.Lock()
		defer c.of.mu.Unlock()
		c.asked()
		c.of.open--
	})
	return c.TCPConn.Close()
}

// capped is a Listener whose connections are counted.
type capped struct {
	net.Listener
	sockets *sockets
}

// Accept implements net.Listener.
func (c capped) Accept() (net.Conn, error) {
	for {
		conn, err := c.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if admitted := c.sockets.admit(conn.(*net.TCPConn)); admitted != nil {
			return admitted, nil
		}
	}
}
