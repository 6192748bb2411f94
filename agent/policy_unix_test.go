//go:build !windows

package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/config"
	consolepage "chipid/agent/console"
)

// TestThePolicyWhileTheAgentRuns: a policy that comes is above the user's file at once;
// one that others could write is not taken over, and takes nothing away.
func TestThePolicyWhileTheAgentRuns(t *testing.T) {
	top := t.TempDir()
	require.NoError(t, os.Chmod(top, 0o755))
	l := newLodging(t)
	l.write("pairing.allowed = true\n")
	l.admin = config.PlaceBelow(top, filepath.Join(top, "chipid"))
	a, stop := l.start()
	defer stop()
	l.news()
	settingsCheck := func() consolepage.Check {
		for _, c := range (view{a}).examine(t.Context()) {
			if c.ID == "settings" {
				return c
			}
		}
		return consolepage.Check{}
	}
	require.True(t, a.set().Bool(config.Pairing))

	policy := filepath.Join(l.admin.Folder(), "policy.toml")
	require.NoError(t, os.Mkdir(l.admin.Folder(), 0o755))
	require.NoError(t, os.WriteFile(policy, []byte("pairing.allowed = false\n"), 0o644))
	if os.Geteuid() != 0 { // nothing here is root's, so nothing here counts
		require.Eventually(t, func() bool { return settingsCheck().Status == "error" }, 10*time.Second, 20*time.Millisecond)
		assert.True(t, a.set().Bool(config.Pairing))
		return
	}
	require.Eventually(t, func() bool { return a.set().Source(config.Pairing) == config.FromPolicy }, 10*time.Second, 20*time.Millisecond)
	assert.False(t, a.set().Bool(config.Pairing))
	require.Eventually(t, func() bool {
		lines := l.news()
		return len(lines) == 1 && lines[0].Detail == "settings: pairing.allowed=false (policy)"
	}, 10*time.Second, 20*time.Millisecond)
	assert.Equal(t, "ok", settingsCheck().Status)

	require.NoError(t, os.Chmod(policy, 0o666))
	a.reload()
	assert.False(t, a.set().Bool(config.Pairing), "what was forbidden is not allowed by a slip")
	check := settingsCheck()
	assert.Equal(t, "error", check.Status)
	assert.Contains(t, check.Detail, "can be written by others")
	require.NoError(t, os.Remove(policy))
	require.Eventually(t, func() bool { return a.set().Bool(config.Pairing) }, 10*time.Second, 20*time.Millisecond, "without a policy the user's word counts")
}
