package rpc

import (
	"encoding/json"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/consent"
	"chipid/agent/counter"
	"chipid/agent/reading"
	"chipid/cardlib/readers"
)

// moving is a desk whose state is set by a test.
type moving struct {
	still
	mu      sync.Mutex
	state   reading.State
	changed chan struct{}
}

func newMoving(state reading.State) *moving {
	return &moving{state: state, changed: make(chan struct{})}
}

func (m *moving) State() (reading.State, <-chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state, m.changed
}

func (m *moving) become(state reading.State) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state = state
	close(m.changed)
	m.changed = make(chan struct{})
}

// introduced is the state in the answer to initialize, nil if there is none.
func (c *client) introduced() *readersState {
	c.t.Helper()
	c.call("hello", MethodInitialize, map[string]any{"protocolVersion": "1.0", "client": map[string]any{"name": "test"}})
	m := c.answerTo("hello")
	require.Nil(c.t, m.Error)
	var said struct{ State *readersState }
	require.NoError(c.t, json.Unmarshal(m.Result, &said))
	return said.State
}

// TestWholeStateOnConnect: a client knows everything from the answer to initialize
// on, also where there is no reader that an event could be about.
func TestWholeStateOnConnect(t *testing.T) {
	without := reading.State{Service: readers.ErrNoService}
	empty := reading.State{}
	one := reading.State{Readers: []reading.Reader{{Name: "ACME", Card: reading.CardCitizen, Insertion: 7}}}
	desk := newMoving(without)
	c := connect(t, Config{Counter: at(desk)})
	first := c.introduced()
	require.NotNil(t, first)
	assert.Empty(t, first.Readers)
	assert.Equal(t, "PCSC_UNAVAILABLE", string(first.Service.Code))
	assert.NotNil(t, c.event(NotifyService).Params["service"])

	desk.become(empty)
	told := c.event(NotifyService).Params
	assert.Nil(t, told["service"], "it runs, though no reader came")
	assert.Empty(t, told["readers"])

	desk.become(one)
	assert.Equal(t, string(reading.ReaderAttached), c.next("event", func(m message) bool { return m.Method != "" }).Method, "the service has not changed")

	late := connect(t, Config{Counter: at(desk)})
	first = late.introduced()
	require.Len(t, first.Readers, 1)
	assert.Equal(t, uint64(7), first.Readers[0].Insertion)
	assert.Nil(t, first.Service)
}

func TestNoStateWithoutPresence(t *testing.T) {
	store := consent.NewStore(filepath.Join(t.TempDir(), "grants.json"))
	require.NoError(t, store.Put(consent.Grant{Origin: page, Fields: []string{"fullName"}, For: consent.Always, By: consent.ByOperator}))
	desk := newMoving(reading.State{Service: readers.ErrNoService})
	c := connect(t, Config{Counter: counter.New(counter.Config{Desk: desk, Book: consent.NewBook(nil, store, nil), Audit: unwritten{}})})
	assert.Nil(t, c.introduced())
	desk.become(reading.State{})
	c.call(1, MethodReaders, map[string]any{})
	m := c.next("anything", func(message) bool { return true })
	require.NotNil(t, m.Error, "no event before the answer: %s %s", m.Method, m.Result)
	assert.Equal(t, "PRESENCE_NOT_GRANTED", m.Error.Data["code"])
}
