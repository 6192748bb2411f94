package desk

import (
	"bufio"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/rack"
	"chipid/mock-reader/scenario"
	"chipid/mock-reader/trace"
)

// event is one server-sent event.
type event struct{ name, data string }

// opened runs a room and returns it.
func opened(t *testing.T) (*Room, *rack.Rack) {
	t.Helper()
	r := rack.New(scenario.NewDeck(issuer.New(issuer.PublishedSeed)))
	_, err := r.Add(rack.Config{Name: "mock:one", Card: scenario.ForeignToken})
	require.NoError(t, err)
	room, err := Open("127.0.0.1:0", r, "")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- room.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		assert.NoError(t, <-ended)
		http.DefaultClient.CloseIdleConnections()
	})
	return room, r
}

// listen opens the event stream.
func listen(t *testing.T, room *Room, query string) <-chan event {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, room.Origin()+"/api/events"+query, nil)
	require.NoError(t, err)
	q.Header.Set("Authorization", "Bearer "+room.Token())
	resp, err := http.DefaultClient.Do(q)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Equal(t, "text/event-stream", resp.Header.Get("Content-Type"))
	events := make(chan event, 100)
	go func() {
		defer close(events)
		defer resp.Body.Close()
		var e event
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "event":
				e.name = value
			case "data":
				e.data = value
			case "":
				events <- e
			}
		}
	}()
	return events
}

func next(t *testing.T, events <-chan event, name string) string {
	t.Helper()
	select {
	case e := <-events:
		require.Equal(t, name, e.name)
		return e.data
	case <-time.After(20 * time.Second):
		require.FailNow(t, "no event "+name)
		return ""
	}
}

func TestEventsTellWhatHappens(t *testing.T) {
	room, r := opened(t)
	assert.True(t, strings.HasSuffix(room.Address(), "/#"+room.Token()))
	events := listen(t, room, "")
	assert.Contains(t, next(t, events, "readers"), `"card":"foreign:token"`)
	assert.Contains(t, next(t, events, "lines"), `"kind":"insert"`)
	talk(t, r, apdu.Command{INS: 0xEE})
	assert.Contains(t, next(t, events, "lines"), `"command":"00EE0000"`)
	slot, err := r.Slot("")
	require.NoError(t, err)
	slot.Remove()
	first, second := <-events, <-events
	assert.ElementsMatch(t, []string{"readers", "lines"}, []string{first.name, second.name})

	later := listen(t, room, "?since=2&trouble=true")
	next(t, later, "readers")
	require.NoError(t, slot.Insert(scenario.ForeignToken))
	next(t, later, "readers")
	talk(t, r, apdu.Command{INS: 0xEF})
	var saved trace.Saved
	require.NoError(t, json.Unmarshal([]byte(next(t, later, "lines")), &saved))
	require.Len(t, saved.Lines, 1, "the insertion is filtered out")
	assert.Equal(t, uint64(5), saved.Lines[0].Seq)
}

func TestEventStreamsAreBounded(t *testing.T) {
	room, _ := opened(t)
	for range streams {
		next(t, listen(t, room, ""), "readers")
	}
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, room.Origin()+"/api/events", nil)
	require.NoError(t, err)
	q.Header.Set("Authorization", "Bearer "+room.Token())
	resp, err := http.DefaultClient.Do(q)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, http.StatusServiceUnavailable, resp.StatusCode)
}

func TestHostsOfAnAddress(t *testing.T) {
	assert.Equal(t, []string{"localhost:80"}, hostsOf("localhost:0", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80}))
	all := hostsOf("0.0.0.0:0", &net.TCPAddr{IP: net.IPv4zero, Port: 80})
	assert.Contains(t, all, "127.0.0.1:80")
	assert.Contains(t, all, "[::1]:80")
}

func TestOpenTellsOfATakenPort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	_, err = Open(l.Addr().String(), rack.New(scenario.NewDeck(issuer.New(issuer.PublishedSeed))), "")
	assert.Error(t, err)
}
