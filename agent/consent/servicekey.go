package consent

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
)

// ErrServiceKey: no public key of a service.
var ErrServiceKey = errors.New("consent: the service's key is no Ed25519 public key")

// ParseServiceKey reads the public key of a service as grants hold it, 32 bytes
// in base64url, or in PEM (PUBLIC KEY) as openssl writes it.
func ParseServiceKey(text string) (ed25519.PublicKey, error) {
	key, err := publicKey(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrServiceKey, err)
	}
	return key, nil
}

// publicKey reads an Ed25519 key in base64url or in PEM.
func publicKey(text string) (ed25519.PublicKey, error) {
	if raw, err := base64.RawURLEncoding.Strict().DecodeString(text); err == nil && len(raw) == ed25519.PublicKeySize {
		return raw, nil
	}
	block, rest := pem.Decode([]byte(text))
	if block == nil || block.Type != "PUBLIC KEY" || len(bytes.TrimSpace(rest)) > 0 {
		return nil, errors.New("neither 32 bytes in base64url nor a PEM PUBLIC KEY")
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	ed, ok := key.(ed25519.PublicKey)
	if !ok {
		return nil, errors.New("the key is not of Ed25519")
	}
	return ed, nil
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
