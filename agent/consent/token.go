package consent

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"
)

// A token is what a local client shows instead of an origin: this prefix and 32
// random bytes in base64url. Only its hash is kept.
const (
	tokenPrefix = "chipid_"
	tokenBytes  = 32
)

// NewToken makes a token and its hash for a [Grant].
func NewToken() (token, hash string) {
	b := make([]byte, tokenBytes)
	_, _ = rand.Read(b) // it never fails (crypto/rand)
	token = tokenPrefix + base64.RawURLEncoding.EncodeToString(b)
	return token, hashOf(token)
}

// hashOf needs no salt and no slow function: a token is 256 random bits.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// byToken finds the grant of a token.
func byToken(all []Grant, token string) (Grant, bool) {
	if len(token) > 100 || !strings.HasPrefix(token, tokenPrefix) {
		return Grant{}, false
	}
	hash := []byte(hashOf(token))
	for _, g := range all {
		if g.Client != "" && subtle.ConstantTimeCompare(hash, []byte(g.TokenHash)) == 1 {
			return g, true
		}
	}
	return Grant{}, false
}
