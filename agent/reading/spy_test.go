package reading

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"chipid/agent/child"
	"chipid/cardlib/apdu"
	"chipid/cardlib/readers"
)

// spy is a source that counts what goes to each card, and can refuse connections.
type spy struct {
	readers.Source
	mu     sync.Mutex
	refuse error
	sent   map[string]int
	reset  map[string]int
}

func (s *spy) allow() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = nil
}

func (s *spy) count(reader string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sent[reader]
}

func (s *spy) resets(reader string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reset[reader]
}

func (s *spy) note(counter *map[string]int, reader string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if *counter == nil {
		*counter = map[string]int{}
	}
	(*counter)[reader]++
}

func (s *spy) Connect(ctx context.Context, reader string) (readers.Conn, error) {
	s.mu.Lock()
	refuse := s.refuse
	s.mu.Unlock()
	if refuse != nil {
		return nil, refuse
	}
	conn, err := s.Source.Connect(ctx, reader)
	if err != nil {
		return nil, err
	}
	return &spyConn{conn, s, reader}, nil
}

type spyConn struct {
	readers.Conn
	spy    *spy
	reader string
}

func (c *spyConn) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	c.spy.note(&c.spy.sent, c.reader)
	return c.Conn.Transmit(ctx, cmd)
}

func (c *spyConn) Reset(ctx context.Context) error {
	c.spy.note(&c.spy.reset, c.reader)
	return c.Conn.Reset(ctx)
}

// scripted is a source whose states a test tells.
type scripted struct {
	readers.Source
	states <-chan readers.State
}

func (s *scripted) List(context.Context) readers.State { return readers.State{} }

func (s *scripted) Watch(ctx context.Context, tell func(readers.State)) error {
	for {
		select {
		case state := <-s.states:
			tell(state)
		case <-ctx.Done():
			return nil
		}
	}
}

// answers is a connection that answers every command with one status word.
type answers struct {
	readers.Conn
	sw   apdu.SW
	sent int
}

func (a *answers) Transmit(context.Context, apdu.Command) (apdu.Response, error) {
	a.sent++
	return apdu.Response{SW: a.sw}, nil
}

func TestTriesCardCountsKeysOnly(t *testing.T) {
	external := apdu.Command{INS: apdu.InsExternalAuth, Data: make([]byte, 40), Le: 40}
	token := apdu.Command{INS: apdu.InsGeneralAuth, Data: []byte{0x7C, 0x0A, 0x85, 0x08, 1, 2, 3, 4, 5, 6, 7, 8}, Le: 256}
	mapping := apdu.Command{CLA: apdu.ClaChaining, INS: apdu.InsGeneralAuth, Data: []byte{0x7C, 0x03, 0x81, 0x01, 4}, Le: 256}
	secured := apdu.Command{CLA: apdu.ClaSecureMessaging, INS: apdu.InsGeneralAuth, Data: []byte{0x7C, 0x03, 0x85, 0x01, 4}}
	link := &answers{sw: apdu.SWWarning}
	card := &triesCard{Conn: link, left: 2}
	for _, cmd := range []apdu.Command{mapping, secured, {INS: apdu.InsSelect}, external, token} {
		_, err := card.Transmit(t.Context(), cmd)
		assert.NoError(t, err)
	}
	assert.Equal(t, 2, card.failed)
	before := link.sent
	_, err := card.Transmit(t.Context(), external)
	assert.ErrorIs(t, err, child.ErrTriesSpent)
	assert.Equal(t, before, link.sent, "nothing was sent")
	_, err = card.Transmit(t.Context(), apdu.Command{INS: apdu.InsSelect})
	assert.NoError(t, err, "what is no key still goes")

	open := &triesCard{Conn: &answers{sw: apdu.SWSuccess}, left: 1}
	for range 3 {
		_, err := open.Transmit(t.Context(), external)
		assert.NoError(t, err, "a right key costs nothing")
	}
	assert.Zero(t, open.failed)
}
