package rpc

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/consent"
	"chipid/agent/counter"
	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
	"chipid/cardlib/remoteca"
	"chipid/cardlib/trust"
	"chipid/mock-reader/issuer"
)

// pinned is a counter over the desk where the page, named for the run, has a
// service's key pinned in a grant of its own.
func pinned(t *testing.T, desk counter.Desk) (*counter.Counter, ed25519.PrivateKey) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	store := consent.NewStore(filepath.Join(t.TempDir(), "grants.json"))
	require.NoError(t, store.Put(consent.Grant{Origin: page, Fields: []string{"fullName"}, ServiceKeys: []string{consent.ServiceKeyText(public)}, For: consent.Always, By: consent.ByOperator}))
	run, err := consent.NewRun(page)
	require.NoError(t, err)
	return counter.New(counter.Config{Desk: desk, Book: consent.NewBook(run, store, nil), Audit: unwritten{}}), private
}

// service is the back end of these tests.
func service(t *testing.T, key ed25519.PrivateKey, nonce []byte, groups ...lds.Group) remoteca.Service {
	t.Helper()
	anchors, err := issuer.New(issuer.PublishedSeed).Anchors()
	require.NoError(t, err)
	store := &trust.Store{}
	for _, a := range anchors {
		require.Empty(t, store.Add(a.File, a.PEM()))
	}
	return remoteca.Service{Request: evidence.Request{Nonce: nonce, Origin: page, Purpose: "CT01", Groups: groups}, Key: key, Store: store, Until: time.Now().Add(5 * time.Minute)}
}

// proofParams are the params of card.proof.start.
func proofParams(t *testing.T, nonce []byte, groups ...string) map[string]any {
	if groups == nil {
		groups = []string{}
	}
	return map[string]any{"nonce": base64.RawURLEncoding.EncodeToString(nonce), "purpose": "CT01", "groups": groups, "key": map[string]any{"id": number(t, "mau")}}
}

type started struct {
	Proof, Reader string
	Synthetic     bool
	Message       []byte
}

func (c *client) startProof(id any, params map[string]any) started {
	c.t.Helper()
	c.call(id, MethodProof, params)
	m := c.answerTo(id)
	require.Nil(c.t, m.Error, "%v", m.Error)
	var s started
	require.NoError(c.t, json.Unmarshal(m.Result, &s))
	return s
}

func relay(s started, message []byte) map[string]any {
	return map[string]any{"proof": s.Proof, "message": base64.StdEncoding.EncodeToString(message)}
}

func TestProofOverTheProtocol(t *testing.T) {
	desk, _ := over(t, "mau/ca-only")
	at, key := pinned(t, desk)
	c := connect(t, Config{Counter: at})
	c.call("hello", MethodInitialize, map[string]any{"protocolVersion": "1.0", "client": map[string]any{"name": "test"}})
	assert.Contains(t, string(c.answerTo("hello").Result), `"proof":true`)
	nonce := make([]byte, 32)
	s := c.startProof(1, proofParams(t, nonce, "dg1", "dg13"))
	assert.Equal(t, "mock:mau/ca-only", s.Reader)
	assert.True(t, s.Synthetic)
	session, down, err := remoteca.Begin(service(t, key, nonce, lds.DG1, lds.DG13), s.Message)
	require.NoError(t, err)
	defer session.Close()
	for id := 2; ; id++ {
		c.call(id, MethodRelay, relay(s, down))
		m := c.answerTo(id)
		require.Nil(t, m.Error, "%v", m.Error)
		var r struct {
			Message []byte
			Ended   bool
		}
		require.NoError(t, json.Unmarshal(m.Result, &r))
		if r.Ended {
			assert.Empty(t, r.Message)
			break
		}
		down, err = session.Step(r.Message)
		require.NoError(t, err)
	}
	assert.True(t, session.Result().Accepted(), "%+v", session.Result().Report)
	c.call("late", MethodRelay, relay(s, down))
	c.refused("late", 1605, "PROOF_ENDED")
	// The reader is free.
	c.call("read", MethodRead, read(map[string]any{"id": number(t, "mau")}, "fullName"))
	require.Nil(t, c.answerTo("read").Error)
}

