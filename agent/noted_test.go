package main

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/audit"
	"chipid/agent/config"
	consolepage "chipid/agent/console"
	"chipid/mock-reader/inproc"
	"chipid/mock-reader/issuer"
)

// lodging is where an agent lives that is started again and again.
type lodging struct {
	t      *testing.T
	source *inproc.Source
	places config.Places
	admin  config.Place
	flags  map[string]any
	seen   int
}

func newLodging(t *testing.T) *lodging {
	t.Helper()
	source, err := inproc.New("mau")
	require.NoError(t, err)
	dir := t.TempDir()
	return &lodging{t: t, source: source, flags: map[string]any{config.Port: int64(0)},
		places: config.Places{State: filepath.Join(dir, "state"), File: filepath.Join(dir, "config.toml")}}
}

func (l *lodging) write(text string) {
	l.t.Helper()
	require.NoError(l.t, os.WriteFile(l.places.File, []byte(text), 0o600))
}

// start runs an agent until stop is called.
func (l *lodging) start() (a *agent, stop func()) {
	l.t.Helper()
	s, err := settings{places: l.places, admin: l.admin, flags: l.flags}.again()
	require.NoError(l.t, err)
	a, err = newAgent(agentOptions{settings: s, source: l.source, log: slog.New(slog.DiscardHandler)})
	require.NoError(l.t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.run(ctx) }()
	return a, func() {
		cancel()
		require.NoError(l.t, <-done)
	}
}

// news are the lines of the audit that were not seen yet.
func (l *lodging) news() []audit.Record {
	l.t.Helper()
	var all []audit.Record
	v, err := audit.Open(l.places.State, audit.Options{}).Show(func(line []byte) error {
		var r audit.Record
		require.NoError(l.t, json.Unmarshal(line, &r))
		all = append(all, r)
		return nil
	})
	require.NoError(l.t, err)
	require.True(l.t, v.OK)
	fresh := all[l.seen:]
	l.seen = len(all)
	return fresh
}

// signedGrants are an administrator's, in a file, and the key in PEM.
func signedGrants(t *testing.T, path, text string) []byte {
	t.Helper()
	public, secret, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	der, err := x509.MarshalPKIXPublicKey(public)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	require.NoError(t, os.WriteFile(path+".sig", []byte(base64.StdEncoding.EncodeToString(ed25519.Sign(secret, []byte(text)))), 0o600))
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

// TestEveryChangeHasItsLine changes what is decided outside the agent, while it
// runs and while it does not.
func TestEveryChangeHasItsLine(t *testing.T) {
	l := newLodging(t)
	l.flags[config.Origins] = []string{"http://localhost:3000"}
	_, stop := l.start()
	stop()
	lines := l.news()
	require.Len(t, lines, 2)
	assert.Equal(t, audit.Change, lines[0].Event)
	assert.Equal(t, `settings: origins=["http://localhost:3000"] (flag), port=0 (flag)`, lines[0].Detail)
	assert.Equal(t, audit.Granted, lines[1].Event)
	assert.Equal(t, "http://localhost:3000", lines[1].Origin)
	assert.Equal(t, "run", lines[1].By)

	_, stop = l.start()
	stop()
	assert.Empty(t, l.news(), "the same again is no change")

	delete(l.flags, config.Origins)
	a, stop := l.start()
	defer func() { stop() }()
	lines = l.news()
	require.Len(t, lines, 2)
	assert.Equal(t, "settings: origins (default)", lines[0].Detail)
	assert.Equal(t, audit.Revoked, lines[1].Event)
	assert.Equal(t, "http://localhost:3000", lines[1].Origin)

	l.write("[pairing]\nallowed = false\n")
	require.Eventually(t, func() bool { lines = append(lines[:0:0], l.news()...); return len(lines) > 0 }, 10*time.Second, 20*time.Millisecond)
	assert.Equal(t, "settings: pairing.allowed=false (file)", lines[0].Detail)

	anchors, err := issuer.New(issuer.PublishedSeed).Anchors()
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(a.set().trustFolder(), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(a.set().trustFolder(), "root.pem"), anchors[0].PEM(), 0o600))
	a.reload()
	lines = l.news()
	require.Len(t, lines, 1)
	assert.Contains(t, lines[0].Detail, "root certificates in force: 1, SHA-256 ")
}

// TestAnAdministratorsGrantHasItsLine, and so has its end.
func TestAnAdministratorsGrantHasItsLine(t *testing.T) {
	l := newLodging(t)
	a, stop := l.start()
	defer stop()
	l.news()
	path := filepath.Join(t.TempDir(), "grants.json")
	key := signedGrants(t, path, `{"kind": "chipid-admin-grants/1", "expires": "2099-12-31T00:00:00Z", "origins": [
		{"origin": "https://motcua.example.vn", "name": "Một cửa", "fields": ["fullName"], "presence": true, "stateBody": true}]}`)
	require.NoError(t, a.admin.Use(path, key))
	a.note()
	lines := l.news()
	require.Len(t, lines, 1)
	g := lines[0]
	assert.Equal(t, audit.Granted, g.Event)
	assert.Equal(t, "https://motcua.example.vn", g.Origin)
	assert.Equal(t, []string{"fullName"}, g.Fields)
	assert.True(t, g.Presence)
	assert.Equal(t, "admin", g.By)
	require.NotNil(t, g.Until)
	assert.Equal(t, 2099, g.Until.Year())

	require.NoError(t, os.Remove(path))
	a.note()
	lines = l.news()
	require.Len(t, lines, 1)
	assert.Equal(t, audit.Revoked, lines[0].Event)
	assert.Equal(t, "admin", lines[0].By)
}

// TestTheOfficersPageSaysThatTheConfigurationIsWrong: the agent goes on with what
// it had, and the examination says so.
func TestTheOfficersPageSaysThatTheConfigurationIsWrong(t *testing.T) {
	l := newLodging(t)
	a, stop := l.start()
	defer stop()
	settingsCheck := func() consolepage.Check {
		for _, c := range (view{a}).examine(t.Context()) {
			if c.ID == "settings" {
				return c
			}
		}
		return consolepage.Check{}
	}
	assert.Equal(t, "ok", settingsCheck().Status)
	l.write("prot = 1\n")
	c := settingsCheck()
	assert.Equal(t, "error", c.Status)
	assert.Contains(t, c.Detail, `did you mean "port"`)
}
