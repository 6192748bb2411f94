package console

import (
	"context"
	"encoding/json"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// agent is one that does nothing but note what is wanted.
type agent struct {
	mu   sync.Mutex
	done []Action
}

func (a *agent) Watch(ctx context.Context, show func(State)) {
	show(State{Language: "vi"})
	<-ctx.Done()
}

func (a *agent) Do(_ context.Context, action Action) (any, *answer.Failure) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.done = append(a.done, action)
	if action.What == Revoke {
		f := answer.NewFailure(catalogue.GrantUnknown, "")
		return nil, &f
	}
	return "well", nil
}

// open makes a room whose peers are of this user if ours says so.
func open(t *testing.T, ours bool) (*Room, *agent) {
	t.Helper()
	a := &agent{}
	r := New(Config{Agent: a, Peer: func(_, _ netip.AddrPort) bool { return ours }})
	t.Cleanup(func() { r.Close(); http.DefaultClient.CloseIdleConnections() })
	return r, a
}

// link returns the room's host and a ticket.
func link(t *testing.T, r *Room) (host, ticket string) {
	t.Helper()
	address, err := r.Link()
	require.NoError(t, err)
	host, ticket, ok := strings.Cut(strings.TrimPrefix(address, "http://"), "/#")
	require.True(t, ok, address)
	return host, ticket
}

// dial opens the socket as the page does.
func dial(t *testing.T, host string) *websocket.Conn {
	t.Helper()
	ws, _, err := websocket.DefaultDialer.Dial("ws://"+host+pathSocket, http.Header{"Origin": {"http://" + host}, "Sec-WebSocket-Protocol": {subProtocol}})
	require.NoError(t, err)
	t.Cleanup(func() { ws.Close() })
	return ws
}

// next returns the next message, or the code with which the conversation ended.
func next(t *testing.T, ws *websocket.Conn) (m told, code int) {
	t.Helper()
	require.NoError(t, ws.SetReadDeadline(time.Now().Add(20*time.Second)))
	err := ws.ReadJSON(&m)
	if err == nil {
		return m, 0
	}
	var end *websocket.CloseError
	require.ErrorAs(t, err, &end)
	return m, end.Code
}

// enter comes in with what the page says first, and returns its token.
func enter(t *testing.T, host, first string) (ws *websocket.Conn, token string, code int) {
	t.Helper()
	ws = dial(t, host)
	require.NoError(t, ws.WriteMessage(websocket.TextMessage, []byte(first)))
	m, code := next(t, ws)
	return ws, m.Token, code
}

func TestATicketIsGoodOnceAndTheTokenAfterIt(t *testing.T) {
	r, _ := open(t, true)
	host, ticket := link(t, r)
	ws, token, _ := enter(t, host, `{"ticket":"`+ticket+`"}`)
	require.NotEmpty(t, token)
	m, _ := next(t, ws)
	require.NotNil(t, m.State)
	for name, first := range map[string]string{"the ticket again": `{"ticket":"` + ticket + `"}`, "no ticket": `{}`, "the ticket as a token": `{"token":"` + ticket + `"}`,
		"a guess": `{"ticket":"AAAAAAAAAAAAAAAAAAAAAAAAAA"}`, "not JSON": `ticket`} {
		_, _, code := enter(t, host, first)
		assert.Equal(t, closeStranger, code, name)
	}
	ws.Close()
	again, other, _ := enter(t, host, `{"token":"`+token+`"}`)
	require.NotEmpty(t, other, "a page that lost its connection comes back")
	assert.NotEqual(t, token, other)
	_, _, code := enter(t, host, `{"token":"`+token+`"}`)
	assert.Equal(t, closeStranger, code, "a token, too, is good once")
	again.Close()
}

func TestATicketEnds(t *testing.T) {
	r, _ := open(t, true)
	host, ticket := link(t, r)
	r.now = func() time.Time { return time.Now().Add(ticketTime) }
	_, _, code := enter(t, host, `{"ticket":"`+ticket+`"}`)
	assert.Equal(t, closeStranger, code)
}

