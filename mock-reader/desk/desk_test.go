package desk

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"chipid/cardlib/apdu"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/rack"
	"chipid/mock-reader/scenario"
	"chipid/mock-reader/trace"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const host, token = "127.0.0.1:8602", "SECRET"

// room is a desk over one reader with a card in.
func room(t *testing.T) (http.Handler, *rack.Rack) {
	t.Helper()
	r := rack.New(scenario.NewDeck(issuer.New(issuer.PublishedSeed)))
	_, err := r.Add(rack.Config{Name: "mock:one", Card: scenario.ForeignToken, Way: "in process"})
	require.NoError(t, err)
	h, err := Desk{Rack: r, Hosts: []string{host, "localhost:8602"}, Token: token}.Handler()
	require.NoError(t, err)
	return h, r
}

// ask sends a request as the room's own page does, except for what edit changes.
func ask(h http.Handler, method, path, body string, edit func(*http.Request)) *httptest.ResponseRecorder {
	q := httptest.NewRequest(method, "http://"+host+path, strings.NewReader(body))
	q.Header.Set("Authorization", "Bearer "+token)
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	if body != "" {
		q.Header.Set("Origin", "http://"+host)
		q.Header.Set("Content-Type", "application/json")
	}
	if edit != nil {
		edit(q)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, q)
	return w
}

func stateOf(t *testing.T, w *httptest.ResponseRecorder) rack.State {
	t.Helper()
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	var a readersAnswer
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &a))
	require.Len(t, a.Readers, 1)
	return a.Readers[0]
}

func TestCardsGoInAndOut(t *testing.T) {
	h, _ := room(t)
	s := stateOf(t, ask(h, "POST", "/api/insert", `{"card":"ket-hon/bac-only"}`, nil))
	assert.Equal(t, "ket-hon/bac-only", s.Card)
	assert.Equal(t, uint64(2), s.Insertion)
	s = stateOf(t, ask(h, "POST", "/api/link", `{"link":"424,sleep","reader":"mock:one"}`, nil))
	assert.Equal(t, "424,sleep", s.Link)
	s = stateOf(t, ask(h, "POST", "/api/tear", `{"file":"DG2","percent":40}`, nil))
	assert.Equal(t, &rack.Tear{File: "DG2", Percent: 40}, s.Tear)
	s = stateOf(t, ask(h, "POST", "/api/tear", `{}`, nil))
	assert.Nil(t, s.Tear)
	s = stateOf(t, ask(h, "POST", "/api/remove", `{}`, nil))
	assert.Empty(t, s.Card)
	assert.Equal(t, s, stateOf(t, ask(h, "GET", "/api/readers", "", nil)))
}

func TestTheRoomRefuses(t *testing.T) {
	h, r := room(t)
	set := func(name, value string) func(*http.Request) {
		return func(q *http.Request) { q.Header.Set(name, value) }
	}
	for _, c := range []struct {
		name, path, body string
		edit             func(*http.Request)
		status           int
		code             string
	}{
		{"another page", "/api/remove", "{}", set("Origin", "http://evil.example"), 403, "wrongOrigin"},
		{"another port", "/api/remove", "{}", set("Origin", "http://127.0.0.1:8601"), 403, "wrongOrigin"},
		{"a page without origin", "/api/remove", "{}", set("Origin", "null"), 403, "wrongOrigin"},
		{"two origins", "/api/remove", "{}", func(q *http.Request) { q.Header.Add("Origin", "http://"+host) }, 403, "wrongOrigin"},
		{"another site", "/api/remove", "{}", set("Sec-Fetch-Site", "cross-site"), 403, "wrongOrigin"},
		{"another subdomain", "/api/remove", "{}", set("Sec-Fetch-Site", "same-site"), 403, "wrongOrigin"},
		{"rebound name", "/api/remove", "{}", func(q *http.Request) {
			q.Host = "evil.example:8602"
			q.Header.Set("Origin", "http://evil.example:8602")
		}, 421, "wrongHost"},
		{"no token", "/api/remove", "{}", func(q *http.Request) { q.Header.Del("Authorization") }, 401, "noToken"},
		{"wrong token", "/api/remove", "{}", set("Authorization", "Bearer SECRE"), 401, "noToken"},
		{"token of another kind", "/api/remove", "{}", set("Authorization", "Basic "+token), 401, "noToken"},
		{"a form", "/api/remove", "{}", set("Content-Type", "text/plain"), 415, "notJSON"},
		{"no JSON", "/api/insert", "card", nil, 400, "badRequest"},
		{"two objects", "/api/insert", "{}{}", nil, 400, "badRequest"},
		{"unknown field", "/api/remove", `{"reader":"mock:one","force":true}`, nil, 400, "badRequest"},
		{"too much", "/api/insert", `{"card":"` + strings.Repeat("a", maxRequest) + `"}`, nil, 400, "badRequest"},
		{"no such card", "/api/insert", `{"card":"nobody"}`, nil, 422, "unknownCard"},
		{"no card", "/api/insert", `{}`, nil, 422, "unknownCard"},
		{"no such reader", "/api/insert", `{"card":"mau","reader":"x"}`, nil, 422, "unknownReader"},
		{"no such link", "/api/link", `{"link":"warp"}`, nil, 422, "badLink"},
		{"no such place", "/api/tear", `{"file":"DG99"}`, nil, 422, "badTear"},
		{"no such operation", "/api/dance", `{}`, nil, 404, "notFound"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := ask(h, "POST", c.path, c.body, c.edit)
			assert.Equal(t, c.status, w.Code)
			var answer struct {
				Error fault `json:"error"`
			}
			require.NoError(t, json.Unmarshal(w.Body.Bytes(), &answer))
			assert.Equal(t, c.code, answer.Error.Code)
			assert.NotEmpty(t, answer.Error.Text.Vi)
			assert.NotEmpty(t, answer.Error.Text.En)
			states, _ := r.State()
			assert.Equal(t, scenario.ForeignToken, states[0].Card, "nothing has changed")
			assert.Equal(t, "instant", states[0].Link)
			assert.Nil(t, states[0].Tear)
		})
	}
}

