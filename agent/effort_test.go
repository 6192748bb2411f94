package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/config"
	"chipid/agent/consent"
	"chipid/agent/gateway"
	"chipid/agent/pairing"
	"chipid/agent/reading"
	"chipid/cardlib/readers"
	"chipid/mock-reader/inproc"
	"chipid/mock-reader/persona"
)

// plastic is a source whose cards pass for real ones: an administrator's grant
// reads no others.
type plastic struct{ *inproc.Source }

func real(s readers.State) readers.State {
	out := s
	out.Readers = append([]readers.Reader{}, s.Readers...)
	for i := range out.Readers {
		out.Readers[i].Synthetic = false
	}
	return out
}

func (p plastic) List(ctx context.Context) readers.State { return real(p.Source.List(ctx)) }

func (p plastic) Watch(ctx context.Context, tell func(readers.State)) error {
	return p.Source.Watch(ctx, func(s readers.State) { tell(real(s)) })
}

// counterWith is an agent with one reader, and the number of questions that the
// officer was asked.
type counterWith struct {
	*agent
	t      *testing.T
	source *inproc.Source
	page   string // where pages connect

	mu    sync.Mutex
	asked map[string]bool
}

func openCounter(t *testing.T) *counterWith {
	t.Helper()
	source, err := inproc.New(persona.All()[0].Name)
	require.NoError(t, err)
	state := t.TempDir()
	s, err := settings{places: config.Places{State: state, File: filepath.Join(state, "config.toml")},
		flags: map[string]any{config.Port: int64(0), config.Mock: true}}.again()
	require.NoError(t, err)
	a, err := newAgent(agentOptions{settings: s, source: plastic{source}, log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	c := &counterWith{agent: a, t: t, source: source, page: "ws://" + a.listeners.Addresses()[0] + gateway.PathSocket, asked: map[string]bool{}}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.run(ctx) }()
	var counting sync.WaitGroup
	counting.Go(func() { c.count(ctx) })
	t.Cleanup(func() { cancel(); counting.Wait(); require.NoError(t, <-done) })
	return c
}

// count counts the questions: each is one action of the officer in the agent.
func (c *counterWith) count(ctx context.Context) {
	for {
		waiting, changed := c.queue.List()
		c.mu.Lock()
		for _, p := range waiting {
			c.asked[p.ID] = true
		}
		c.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

func (c *counterWith) actions() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.asked)
}

// serve reads twenty citizens' cards, one after the other, as a page does at one
// click for each: the key, the card, the request.
func (c *counterWith) serve(origin string) {
	c.t.Helper()
	ws := visitor(c.t, c.page, originHeader(origin))
	call(c.t, ws, 1, "initialize", hello)
	people := persona.All()[:2]
	reader := "mock:" + people[0].Name
	for i := range 20 {
		who := people[i%len(people)]
		before, _ := c.desk.State()
		was, _ := before.Find(reader)
		require.NoError(c.t, c.source.Insert(reader, who.Name))
		require.Eventually(c.t, func() bool {
			now, _ := c.desk.State()
			r, ok := now.Find(reader)
			return ok && r.Insertion > was.Insertion && r.Card == reading.CardCitizen
		}, time.Minute, 2*time.Millisecond)
		result := call(c.t, ws, 10+i, "card.read", fmt.Sprintf(`{"fields":["fullName"],"purpose":"CT01","citizenConsent":true,"key":{"id":%q},"reader":%q}`, who.Number, reader))
		require.Equal(c.t, map[string]any{"fullName": who.FullName}, result["citizen"])
	}
}

// The effort budget: under an administrator's grant no action in the agent, under
// an officer's one decision a day.
func TestEffortOfTwentyCitizens(t *testing.T) {
	const origin = "https://motcua.example.vn"
	t.Run("an administrator's grant", func(t *testing.T) {
		c := openCounter(t)
		public, secret, err := ed25519.GenerateKey(rand.Reader)
		require.NoError(t, err)
		der, err := x509.MarshalPKIXPublicKey(public)
		require.NoError(t, err)
		text := []byte(`{"kind": "chipid-admin-grants/1", "origins": [{"origin": "` + origin + `", "name": "Một cửa", "fields": ["fullName"], "presence": true, "stateBody": true}]}`)
		path := filepath.Join(t.TempDir(), "grants.json")
		require.NoError(t, os.WriteFile(path, text, 0o600))
		require.NoError(t, os.WriteFile(path+".sig", []byte(base64.StdEncoding.EncodeToString(ed25519.Sign(secret, text))), 0o600))
		require.NoError(t, c.admin.Use(path, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})))
		c.serve(origin)
		assert.Equal(t, 0, c.actions())
	})
	t.Run("an officer's grant for the day", func(t *testing.T) {
		c := openCounter(t)
		c.pair(origin)
		c.serve(origin)
		assert.Equal(t, 1, c.actions(), "the pairing, and nothing after it")
	})
}

// pair is the officer's one decision: the code that the page shows, for today.
func (c *counterWith) pair(origin string) {
	c.t.Helper()
	require.Empty(c.t, c.openPairing(pairing2m).Code)
	ws := visitor(c.t, c.page, originHeader(origin))
	call(c.t, ws, 1, "initialize", hello)
	nonce := make([]byte, 32)
	_, _ = rand.Read(nonce)
	opened := call(c.t, ws, 2, "pairing.request", fmt.Sprintf(`{"name":"Một cửa","purpose":"CT01","fields":["fullName"],"commitment":%q}`, pairing.Commitment("page", nonce)))
	shown := call(c.t, ws, 3, "pairing.reveal", fmt.Sprintf(`{"pairing":%q,"nonce":%q}`, opened["pairing"], b64(nonce)))
	code := pairing.Code(nonce, unb64(c.t, shown["nonce"]), unb64(c.t, opened["key"]), origin)
	go func() {
		for {
			waiting, changed := c.queue.List()
			if len(waiting) > 0 {
				c.mu.Lock()
				c.asked[waiting[0].ID] = true // it may be answered before it is counted
				c.mu.Unlock()
				assert.NoError(c.t, c.queue.Answer(waiting[0].ID, consent.Decision{Granted: true, Code: code, For: consent.ForDay, Fields: []string{"fullName"}}))
				return
			}
			<-changed
		}
	}()
	call(c.t, ws, 4, "pairing.finish", fmt.Sprintf(`{"pairing":%q}`, opened["pairing"]))
}
