package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/config"
)

// TestTrustPaths: the folder of `trust add` stands beside what the user has set, and
// not beside what an option or the administrator lays down.
func TestTrustPaths(t *testing.T) {
	state := t.TempDir()
	folder := filepath.Join(state, "trust")
	load := func(in config.Inputs) settings {
		c, err := config.Load(in)
		require.NoError(t, err)
		return settings{Config: c, places: config.Places{State: state}}
	}
	policy := config.Inputs{Policy: config.Trusted{Text: []byte("trust = ['/admin']"), Where: "policy"}}
	flags := config.Inputs{Flags: trustFlags(list{"/flag"})}
	env := config.Inputs{Env: []string{"CHIPID_TRUST=/env"}}

	assert.Empty(t, load(config.Inputs{}).trustPaths(), "no folder yet")
	require.NoError(t, os.Mkdir(folder, 0o700))
	assert.Equal(t, []string{folder}, load(config.Inputs{}).trustPaths())
	assert.Equal(t, []string{"/env", folder}, load(env).trustPaths())
	assert.Equal(t, []string{"/flag"}, load(flags).trustPaths())
	assert.Equal(t, []string{"/admin"}, load(policy).trustPaths())
	assert.True(t, load(policy).trustFixed())
	policy.Flags = flags.Flags
	assert.Equal(t, []string{"/admin"}, load(policy).trustPaths(), "no option outweighs the administrator")
	assert.Nil(t, trustFlags(nil))
}

func TestIsFingerprint(t *testing.T) {
	for given, want := range map[string]string{
		"SHA256:": "", "1234567": "", "12345678": "12345678", "AB:CD:EF:01 2": "abcdef012", "12345678z": "", "1234567g": "", "sha256:00112233": "00112233",
	} {
		digits, ok := isFingerprint(given)
		assert.Equal(t, want != "", ok, given)
		if ok {
			assert.Equal(t, want, digits, given)
		}
	}
}