// Programs send neither Origin nor Sec-Fetch-Site; the token is enough for them.
func TestProgramsNeedTheTokenAlone(t *testing.T) {
	h, _ := room(t)
	w := ask(h, "POST", "/api/remove", "{}", func(q *http.Request) {
		q.Header.Del("Origin")
		q.Header.Del("Sec-Fetch-Site")
		q.Host = "localhost:8602"
	})
	assert.Equal(t, http.StatusOK, w.Code)
}

// A link on another page opens the page, which knows no token then, and nothing else.
func TestALinkFromElsewhereOpensThePageOnly(t *testing.T) {
	h, _ := room(t)
	navigate := func(q *http.Request) {
		q.Header.Set("Sec-Fetch-Site", "cross-site")
		q.Header.Set("Sec-Fetch-Mode", "navigate")
		q.Header.Del("Authorization")
	}
	assert.Equal(t, http.StatusOK, ask(h, "GET", "/", "", navigate).Code)
	assert.Equal(t, http.StatusUnauthorized, ask(h, "GET", "/api/readers", "", navigate).Code)
	w := ask(h, "GET", "/desk.css", "", func(q *http.Request) { q.Header.Set("Sec-Fetch-Site", "cross-site") })
	assert.Equal(t, http.StatusForbidden, w.Code)
}

func TestEveryAnswerHasItsHeaders(t *testing.T) {
	h, _ := room(t)
	for _, path := range []string{"/", "/api/readers", "/api/nothing", "/openapi.yaml", "/api/portrait/mau"} {
		got := ask(h, "GET", path, "", nil).Header()
		assert.Equal(t, policy, got.Get("Content-Security-Policy"), path)
		assert.NotContains(t, policy, "unsafe")
		assert.Equal(t, "nosniff", got.Get("X-Content-Type-Options"), path)
		assert.Equal(t, "no-store", got.Get("Cache-Control"), path)
		assert.Empty(t, got.Get("Access-Control-Allow-Origin"), path)
	}
	_, err := Desk{Hosts: []string{host}}.Handler()
	assert.Error(t, err, "never without a token")
}

// talk has the card in say something.
func talk(t *testing.T, r *rack.Rack, commands ...apdu.Command) {
	t.Helper()
	slot, err := r.Slot("")
	require.NoError(t, err)
	card, err := slot.Card()
	require.NoError(t, err)
	for _, c := range commands {
		_, err := card.Transmit(t.Context(), c)
		require.NoError(t, err)
	}
}

func traceOf(t *testing.T, h http.Handler, query string) []trace.Line {
	t.Helper()
	w := ask(h, "GET", "/api/trace"+query, "", nil)
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	lines, err := trace.Read(w.Body)
	require.NoError(t, err)
	return lines
}

func TestTrace(t *testing.T) {
	h, r := room(t)
	talk(t, r, apdu.Command{INS: apdu.InsSelect, P1: 4, P2: 0x0C, Data: []byte{0xA0, 0, 0, 2, 0x47, 0x10, 1}}, apdu.Command{INS: 0xEE})
	lines := traceOf(t, h, "")
	require.Len(t, lines, 3)
	assert.Equal(t, "6A82", lines[1].SW)
	assert.Len(t, traceOf(t, h, "?since=2"), 1)
	assert.Len(t, traceOf(t, h, "?text=eMRTD"), 1)
	assert.Len(t, traceOf(t, h, "?trouble=true&noReads=false&reader=mock:one"), 2)
	assert.Empty(t, traceOf(t, h, "?reader=x"))
	for _, bad := range []string{"?since=x", "?trouble=yes", "?sinse=1"} {
		assert.Equal(t, http.StatusBadRequest, ask(h, "GET", "/api/trace"+bad, "", nil).Code, bad)
		assert.Equal(t, http.StatusBadRequest, ask(h, "GET", "/api/events"+bad, "", nil).Code, bad)
	}
	assert.Equal(t, http.StatusNoContent, ask(h, "DELETE", "/api/trace", "", nil).Code)
	assert.Empty(t, traceOf(t, h, ""))
}
