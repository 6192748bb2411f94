package tcp

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"chipid/mock-reader/scenario"
)

// mostConnections bounds the connections to one server.
const mostConnections = 64

// Server plays the card that is put in to whoever connects. Put and Pull may be
// called while Run runs.
type Server struct {
	listener net.Listener
	tell     func(string)
	turn     chan struct{} // held by the connection that speaks to the card

	mu        sync.Mutex
	card      scenario.Card // nil: no card is in
	insertion uint64
	changed   chan struct{} // closed when card changes
}

// Listen opens the address. tell is given a line for each thing that happens; it
// may be nil.
func Listen(address string, tell func(string)) (*Server, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	if tell == nil {
		tell = func(string) {}
	}
	return &Server{listener: l, tell: tell, turn: make(chan struct{}, 1), changed: make(chan struct{})}, nil
}

// Addr is the address that is open, HOST:PORT.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Close closes the listener of a server that does not run.
func (s *Server) Close() error { return s.listener.Close() }

// Put puts a card in; one that is in is taken out first.
func (s *Server) Put(card scenario.Card) {
	card.Insert()
	s.replace(card)
}

// Pull takes the card out and reports whether there was one.
func (s *Server) Pull() bool { return s.replace(nil) }

func (s *Server) replace(card scenario.Card) bool {
	s.mu.Lock()
	old := s.card
	s.card = card
	if card != nil {
		s.insertion++
	}
	close(s.changed)
	s.changed = make(chan struct{})
	s.mu.Unlock()
	if old != nil {
		old.Remove()
	}
	return old != nil
}

// drop empties the reader if card is still the one in it: a fault took it away.
func (s *Server) drop(card scenario.Card) {
	s.mu.Lock()
	mine := s.card == card
	s.mu.Unlock()
	if mine {
		s.replace(nil)
	}
}

// look returns the card that is in, the number of its insertion, and a channel
// that is closed when the card changes.
func (s *Server) look() (scenario.Card, uint64, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.card, s.insertion, s.changed
}

// Run serves until ctx ends; it then returns nil, when all connections are closed.
func (s *Server) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = s.listener.Close() })
	defer stop()
	var all sync.WaitGroup
	defer all.Wait()
	defer cancel()
	room := make(chan struct{}, mostConnections)
	for {
		conn, err := s.listener.Accept()
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, net.ErrClosed):
			return err
		case err != nil: // too many open files and the like pass
			time.Sleep(10 * time.Millisecond)
			continue
		}
		select {
		case room <- struct{}{}:
			all.Go(func() {
				defer func() { <-room }()
				s.serve(ctx, conn)
			})
		default:
			_ = conn.Close()
		}
	}
}
