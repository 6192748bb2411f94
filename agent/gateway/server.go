package gateway

import (
	"context"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/websocket"

	"chipid/agent/consent"
)

// Handler speaks with one client. Serve returns when the conversation is over;
// ctx ends when the agent stops. The connection is closed after it.
type Handler interface {
	Serve(ctx context.Context, conn *Conn)
}

// Clients knows local clients by their tokens.
type Clients interface {
	ClientOf(token string) (consent.Caller, bool)
	// Knows tells whether the client still has a grant.
	Knows(consent.Caller) bool
}

// Config is what a Server needs.
type Config struct {
	Admitter consent.Admitter
	// Clients knows the tokens of local clients; nil for none.
	Clients Clients
	// Pairing tells whether the officer lets new origins ask for a grant now; nil
	// for never.
	Pairing func() bool
	Handler Handler
	Limits  Limits
	// Log may be nil. It gets causes and origins, never what is said.
	Log *slog.Logger
}

// Server is the agent's HTTP and WebSocket server.
type Server struct {
	config    Config
	listeners *Listeners
	gate      *gate
	upgrader  websocket.Upgrader
	log       *slog.Logger
	refused   *bucket
	door      *door
	secured   chan secured
	ctx       context.Context
}

// New makes a server on the listeners, which it owns from then on.
func New(listeners *Listeners, config Config) *Server {
	if config.Limits == (Limits{}) {
		config.Limits = DefaultLimits()
	}
	s := &Server{config: config, listeners: listeners, gate: newGate(listeners.port, config), log: config.Log,
		refused: newBucket(1), door: newDoor(config.Limits),
		secured: make(chan secured, 1), ctx: context.Background()}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.upgrader = websocket.Upgrader{
		HandshakeTimeout: config.Limits.Header,
		Subprotocols:     []string{SubProtocol},
		WriteBufferPool:  wiped{},
		// The gate has checked the origin before; see the package comment.
		CheckOrigin: func(*http.Request) bool { return true },
		Error:       func(w http.ResponseWriter, _ *http.Request, status int, _ error) { w.WriteHeader(status) },
	}
	return s
}

// Run serves until ctx ends, then ends every connection (1001) and returns when
// all handlers are back. The error is that of a listener that failed.
func (s *Server) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.ctx = ctx
	sockets := newSockets(s.config.Limits.Sockets)
	server := &http.Server{
		Handler:           s,
		ConnState:         sockets.state,
		ReadHeaderTimeout: s.config.Limits.Header,
		ReadTimeout:       s.config.Limits.Header,
		WriteTimeout:      s.config.Limits.Write,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          log.New(io.Discard, "", 0), // it would quote what clients sent
	}
	server.SetKeepAlivesEnabled(false)
	failed := make(chan error)
	left := 0
	serve := func(l net.Listener) {
		left++
		go func() { failed <- server.Serve(l) }()
	}
	for _, l := range s.listeners.each {
		serve(capped{l, sockets})
	}
	var err error
	for err == nil && ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case more := <-s.secured:
			for _, l := range more.each {
				serve(more.tls(capped{l, sockets}))
			}
		case err = <-failed:
			left--
		}
	}
	cancel()
	s.stop(server)
	for range left {
		<-failed
	}
	return err
}

// stop ends all connections and waits for their handlers.
func (s *Server) stop(server *http.Server) {
	server.Close()
	s.listeners.Close()
	select {
	case more := <-s.secured: // they came too late to be served
		more.Close()
	default:
	}
	s.door.shut()
}

// ServeHTTP implements http.Handler: the gate, then one of the two paths.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if refusal := s.gate.common(r); refusal != nil {
		s.refuse(w, r, refusal)
		return
	}
	if r.RequestURI == PathHealth {
		s.health(w, r)
		return
	}
	s.socket(w, r)
}

