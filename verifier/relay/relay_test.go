package relay

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"chipid/cardlib"
	"chipid/cardlib/apdu"
	"chipid/cardlib/cccd"
	"chipid/cardlib/files"
	"chipid/cardlib/lds"
	"chipid/cardlib/remoteca"
	"chipid/cardlib/trust"
	"chipid/internal/evidencetest"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/scenario"
	"chipid/verifier/api"
	"chipid/verifier/service"
	"chipid/verifier/store"
	"chipid/verifier/tenant"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("database/sql.(*DB).connectionOpener"))
}

// replica is one process of the service.
type replica struct {
	*Relays
	http http.Handler
}

// town is a database with a tenant and the replicas on it.
type town struct {
	t      testing.TB
	store  *store.Store
	key    ed25519.PrivateKey
	anchor *trust.Store
	apiKey string
}

func newTown(t testing.TB) *town {
	t.Helper()
	db, err := store.Open("sqlite:" + filepath.Join(t.TempDir(), "verifier.db"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	require.NoError(t, db.Migrate(t.Context()))
	_, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	tn, err := tenant.New("một cửa", []string{"https://motcua.example.vn"}, nil, 1e6, 1e6, time.Hour)
	require.NoError(t, err)
	shown, hash := tenant.NewKey()
	require.NoError(t, db.AddTenant(t.Context(), tn, hash))
	return &town{t: t, store: db, key: key, anchor: evidencetest.Trust(t), apiKey: shown}
}

func (w *town) replica(name string) *replica {
	w.t.Helper()
	anchors := func() *trust.Store { return w.anchor }
	judge := service.New(service.Config{Store: w.store, Anchors: anchors, Kinds: []store.Kind{store.KindChipAuth}})
	r := New(Config{Store: w.store, Look: judge.Look, Key: w.key, Anchors: anchors, Replica: name})
	w.t.Cleanup(r.Close)
	return &replica{r, api.New(api.Config{Store: w.store, Service: judge, Further: r.Routes()})}
}

// ask posts a body and returns the status, the header and the answer.
func (w *town) ask(r *replica, path string, body any) (int, http.Header, map[string]any) {
	w.t.Helper()
	b, err := json.Marshal(body)
	require.NoError(w.t, err)
	method := "POST"
	if body == nil {
		method, b = "GET", nil
	}
	q := httptest.NewRequest(method, path, bytes.NewReader(b))
	q.Header.Set("Authorization", "Bearer "+w.apiKey)
	q.Header.Set("Content-Type", "application/json")
	got := httptest.NewRecorder()
	r.http.ServeHTTP(got, q)
	var answer map[string]any
	require.NoError(w.t, json.Unmarshal(got.Body.Bytes(), &answer), got.Body.String())
	return got.Code, got.Header(), answer
}

// issue makes a request for driven chip authentication.
func (w *town) issue(r *replica, groups ...string) string {
	w.t.Helper()
	status, _, answer := w.ask(r, "/v1/requests", map[string]any{"kind": "chip-authentication", "origin": "https://motcua.example.vn", "purpose": "CT01", "groups": groups, "session": "phiên 1"})
	require.Equal(w.t, http.StatusCreated, status, "%v", answer)
	return answer["id"].(string)
}

// agent is the agent with a card, as far as the service sees it.
type agent struct {
	*remoteca.Relay
	first []byte
}

// agent opens a card for the request. change makes of the card below its channel
// what a lying agent would.
func (w *town) agent(id, card string, change func(apdu.Card) apdu.Card) *agent {
	w.t.Helper()
	req, err := w.store.Request(w.t.Context(), w.tenantID(), id)
	require.NoError(w.t, err)
	who, _, err := scenario.Parse(card)
	require.NoError(w.t, err)
	inserted, err := scenario.Open(issuer.New(issuer.PublishedSeed), card, scenario.Hooks{})
	require.NoError(w.t, err)
	inserted.Insert()
	keys, err := cccd.KeysFromNumber(who.Number)
	require.NoError(w.t, err)
	opened, err := cardlib.Open(w.t.Context(), inserted, keys, cardlib.Plan{})
	require.NoError(w.t, err)
	w.t.Cleanup(opened.Close)
	reader := files.NewReader(opened.Channel(), false)
	sod, err := reader.Read(w.t.Context(), files.SOD, nil, nil)
	require.NoError(w.t, err)
	dg14, err := reader.Read(w.t.Context(), files.Group(lds.DG14), nil, nil)
	require.NoError(w.t, err)
	chip := apdu.Card(opened.Link())
	if change != nil {
		chip = change(chip)
	}
	terms := remoteca.Terms{Request: req.Request, Keys: []ed25519.PublicKey{w.key.Public().(ed25519.PublicKey)}}
	a := &agent{Relay: remoteca.NewRelay(terms, opened.Channel(), chip)}
	a.first, err = remoteca.First(sod, dg14)
	require.NoError(w.t, err)
	return a
}

func (w *town) tenantID() string {
	w.t.Helper()
	t, err := w.store.TenantByName(w.t.Context(), "một cửa")
	require.NoError(w.t, err)
	return t.ID
}

// relay hands one message in.
func (w *town) relay(r *replica, id string, message []byte) (int, http.Header, map[string]any) {
	w.t.Helper()
	return w.ask(r, "/v1/requests/"+id+"/relay", map[string]any{"session": "phiên 1", "message": message})
}

func down(t testing.TB, answer map[string]any) []byte {
	t.Helper()
	var b []byte
	text, err := json.Marshal(answer["message"])
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &b))
	return b
}