func TestTokensEndAWhileAfterTheConnection(t *testing.T) {
	p := newPasses()
	now := time.Now()
	token := p.issue(now, now.Add(pageTime))
	p.until(token, now.Add(tokenTime))
	assert.False(t, p.take(token, now.Add(tokenTime)))
	p.until("nobody's", now.Add(pageTime))
	assert.False(t, p.take("nobody's", now))
	first := p.issue(now, now.Add(time.Second))
	for range maxPasses {
		p.issue(now, now.Add(time.Minute))
	}
	assert.False(t, p.take(first, now), "the oldest makes room")
	assert.LessOrEqual(t, len(p.ends), maxPasses)
}

func TestActionsAreDoneAndAnswered(t *testing.T) {
	r, a := open(t, true)
	host, ticket := link(t, r)
	ws, _, _ := enter(t, host, `{"ticket":"`+ticket+`"}`)
	_, _ = next(t, ws) // the state
	require.NoError(t, ws.WriteMessage(websocket.TextMessage, []byte(`{"n":1,"what":"answer","id":"7","decision":{"Granted":true,"Code":"0123456"}}`)))
	m, _ := next(t, ws)
	assert.Equal(t, 1, m.N)
	assert.Equal(t, "well", m.Result)
	require.NoError(t, ws.WriteMessage(websocket.TextMessage, []byte(`{"n":2,"what":"revoke","caller":"https://a.example"}`)))
	m, _ = next(t, ws)
	require.NotNil(t, m.Failure)
	assert.Equal(t, catalogue.GrantUnknown, m.Failure.Code)
	a.mu.Lock()
	defer a.mu.Unlock()
	require.Len(t, a.done, 2)
	assert.Equal(t, "0123456", a.done[0].Decision.Code)
}

func TestWhatIsNoMessageEndsTheConversation(t *testing.T) {
	for name, message := range map[string]struct {
		kind int
		text string
	}{"not JSON": {websocket.TextMessage, "{"}, "binary": {websocket.BinaryMessage, "{}"}, "too long": {websocket.TextMessage, strings.Repeat(" ", maxMessage+1)}} {
		t.Run(name, func(t *testing.T) {
			r, a := open(t, true)
			host, ticket := link(t, r)
			ws, _, _ := enter(t, host, `{"ticket":"`+ticket+`"}`)
			require.NoError(t, ws.WriteMessage(message.kind, []byte(message.text)))
			require.NoError(t, ws.SetReadDeadline(time.Now().Add(20*time.Second)))
			var err error
			for err == nil {
				_, _, err = ws.ReadMessage()
			}
			if e, ok := err.(interface{ Timeout() bool }); ok {
				assert.False(t, e.Timeout(), "it goes on")
			}
			assert.Empty(t, a.done)
		})
	}
}

