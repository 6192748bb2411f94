package consent

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
)

// ErrServiceKey: no public key of a service.
var ErrServiceKey = errors.New("consent: the service's key is no Ed25519 public key")

// ParseServiceKey reads the public key of a service as grants hold it, 32 bytes
// in base64url, or in PEM (PUBLIC KEY) as openssl writes it.
func ParseServiceKey(text string) (ed25519.PublicKey, error) {
	if raw, err := base64.RawURLEncoding.Strict().DecodeString(text); err == nil && len(raw) == ed25519.PublicKeySize {
		return raw, nil
	}
	key, err := parseKey([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrServiceKey, err)
	}
	return key, nil
}

// ServiceKeyText writes a key as grants hold it.
func ServiceKeyText(key ed25519.PublicKey) string { return base64.RawURLEncoding.EncodeToString(key) }

// serviceKeys are the keys of a grant; what is none counts for nothing.
func serviceKeys(texts []string) []ed25519.PublicKey {
	var keys []ed25519.PublicKey
	for _, text := range texts {
		if key, err := ParseServiceKey(text); err == nil {
			keys = append(keys, key)
		}
	}
	return keys
}