// talk goes on from the agent's message to the end and returns the last answer.
func (w *town) talk(r *replica, id string, a *agent, up []byte) map[string]any {
	w.t.Helper()
	for {
		status, header, answer := w.relay(r, id, up)
		require.Equal(w.t, http.StatusOK, status, "%v", answer)
		assert.Equal(w.t, r.config.Replica, header.Get(ReplicaHeader))
		if answer["ended"] == true {
			_, ended, err := a.Handle(w.t.Context(), down(w.t, answer))
			require.NoError(w.t, err)
			assert.True(w.t, ended, "the agent hears of it too")
			return answer
		}
		next, _, err := a.Handle(w.t.Context(), down(w.t, answer))
		require.NoError(w.t, err)
		up = next
	}
}

func problem(t *testing.T, status, want int, answer map[string]any, code string) {
	t.Helper()
	assert.Equal(t, want, status, "%v", answer)
	assert.Equal(t, code, answer["code"])
}

func TestRelay(t *testing.T) {
	w := newTown(t)
	r := w.replica("a")
	id := w.issue(r, "dg1", "dg13")
	a := w.agent(id, "mau/ca-only", nil)
	last := w.talk(r, id, a, a.first)
	assert.Equal(t, true, last["accepted"])
	who, err := persona.ByName("mau")
	require.NoError(t, err)
	assert.Equal(t, who.FullName, last["citizen"].(map[string]any)["fullName"])
	status, _, seen := w.ask(r, "/v1/requests/"+id, nil)
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, "accepted", seen["state"])
	assert.NotContains(t, seen["outcome"].(map[string]any)["report"], "citizen")
	assert.NotContains(t, seen["outcome"], "code")

	// The same last message again: the same answer, and nothing is decided twice.
	status, _, again := w.relay(r, id, a.first)
	problem(t, status, 409, again, "PROOF_OUT_OF_SEQUENCE")
	// In another session, and as evidence, it is nothing.
	status, _, answer := w.ask(r, "/v1/requests/"+id+"/relay", map[string]any{"session": "phiên 2", "message": a.first})
	problem(t, status, 409, answer, "SESSION_MISMATCH")
	other := w.replica("b")
	status, _, answer = w.relay(other, id, a.first)
	problem(t, status, 409, answer, "NONCE_USED")
}

func TestAnAgentThatInventsAnswersIsRefused(t *testing.T) {
	w := newTown(t)
	r := w.replica("a")
	id := w.issue(r, "dg1")
	a := w.agent(id, "mau", func(apdu.Card) apdu.Card { return invented{} })
	last := w.talk(r, id, a, a.first)
	assert.Nil(t, last["accepted"])
	assert.Nil(t, last["citizen"])
	outcome := last["request"].(map[string]any)["outcome"].(map[string]any)
	assert.Equal(t, "PROOF_ANSWER_WRONG", outcome["code"])
	assert.Equal(t, "failed", outcome["report"].(map[string]any)["outcome"])
	lines, err := w.store.Audit(t.Context(), "", 1)
	require.NoError(t, err)
	assert.Equal(t, "refused chipAuth:WRONG_ANSWER proof:PROOF_ANSWER_WRONG", lines[0].What)
}

// invented is an agent's own idea of an answer.
type invented struct{}

func (invented) Transmit(context.Context, apdu.Command) (apdu.Response, error) {
	return apdu.Response{Data: bytes.Repeat([]byte{0x61}, 60), SW: 0x9000}, nil
}