func TestOnlyTheOwnPageOfThisUser(t *testing.T) {
	r, _ := open(t, true)
	host, _ := link(t, r)
	foreign, _ := open(t, false)
	foreignHost, _ := link(t, foreign)
	ask := func(edit func(*http.Request), path, at string) *http.Response {
		q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+at+path, nil)
		require.NoError(t, err)
		edit(q)
		resp, err := http.DefaultClient.Do(q)
		require.NoError(t, err)
		resp.Body.Close()
		return resp
	}
	socket := func(origin ...string) func(*http.Request) {
		return func(q *http.Request) {
			q.Header = http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="},
				"Sec-Websocket-Protocol": {subProtocol}, "Origin": origin}
		}
	}
	header := func(name, value string) func(*http.Request) {
		return func(q *http.Request) { q.Header.Set(name, value) }
	}
	for _, c := range []struct {
		name, path string
		edit       func(*http.Request)
		at         string
		status     int
	}{
		{"the page", "/", header("Sec-Fetch-Site", "none"), host, 200},
		{"its script", "/js/main.js", header("Sec-Fetch-Site", "same-origin"), host, 200},
		{"the licences", "/licences.txt", header("Sec-Fetch-Site", "same-origin"), host, 200},
		{"its socket", pathSocket, socket("http://" + host), host, 101},
		{"a rebound name", "/", func(q *http.Request) { q.Host = "evil.example" }, host, 421},
		{"localhost", "/", func(q *http.Request) { q.Host = "localhost" + host[strings.LastIndex(host, ":"):] }, host, 421},
		{"a link of another site", "/", header("Sec-Fetch-Site", "cross-site"), host, 403},
		{"another port of this computer", "/js/main.js", header("Sec-Fetch-Site", "same-site"), host, 403},
		{"another page's script", "/js/main.js", header("Origin", "https://evil.example"), host, 403},
		{"a page without origin", "/js/main.js", header("Origin", "null"), host, 403},
		{"a query", "/?x", header("Sec-Fetch-Site", "none"), host, 400},
		{"a form", "/", func(q *http.Request) { q.Method = http.MethodPost }, host, 400},
		{"another site's socket", pathSocket, socket("https://evil.example"), host, 403},
		{"a socket of another port", pathSocket, socket("http://127.0.0.1:1"), host, 403},
		{"a socket without origin", pathSocket, socket(), host, 403},
		{"a socket of two origins", pathSocket, socket("http://"+host, "http://"+host), host, 403},
		{"another user's page", "/", header("Sec-Fetch-Site", "none"), foreignHost, 403},
		{"another user's socket", pathSocket, socket("http://" + foreignHost), foreignHost, 403},
	} {
		t.Run(c.name, func(t *testing.T) {
			resp := ask(c.edit, c.path, c.at)
			assert.Equal(t, c.status, resp.StatusCode)
			if c.status == http.StatusSwitchingProtocols {
				return
			}
			assert.Contains(t, resp.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'")
			assert.NotContains(t, resp.Header.Get("Content-Security-Policy"), "unsafe")
			assert.Equal(t, "no-store", resp.Header.Get("Cache-Control"))
			assert.Equal(t, "DENY", resp.Header.Get("X-Frame-Options"))
			assert.Empty(t, resp.Header.Get("Access-Control-Allow-Origin"))
		})
	}
}

func TestPagesAreBounded(t *testing.T) {
	r, _ := open(t, true)
	host, _ := link(t, r)
	for range maxPages {
		dial(t, host)
	}
	_, resp, err := websocket.DefaultDialer.Dial("ws://"+host+pathSocket, http.Header{"Origin": {"http://" + host}})
	require.Error(t, err)
	assert.Equal(t, http.StatusServiceUnavailable, resp.StatusCode)
}

func TestACloseEndsEverything(t *testing.T) {
	r, _ := open(t, true)
	host, ticket := link(t, r)
	ws, _, _ := enter(t, host, `{"ticket":"`+ticket+`"}`)
	_, _ = next(t, ws)
	r.Close()
	_, code := next(t, ws)
	assert.Equal(t, websocket.CloseGoingAway, code)
	_, err := r.Link()
	assert.ErrorIs(t, err, ErrClosed)
	_, err = http.Get("http://" + host + "/")
	assert.Error(t, err, "nobody listens any more")
}

func FuzzWhatAPageSays(f *testing.F) {
	f.Add(`{"ticket":"x"}`)
	f.Add(`{"n":1,"what":"answer","id":"1","decision":{"Granted":true,"Fields":["a"],"For":"day","Code":"1"}}`)
	f.Add(`{"n":1e99}`)
	f.Fuzz(func(t *testing.T, text string) {
		m, ok := parse([]byte(text))
		if !ok {
			assert.Zero(t, m)
			return
		}
		b, err := json.Marshal(m)
		require.NoError(t, err)
		again, ok := parse(b)
		assert.True(t, ok)
		assert.Equal(t, m, again)
	})
}
