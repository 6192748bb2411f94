//go:build e2e

package main

import (
	"encoding/json"
	"net/url"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/mock-reader/persona"
)

// TestAClientThatSharesNoCode runs examples/python against the agent: it reads,
// hears the code of a refusal, and is refused without a token.
func TestAClientThatSharesNoCode(t *testing.T) {
	state := t.TempDir()
	_, address := program(t, "serve", "--mock", "--mock-card", "mau", "--port", "0", "--state", state)
	u, err := url.Parse(address)
	require.NoError(t, err)
	_, stdout, stderr := command(t, "clients", "create", "python", "--fields", "fullName", "--for", "always", "--state", state, "--json")
	var made struct{ Token string }
	require.NoError(t, json.Unmarshal([]byte(stdout), &made), stderr)
	python := func(args ...string) (string, error) {
		out, err := exec.Command("python3", append([]string{filepath.Join("..", "examples", "python", "read_card.py")}, args...)...).CombinedOutput()
		return string(out), err
	}
	p := persona.All()[0]
	said, err := python(made.Token, p.Number, u.Port())
	assert.Error(t, err)
	assert.Equal(t, "CITIZEN_CONSENT_MISSING\n", said)
	said, err = python(made.Token, p.Number, u.Port(), "agreed")
	require.NoError(t, err, said)
	assert.Equal(t, "genuine "+p.FullName+"\n", said)
	said, err = python(made.Token, "12345", u.Port(), "agreed")
	assert.Error(t, err)
	assert.Equal(t, "NUMBER_INVALID\n", said)
	said, err = python("chipid_wrong", p.Number, u.Port())
	assert.Error(t, err)
	assert.Equal(t, "refused: HTTP/1.1 401 Unauthorized\n", said)
}
