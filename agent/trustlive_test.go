package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/config"
	"chipid/agent/control"
	"chipid/cardlib/trust"
	"chipid/mock-reader/inproc"
	"chipid/mock-reader/issuer"
)

// TestRunningAgentHearsOfTrust: what `trust add` wrote counts for the next card,
// without a new start; for real readers too.
func TestRunningAgentHearsOfTrust(t *testing.T) {
	files := fileFlags{state: t.TempDir()}
	s, err := files.load(map[string]any{config.Port: int64(0)})
	require.NoError(t, err)
	source, err := inproc.New("mau")
	require.NoError(t, err)
	a, err := newAgent(agentOptions{settings: s, source: source, log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- a.run(ctx) }()
	defer func() {
		stop()
		assert.NoError(t, <-done)
	}()

	// of is what the child of the next read judges against.
	of := func(reader string) *trust.Store { return (&ownTrust{}).of(a.trust(), reader) }
	assert.True(t, of("a real one").Empty())
	anchors, err := issuer.New(issuer.PublishedSeed).Anchors()
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(s.trustFolder(), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(s.trustFolder(), "root.pem"), anchors[0].PEM(), 0o600))
	assert.Empty(t, a.command(ctx, control.Request{Op: control.OpTrust}).Code)
	assert.Len(t, of("a real one").Anchors(), 1)
	require.NoError(t, os.Remove(filepath.Join(s.trustFolder(), "root.pem")))
	assert.Empty(t, a.command(ctx, control.Request{Op: control.OpTrust}).Code)
	assert.True(t, of("a real one").Empty())
}
