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
	"chipid/agent/consent"
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

// TestAnOriginLeavesThePolicy: a page that only the administrator's policy names is
// turned away once it does not, and comes in once it does, without a start.
func TestAnOriginLeavesThePolicy(t *testing.T) {
	if os.Geteuid() != 0 {
		return // nothing here is root's, so no policy counts: TestThePolicyWhileTheAgentRuns
	}
	top := t.TempDir()
	require.NoError(t, os.Chmod(top, 0o755))
	l := newLodging(t)
	l.admin = config.PlaceBelow(top, filepath.Join(top, "chipid"))
	policy := filepath.Join(l.admin.Folder(), "policy.toml")
	require.NoError(t, os.Mkdir(l.admin.Folder(), 0o755))
	name := func(origins string) {
		require.NoError(t, os.WriteFile(policy, []byte("origins = ["+origins+"]\n"), 0o644))
	}
	name(`"https://cu.example.vn"`)
	a, stop := l.start()
	defer stop()
	old, err := consent.ParseOrigin("https://cu.example.vn")
	require.NoError(t, err)
	fresh, err := consent.ParseOrigin("https://moi.example.vn")
	require.NoError(t, err)
	require.True(t, a.book.Admits(old))

	name(`"https://moi.example.vn"`)
	require.Eventually(t, func() bool { return a.book.Admits(fresh) }, 10*time.Second, 20*time.Millisecond)
	assert.False(t, a.book.Admits(old))
	name(`"https://moi.example.vn/"`)
	a.reload()
	assert.True(t, a.book.Admits(fresh), "a slip changes nothing")
	require.NoError(t, os.Remove(policy))
	require.Eventually(t, func() bool { return !a.book.Admits(fresh) }, 10*time.Second, 20*time.Millisecond)
}