// health answers that an agent is here, and nothing else. A page may see the
// answer only if its origin has a grant.
func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	o, refusal := s.gate.origin(r)
	if refusal == nil && o != (consent.Origin{}) && !s.gate.admitter.Admits(o) {
		refusal = OriginUnknown
	}
	if refusal == nil && o == (consent.Origin{}) && r.Method == http.MethodOptions {
		refusal = MethodRefused
	}
	if refusal == nil {
		_, refusal = s.gate.user(r, visit{})
	}
	if refusal != nil {
		s.refuse(w, r, refusal)
		return
	}
	w.Header().Set("Vary", "Origin")
	if o != (consent.Origin{}) {
		w.Header().Set("Access-Control-Allow-Origin", o.String())
	}
	if r.Method == http.MethodOptions {
		w.Header().Set("Access-Control-Allow-Methods", http.MethodGet)
		// Browsers before Local Network Access ask for this one.
		if one(r, "Access-Control-Request-Private-Network", "true") {
			w.Header().Set("Access-Control-Allow-Private-Network", "true")
		}
	}
	w.WriteHeader(http.StatusNoContent)
}

// socket upgrades a caller and hands the connection to the handler, or tells it
// why not where only a close code reaches the page.
func (s *Server) socket(w http.ResponseWriter, r *http.Request) {
	v, refusal := s.gate.socket(r)
	if refusal == nil {
		refusal = s.door.enter(v.guest(), time.Now())
	}
	if refusal != nil {
		s.refuse(w, r, refusal)
		return
	}
	defer s.door.leave(v.guest())
	ws, err := s.upgrader.Upgrade(w, r, nil)
	if err != nil {
		s.log.Warn("upgrade failed", "caller", v.caller.String())
		return
	}
	conn := newConn(ws, v, s.config.Limits, s.still)
	switch {
	case v.standing == stranger:
		conn.Close(CloseNotPaired, reasonNotPaired)
	case v.standing == outsider:
		conn.Close(CloseOtherSession, reasonOtherSession)
	case !s.door.add(conn):
		conn.Close(websocket.CloseGoingAway, "agent is stopping")
	default:
		s.talk(conn)
	}
	conn.finish()
}

// talk lets the handler speak with an open connection until it ends.
func (s *Server) talk(conn *Conn) {
	defer s.door.remove(conn)
	s.log.Info("client connected", "caller", conn.Caller().String())
	conn.recheck() // a grant may have gone between the gate and here
	s.config.Handler.Serve(s.ctx, conn)
	conn.Close(websocket.CloseNormalClosure, "")
	s.log.Info("client gone", "caller", conn.Caller().String())
}

// Recheck ends the connections whose callers no longer have a grant, at once.
func (s *Server) Recheck() { s.door.each((*Conn).recheck) }

// still tells whether a caller stands as it stood when it came.
func (s *Server) still(c *Conn) bool {
	v := c.visit
	switch {
	case v.standing == pairing:
		return s.gate.pairing()
	case v.caller.Client != "":
		return s.config.Clients != nil && s.config.Clients.Knows(v.caller)
	}
	return s.gate.admitter.Admits(v.caller.Origin)
}

// refuse answers with the refusal's status and nothing else. The log says why,
// at most about once a second: a hostile page must not fill the disk.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, refusal *Refusal) {
	switch refusal.Status {
	case http.StatusMethodNotAllowed:
		w.Header().Set("Allow", http.MethodGet)
	case http.StatusUpgradeRequired:
		w.Header().Set("Upgrade", "websocket")
		w.Header().Set("Sec-WebSocket-Version", "13")
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "1")
	}
	w.Header().Set("Connection", "close")
	w.WriteHeader(refusal.Status)
	if s.refused.take(time.Now()) {
		s.log.Warn("refused", "cause", refusal.Cause, "origin", clip(r.Header.Get("Origin")), "host", clip(r.Host))
	}
}

// clip bounds what a stranger can write into the log.
func clip(s string) string {
	const most = 100
	if len(s) > most {
		return s[:most]
	}
	return s
}
