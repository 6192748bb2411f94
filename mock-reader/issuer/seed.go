package issuer

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"io"
)

// PublishedSeed is the seed of the cards that every mock reader plays. It is
// public on purpose: what it signs proves nothing.
const PublishedSeed = "chipid synthetic issuer 1 - published, never trust"

// stream returns an endless pseudo-random stream that depends on the seed and
// the label alone: AES-256 in counter mode under a key by HKDF-SHA-256.
func (i *Issuer) stream(label string) io.Reader {
	key, err := hkdf.Key(sha256.New, i.seed, []byte("chipid/mock-reader/issuer"), label, 32)
	if err != nil {
		panic(fmt.Sprintf("issuer: hkdf: %v", err)) // only a length over 8160 bytes can fail
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(fmt.Sprintf("issuer: aes: %v", err)) // only a wrong key length can fail
	}
	return &keyStream{cipher.NewCTR(block, make([]byte, aes.BlockSize))}
}

type keyStream struct{ ctr cipher.Stream }

// Read fills b; it never fails.
func (s *keyStream) Read(b []byte) (int, error) {
	clear(b)
	s.ctr.XORKeyStream(b, b)
	return len(b), nil
}

// bytes returns n bytes of the stream with the label.
func (i *Issuer) bytes(label string, n int) []byte {
	b := make([]byte, n)
	_, _ = i.stream(label).Read(b)
	return b
}
