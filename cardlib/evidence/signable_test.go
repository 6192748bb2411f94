package evidence

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSignable: the agent signs the bundle of the request that it gave out, and
// nothing else that somebody may bring.
func TestSignable(t *testing.T) {
	public, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	b := bundle(t)
	r := Request{Nonce: b.Nonce, Origin: b.Origin, Purpose: b.Purpose, Groups: b.Groups}
	b.Manual = false
	message := func(change func(*Bundle)) (m []byte) {
		other := *b
		change(&other)
		require.NoError(t, other.SignBy(public, func(message []byte) ([]byte, error) {
			m = bytes.Clone(message)
			return ed25519.Sign(key, message), nil
		}))
		return m
	}
	good := message(func(*Bundle) {})
	assert.True(t, Signable(good, r, public))
	for name, bad := range map[string][]byte{
		"another nonce":       message(func(b *Bundle) { b.Nonce = bytes.Repeat([]byte{9}, 32) }),
		"another origin":      message(func(b *Bundle) { b.Origin = "https://other.example" }),
		"another purpose":     message(func(b *Bundle) { b.Purpose = "x" }),
		"other groups":        message(func(b *Bundle) { b.Groups = nil }),
		"given by hand":       message(func(b *Bundle) { b.Manual = true }),
		"another version":     message(func(b *Bundle) { b.Version++ }),
		"nothing":             nil,
		"the domain alone":    []byte(agentDomain),
		"another domain":      append([]byte("chipid identity 1\n"), good[len(agentDomain):]...),
		"more behind it":      append(bytes.Clone(good), 0),
		"the rest is missing": good[:len(good)-1],
	} {
		assert.False(t, Signable(bad, r, public), name)
	}
	other, _, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	assert.False(t, Signable(good, r, other), "another key")
}
