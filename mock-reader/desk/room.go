package desk

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"chipid/mock-reader/rack"
)

// Limits of the server.
const (
	headerLimit    = 10 * time.Second
	maxHeaderBytes = 16 << 10
)

// Room is a desk with a listener of its own.
type Room struct {
	listener net.Listener
	hosts    []string
	token    string
	handler  http.Handler
}

// Open opens the address HOST:PORT for a room over r. An empty token is drawn.
func Open(address string, r *rack.Rack, token string) (*Room, error) {
	if token == "" {
		token = NewToken()
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	room := &Room{listener: l, hosts: hostsOf(address, l.Addr().(*net.TCPAddr)), token: token}
	if room.handler, err = (Desk{Rack: r, Hosts: room.hosts, Token: token}).Handler(); err != nil {
		_ = l.Close()
		return nil, err
	}
	return room, nil
}

// hostsOf are the names under which a listener is reached: the one that was
// asked for, and for an address that stands for all of this computer's, those.
func hostsOf(address string, open *net.TCPAddr) []string {
	_, port, _ := net.SplitHostPort(open.String())
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = open.IP.String()
	}
	names := []string{host}
	if open.IP.IsUnspecified() {
		names = []string{"127.0.0.1", "localhost", "::1"}
		if name, err := os.Hostname(); err == nil {
			names = append(names, name)
		}
		each, _ := net.InterfaceAddrs()
		for _, a := range each {
			if n, ok := a.(*net.IPNet); ok {
				names = append(names, n.IP.String())
			}
		}
	}
	for i, name := range names {
		names[i] = net.JoinHostPort(name, port)
	}
	return names
}

// Origin is the room's first origin.
func (r *Room) Origin() string { return "http://" + r.hosts[0] }

// Address is where the page is, with the token behind the #: browsers do not send
// that part.
func (r *Room) Address() string { return r.Origin() + "/#" + r.token }

// Token is what callers must know.
func (r *Room) Token() string { return r.token }

// Close closes a room that does not run.
func (r *Room) Close() error { return r.listener.Close() }

// Run answers until ctx ends; it then returns nil.
func (r *Room) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	server := &http.Server{
		Handler: r.handler, ReadHeaderTimeout: headerLimit, MaxHeaderBytes: maxHeaderBytes,
		BaseContext: func(net.Listener) context.Context { return ctx },
		ErrorLog:    log.New(io.Discard, "", 0),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(r.listener) }()
	var err error
	select {
	case <-ctx.Done():
		_ = server.Close()
		err = <-failed
	case err = <-failed:
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