func TestACardThatNobodyVouchesForGetsNoKey(t *testing.T) {
	w := newTown(t)
	r := w.replica("a")
	id := w.issue(r, "dg1")
	a := w.agent(id, "mau/signer-unknown", nil)
	status, _, answer := w.relay(r, id, a.first)
	require.Equal(t, http.StatusOK, status)
	assert.Equal(t, true, answer["ended"], "at once")
	assert.Equal(t, "PROOF_CARD_REJECTED", answer["request"].(map[string]any)["outcome"].(map[string]any)["code"])
}

// TestOneReplicaHoldsASession: another one says which, and changes nothing.
func TestOneReplicaHoldsASession(t *testing.T) {
	w := newTown(t)
	first, second := w.replica("a"), w.replica("b")
	id := w.issue(first, "dg1")
	a := w.agent(id, "mau", nil)
	_, _, answer := w.relay(first, id, a.first)
	up, _, err := a.Handle(t.Context(), down(t, answer))
	require.NoError(t, err)
	status, header, answer := w.relay(second, id, up)
	problem(t, status, http.StatusMisdirectedRequest, answer, "PROOF_ELSEWHERE")
	assert.Equal(t, "a", header.Get(ReplicaHeader))
	status, _, answer = w.relay(second, id, a.first)
	problem(t, status, http.StatusMisdirectedRequest, answer, "PROOF_ELSEWHERE")
	assert.Equal(t, true, w.talk(first, id, a, up)["accepted"])
}

// TestALostReplicaEndsTheRequest: its session went with it, and so did the request.
func TestALostReplicaEndsTheRequest(t *testing.T) {
	for name, next := range map[string]string{"another replica is asked": "b", "the same one after its restart": "a"} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t)
			first, second := w.replica("a"), w.replica(next)
			id := w.issue(first, "dg1")
			a := w.agent(id, "mau", nil)
			_, _, answer := w.relay(first, id, a.first)
			up, _, err := a.Handle(t.Context(), down(t, answer))
			require.NoError(t, err)
			if next != "a" {
				second.alive = 0 // the first one's last sign of life is older than that
				time.Sleep(5 * time.Millisecond)
			}
			status, _, answer := w.relay(second, id, up)
			problem(t, status, http.StatusGone, answer, "PROOF_LOST")
			_, _, seen := w.ask(second, "/v1/requests/"+id, nil)
			assert.Equal(t, "refused", seen["state"])
			assert.Equal(t, "PROOF_LOST", seen["outcome"].(map[string]any)["code"])
			// The first one, should it have lived after all, cannot decide it any more.
			for status == http.StatusGone || status == http.StatusOK {
				if status, _, answer = w.relay(first, id, up); status != http.StatusOK || answer["ended"] == true {
					break
				}
				up, _, err = a.Handle(t.Context(), down(t, answer))
				require.NoError(t, err)
			}
			problem(t, status, http.StatusConflict, answer, "NONCE_USED")
		})
	}
}

func TestSilenceAndGivingUpEndTheRequest(t *testing.T) {
	w := newTown(t)
	r := w.replica("a")
	t.Run("given up", func(t *testing.T) {
		id := w.issue(r, "dg1")
		a := w.agent(id, "mau", nil)
		status, _, answer := w.ask(r, "/v1/requests/"+id+"/relay/end", map[string]any{"session": "phiên 1"})
		problem(t, status, 409, answer, "PROOF_OUT_OF_SEQUENCE")
		w.relay(r, id, a.first)
		status, _, answer = w.ask(r, "/v1/requests/"+id+"/relay/end", map[string]any{"session": "phiên 1"})
		require.Equal(t, http.StatusOK, status, "%v", answer)
		assert.Equal(t, "refused", answer["state"])
		assert.Equal(t, "PROOF_ENDED", answer["outcome"].(map[string]any)["code"])
	})
	t.Run("silence", func(t *testing.T) {
		r.life = 100 * time.Millisecond
		id := w.issue(r, "dg1")
		a := w.agent(id, "mau", nil)
		w.relay(r, id, a.first)
		require.Eventually(t, func() bool {
			_, _, seen := w.ask(r, "/v1/requests/"+id, nil)
			return seen["state"] == "refused"
		}, 30*time.Second, 20*time.Millisecond)
	})
	t.Run("the replica stops", func(t *testing.T) {
		r := w.replica("c")
		id := w.issue(r, "dg1")
		a := w.agent(id, "mau", nil)
		w.relay(r, id, a.first)
		r.Close()
		_, _, seen := w.ask(r, "/v1/requests/"+id, nil)
		assert.Equal(t, "PROOF_ENDED", seen["outcome"].(map[string]any)["code"])
		next := w.issue(r, "dg1")
		status, _, answer := w.relay(r, next, a.first)
		problem(t, status, 503, answer, "UNAVAILABLE")
	})
}

