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
	"chipid/agent/reading"
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

	reader := reading.Reader{Name: "a real one"}
	assert.True(t, a.trustOf(reader).Empty())
	anchors, err := issuer.New(issuer.PublishedSeed).Anchors()
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(s.trustFolder(), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(s.trustFolder(), "root.pem"), anchors[0].PEM(), 0o600))
	assert.Empty(t, a.command(ctx, control.Request{Op: control.OpTrust}).Code)
	assert.Len(t, a.trustOf(reader).Anchors(), 1)
	require.NoError(t, os.Remove(filepath.Join(s.trustFolder(), "root.pem")))
	assert.Empty(t, a.command(ctx, control.Request{Op: control.OpTrust}).Code)
	assert.True(t, a.trustOf(reader).Empty())
}
