package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"strings"

	"chipid/agent/catalogue"
	"chipid/cardlib/pcsc"
	"chipid/cardlib/readers"
	"chipid/mock-reader/desk"
	"chipid/mock-reader/inproc"
	"chipid/mock-reader/tcp"
)

// mockFlags are the options that reach mock readers outside this process, and
// the tester's page of those in it.
type mockFlags struct {
	readers list
	remote  bool
	desk    string
}

// isTCP tells whether a reader's name is that of a mock reader over TCP.
func isTCP(reader string) bool { return strings.HasPrefix(reader, tcp.Prefix) }

// errNotMock: mock readers were asked for without --mock.
var errNotMock = errors.New("tcp: and --desk need --mock")

// flags declares the options of `serve`.
func (m *mockFlags) flags(set *flag.FlagSet) {
	set.Var(&m.readers, "reader", "")
	set.StringVar(&m.desk, "desk", "", "")
	set.BoolVar(&m.remote, "mock-remote", false, "")
}

// over returns the source of the reader tcp:HOST:PORT, which must lie on this
// computer unless the user said otherwise: whoever plays cards decides what a
// program under test reads.
func (m mockFlags) over(reader string) (*tcp.Source, error) {
	text, ok := strings.CutPrefix(reader, tcp.Prefix)
	if !ok {
		return nil, fmt.Errorf("--reader %s: tcp:HOST:PORT", reader)
	}
	address, err := tcp.Address(text)
	if err != nil {
		return nil, fmt.Errorf("--reader: %w", err)
	}
	if !m.remote && !tcp.Local(address) {
		return nil, fmt.Errorf("--reader %s: not on this computer; --mock-remote allows it", reader)
	}
	return tcp.New(address), nil
}

// mocks are the mock readers of a `serve` that was asked for more than the cards
// alone.
type mocks struct {
	source readers.Source // nil: nothing more was asked for
	room   *desk.Room
}

// open puts the mock readers together. Errors: errMock, a *net.OpError for a port.
func (m mockFlags) open(mock bool, cards []string) (*mocks, error) {
	if len(m.readers) == 0 && m.desk == "" {
		return &mocks{}, nil
	}
	if !mock {
		return nil, errors.Join(errMock, errNotMock)
	}
	test, err := inproc.New(cards...)
	if err != nil {
		return nil, errors.Join(errMock, err)
	}
	sources := []readers.Source{pcsc.New(), test}
	for _, name := range m.readers {
		source, err := m.over(name)
		if err != nil {
			return nil, errors.Join(errMock, err)
		}
		sources = append(sources, source)
	}
	all := &mocks{source: readers.Join(sources...)}
	if m.desk == "" {
		return all, nil
	}
	address, err := tcp.Address(m.desk)
	if err != nil || !tcp.Local(address) {
		return nil, errors.Join(errMock, fmt.Errorf("--desk %s: [HOST:]PORT, 127.0.0.1", m.desk))
	}
	all.room, err = desk.Open(address, test.Rack(), "")
	return all, err
}

// run runs the tester's page beside work, and ends it with it.
func (m *mocks) run(ctx context.Context, work func(context.Context) error) error {
	if m.room == nil {
		return work(ctx)
	}
	ctx, stop := context.WithCancel(ctx)
	page := make(chan error, 1)
	go func() {
		page <- m.room.Run(ctx)
		stop()
	}()
	err := work(ctx)
	stop()
	return errors.Join(err, <-page)
}

// close closes what does not run.
func (m *mocks) close() {
	if m.room != nil {
		_ = m.room.Close()
	}
}

// failMocks says why the mock readers cannot be offered.
func (c console) failMocks(err error, lang string) int {
	var port *net.OpError
	if errors.As(err, &port) {
		return c.fail(catalogue.PortUnavailable, err.Error(), lang, false)
	}
	return c.failStart(err, lang)
}