// TestOneWriter: many first messages at once begin one session.
func TestOneWriter(t *testing.T) {
	w := newTown(t)
	r, other := w.replica("a"), w.replica("b")
	id := w.issue(r, "dg1")
	a := w.agent(id, "mau", nil)
	var all sync.WaitGroup
	var mu sync.Mutex
	began := map[string]int{}
	for i := range 16 {
		all.Go(func() {
			at := r
			if i%2 == 1 {
				at = other
			}
			status, _, answer := w.relay(at, id, a.first)
			mu.Lock()
			defer mu.Unlock()
			if status == http.StatusOK {
				began[string(down(t, answer))]++
			}
		})
	}
	all.Wait()
	assert.Len(t, began, 1, "one session, one ephemeral key")
}

func TestWhatIsRefused(t *testing.T) {
	w := newTown(t)
	r := w.replica("a")
	id := w.issue(r, "dg1")
	a := w.agent(id, "mau", nil)
	for name, c := range map[string]struct {
		path    string
		message []byte
		status  int
		code    string
	}{
		"no such request":      {"/v1/requests/none/relay", a.first, 404, "REQUEST_UNKNOWN"},
		"no message":           {"/v1/requests/" + id + "/relay", nil, 400, "PROOF_MESSAGE_MALFORMED"},
		"a malformed message":  {"/v1/requests/" + id + "/relay", []byte{0xFF}, 400, "PROOF_MESSAGE_MALFORMED"},
		"an answer before all": {"/v1/requests/" + id + "/relay", encode(t, remoteca.Up{Seq: 1, Response: []byte{0x90, 0}}), 409, "PROOF_OUT_OF_SEQUENCE"},
		"too long":             {"/v1/requests/" + id + "/relay", make([]byte, maxBody), 413, "BODY_TOO_LONG"},
	} {
		status, _, answer := w.ask(r, c.path, map[string]any{"session": "phiên 1", "message": c.message})
		assert.Equal(t, c.status, status, name)
		assert.Equal(t, c.code, answer["code"], name)
	}
	lines, err := w.store.Audit(t.Context(), "", 10)
	require.NoError(t, err)
	var said []string
	for _, line := range lines {
		said = append(said, line.What)
	}
	assert.ElementsMatch(t, []string{"REQUEST_UNKNOWN", "PROOF_MESSAGE_MALFORMED", "PROOF_MESSAGE_MALFORMED", "PROOF_OUT_OF_SEQUENCE"}, said)

	// A request of the other kind is not answered here, nor this one there.
	status, _, evidence := w.ask(r, "/v1/requests", map[string]any{"origin": "https://motcua.example.vn", "purpose": "CT01", "session": "phiên 1"})
	require.Equal(t, http.StatusCreated, status)
	status, _, answer := w.relay(r, evidence["id"].(string), a.first)
	problem(t, status, 409, answer, "KIND_MISMATCH")
	// None of this has spent it.
	assert.Equal(t, true, w.talk(r, id, a, a.first)["accepted"])
}

func encode(t *testing.T, u remoteca.Up) []byte {
	t.Helper()
	b, err := u.Encode()
	require.NoError(t, err)
	return b
}

// FuzzRelay: whatever a page hands in, an answer with a code, and no panic.
func FuzzRelay(f *testing.F) {
	first, _ := remoteca.First([]byte{0x77, 0}, []byte{0x6E, 0})
	f.Add(first)
	f.Add([]byte{0xA0})
	w := newTown(f)
	r := w.replica("a")
	f.Fuzz(func(t *testing.T, message []byte) {
		w := &town{t: t, store: w.store, apiKey: w.apiKey}
		id := w.issue(r)
		status, _, answer := w.relay(r, id, message)
		if status == http.StatusOK && answer["accepted"] != nil {
			t.Fatal("accepted without a card")
		}
		if status >= 500 {
			t.Fatalf("%v", answer)
		}
	})
}

// TestTheRoutesAreDescribed in the interface's OpenAPI.
func TestTheRoutesAreDescribed(t *testing.T) {
	for _, r := range New(Config{}).Routes() {
		path := regexp.QuoteMeta("  " + r.Path + ":\n    " + strings.ToLower(r.Method) + ":\n")
		assert.Regexp(t, path, string(api.OpenAPI))
	}
}