func TestProofMessagesThatAreRefused(t *testing.T) {
	desk, _ := over(t, "mau")
	at, _ := pinned(t, desk)
	c := connect(t, Config{Counter: at})
	c.hello()
	nonce := make([]byte, 32)
	for name, change := range map[string]func(map[string]any){
		"no nonce":         func(p map[string]any) { delete(p, "nonce") },
		"a short nonce":    func(p map[string]any) { p["nonce"] = "AAAA" },
		"nonce in base64":  func(p map[string]any) { p["nonce"] = base64.StdEncoding.EncodeToString(nonce) },
		"no purpose":       func(p map[string]any) { p["purpose"] = " " },
		"no key":           func(p map[string]any) { delete(p, "key") },
		"DG15":             func(p map[string]any) { p["groups"] = []string{"dg15"} },
		"groups unordered": func(p map[string]any) { p["groups"] = []string{"dg13", "dg1"} },
		"a group twice":    func(p map[string]any) { p["groups"] = []string{"dg1", "dg1"} },
		"groups as text":   func(p map[string]any) { p["groups"] = "https://other.example" },
	} {
		p := proofParams(t, nonce, "dg1")
		change(p)
		c.call(name, MethodProof, p)
		c.refused(name, -32602, "INVALID_PARAMS")
	}
	c.call(1, MethodRelay, map[string]any{"proof": "AAAAAAAAAAAAAAAAAAAAAA", "message": "AAAA"})
	c.refused(1, 1604, "PROOF_UNKNOWN")
	c.call(2, MethodProofEnd, map[string]any{"proof": "AAAAAAAAAAAAAAAAAAAAAA"})
	c.refused(2, 1604, "PROOF_UNKNOWN")
	s := c.startProof(3, proofParams(t, nonce, "dg1"))
	c.call(4, MethodRelay, map[string]any{"proof": s.Proof, "message": "A==="})
	c.refused(4, -32602, "INVALID_PARAMS")
	c.call(5, MethodRelay, relay(s, []byte{0xA0}))
	c.refused(5, 1610, "PROOF_MESSAGE_MALFORMED")
	s = c.startProof(6, proofParams(t, nonce))
	c.call(7, MethodProofEnd, map[string]any{"proof": s.Proof})
	require.Nil(t, c.answerTo(7).Error)
	c.call(8, MethodRelay, relay(s, []byte{0xA0}))
	c.refused(8, -32800, "CANCELLED")
}

// TestProofGoesWithItsConnection: the next client finds the reader free.
func TestProofGoesWithItsConnection(t *testing.T) {
	desk, _ := over(t, "mau")
	at, _ := pinned(t, desk)
	c := connect(t, Config{Counter: at})
	c.hello()
	c.startProof(1, proofParams(t, make([]byte, 32), "dg1"))
	c.Close(1000, "")
	next := connect(t, Config{Counter: at})
	next.hello()
	require.Eventually(t, func() bool {
		next.call(1, MethodRead, read(map[string]any{"id": number(t, "mau")}, "fullName"))
		return next.answerTo(1).Error == nil
	}, 30*time.Second, 50*time.Millisecond)
}

// TestNoProofWithoutAPinnedKey: not even for the page that was named for the run.
func TestNoProofWithoutAPinnedKey(t *testing.T) {
	desk, _ := over(t, "mau")
	c := connect(t, Config{Counter: at(desk)})
	c.hello()
	c.call(1, MethodProof, proofParams(t, make([]byte, 32), "dg1"))
	c.refused(1, 1601, "PROOF_NOT_GRANTED")
}
