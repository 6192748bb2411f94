package rpc

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"chipid/agent/catalogue"
	"chipid/agent/consent"
	"chipid/agent/counter"
	"chipid/agent/gateway"
	"chipid/agent/pairing"
	"chipid/agent/rpc/schema"
)

// Conn is a connection to one client, as gateway makes it.
type Conn interface {
	Caller() consent.Caller
	// Pairing tells whether the caller has no grant and may only ask for one.
	Pairing() bool
	// Port is the agent's port that the client dialled.
	Port() int
	Read() ([]byte, error)
	Write(b []byte) error
	// Deliver is Write, and tells whether the message was sent.
	Deliver(b []byte) error
	Close(code int, reason string)
}

// Grantor makes the grant that the officer gave in a pairing, and notes the
// pairings that came to nothing.
type Grantor interface {
	Refused(caller consent.Caller, code catalogue.Code)
	Grant(caller consent.Caller, name, purpose string, d consent.Decision) error
}

// Config is what a Server needs.
type Config struct {
	Counter *counter.Counter
	// Identity signs challenges; nil leaves that out. Pairing is where origins are
	// paired, and Grantor makes their grants; both are nil where nobody can.
	Identity *pairing.Identity
	Pairing  *pairing.Room
	Grantor  Grantor
	// Version is the agent's, Mock tells whether it offers mock readers.
	Version string
	Mock    bool
	// Limits are those of the gateway, to be told to clients.
	Limits gateway.Limits
	// InitLimit is how long a client may wait with initialize; 0 is ten seconds.
	InitLimit time.Duration
	// Log may be nil. It gets origins, methods and codes.
	Log *slog.Logger
	// Outgoing, if not nil, is shown every message before it is sent, with the
	// method that it belongs to. Tests validate there.
	Outgoing func(method string, message []byte)
}

// Limits of one connection.
const (
	defaultInitLimit = 10 * time.Second
	// maxInFlight is how many requests may be under way.
	maxInFlight = 8
	// maxFaults is how many messages may be no proper requests before the
	// connection is closed.
	maxFaults = 20
)

// Server speaks the protocol. It implements gateway.Handler through [Server.Serve].
type Server struct {
	config  Config
	schemas *Schemas
	openRPC func() ([]byte, error)
	log     *slog.Logger
}

// New makes a server.
func New(config Config) (*Server, error) {
	schemas, err := LoadSchemas()
	if err != nil {
		return nil, err
	}
	if config.InitLimit == 0 {
		config.InitLimit = defaultInitLimit
	}
	if config.Limits == (gateway.Limits{}) {
		config.Limits = gateway.DefaultLimits()
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	return &Server{config: config, schemas: schemas, openRPC: sync.OnceValues(schema.OpenRPC), log: config.Log}, nil
}

// Serve implements gateway.Handler.
func (s *Server) Serve(ctx context.Context, conn *gateway.Conn) { s.Talk(ctx, conn) }

// Talk speaks with one client until the connection ends, and waits for
// everything that it started for the client.
func (s *Server) Talk(ctx context.Context, conn Conn) {
	base := ctx
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c := &session{server: s, conn: conn, base: base, ctx: ctx, running: map[string]context.CancelFunc{}}
	late := time.AfterFunc(s.config.InitLimit, c.late)
	defer late.Stop()
	for {
		b, err := conn.Read()
		if err != nil {
			break
		}
		c.receive(b)
	}
	cancel()
	c.dropPairing()
	c.work.Wait()
}
