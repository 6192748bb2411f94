package console

import (
	"context"
	"embed"
	"errors"
	"io"
	"io/fs"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

//go:embed web
var web embed.FS

// Config is what a Room needs.
type Config struct {
	Agent Agent
	// Peer tells whether the program at the other end of a connection is this user's.
	Peer func(peer, own netip.AddrPort) bool
	// Log may be nil.
	Log *slog.Logger
}

// Room serves the page. Make it with New.
type Room struct {
	config   Config
	log      *slog.Logger
	now      func() time.Time
	tickets  *passes
	tokens   *passes
	seats    chan struct{}
	upgrader websocket.Upgrader

	mu     sync.Mutex
	closed bool
	host   string // 127.0.0.1 and the port; empty until the page is asked for
	server *http.Server
	ctx    context.Context // of the conversations
	end    context.CancelFunc
	work   sync.WaitGroup
}

// maxPages is how many connections of pages there may be at once.
const maxPages = 8

// headerTime is how long a browser may take for a request.
const headerTime = 5 * time.Second

// ErrClosed: the agent is stopping.
var ErrClosed = errors.New("console: closed")

// New makes a room that listens to nothing yet.
func New(config Config) *Room {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	r := &Room{config: config, log: config.Log, now: time.Now, tickets: newPasses(), tokens: newPasses(), seats: make(chan struct{}, maxPages)}
	r.ctx, r.end = context.WithCancel(context.Background())
	r.upgrader = websocket.Upgrader{HandshakeTimeout: headerTime, Subprotocols: []string{subProtocol},
		// The guard has checked the origin before.
		CheckOrigin: func(*http.Request) bool { return true },
		Error:       func(w http.ResponseWriter, _ *http.Request, status int, _ error) { w.WriteHeader(status) }}
	return r
}

// Link returns an address of the page that is good for one visit within a minute.
func (r *Room) Link() (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return "", ErrClosed
	}
	if r.server == nil {
		if err := r.listen(); err != nil {
			return "", err
		}
	}
	now := r.now()
	return "http://" + r.host + "/#" + r.tickets.issue(now, now.Add(ticketTime)), nil
}

// Watched tells whether the page is open somewhere.
func (r *Room) Watched() bool { return len(r.seats) > 0 }

// listen opens a free port of 127.0.0.1. The lock is held.
func (r *Room) listen() error {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	files, err := fs.Sub(web, "web")
	if err != nil {
		l.Close()
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServerFS(files))
	mux.HandleFunc(pathSocket, r.socket)
	r.host = l.Addr().String()
	r.server = &http.Server{Handler: r.guard(mux), ReadHeaderTimeout: headerTime, ReadTimeout: headerTime, WriteTimeout: headerTime,
		MaxHeaderBytes: 8 << 10, ErrorLog: log.New(io.Discard, "", 0)}
	r.work.Go(func() { _ = r.server.Serve(l) })
	return nil
}

// Close ends the page and every conversation, and returns when nothing is left.
func (r *Room) Close() {
	r.mu.Lock()
	r.closed = true
	server := r.server
	r.mu.Unlock()
	r.end()
	if server != nil {
		server.Close()
	}
	r.work.Wait()
}
