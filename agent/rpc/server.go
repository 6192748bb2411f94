package rpc

import (
	"context"
	"log/slog"
	"time"

	"chipid/agent/consent"
	"chipid/agent/gateway"
	"chipid/agent/reading"
)

// Conn is a connection to one client, as gateway makes it.
type Conn interface {
	Origin() consent.Origin
	Read() ([]byte, error)
	Write(b []byte) error
	Close(code int, reason string)
}

// Desk is where cards are read.
type Desk interface {
	State() (reading.State, <-chan struct{})
	Read(context.Context, reading.Request) (*reading.Outcome, error)
}

// Config is what a Server needs.
type Config struct {
	Desk Desk
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
	return &Server{config: config, schemas: schemas, log: config.Log}, nil
}

// Serve implements gateway.Handler.
func (s *Server) Serve(ctx context.Context, conn *gateway.Conn) { s.Talk(ctx, conn) }

// Talk speaks with one client until the connection ends, and waits for
// everything that it started for the client.
func (s *Server) Talk(ctx context.Context, conn Conn) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c := &session{server: s, conn: conn, ctx: ctx, running: map[string]context.CancelFunc{}}
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
	c.work.Wait()
}
