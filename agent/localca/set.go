package localca

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// Set is what an authority leaves behind: its certificate and its leaves with
// their keys, in the order of their turns. Nothing can be added to it.
type Set struct {
	CA     *x509.Certificate
	Leaves []Leaf
}

// Leaf is a certificate of the server, with its key.
type Leaf struct {
	Certificate *x509.Certificate
	Key         *ecdsa.PrivateKey
}

// ErrNoLeaf: no leaf is valid at that time. Either the clock is wrong or the
// authority is at its end.
var ErrNoLeaf = errors.New("localca: no certificate is valid now")

// At returns the leaf whose turn it is at the time: the first that is valid.
func (s *Set) At(now time.Time) (Leaf, error) {
	for _, l := range s.Leaves {
		if !now.Before(l.Certificate.NotBefore) && now.Before(l.Certificate.NotAfter) {
			return l, nil
		}
	}
	return Leaf{}, ErrNoLeaf
}

// End is when the last leaf ends.
func (s *Set) End() time.Time { return s.Leaves[len(s.Leaves)-1].Certificate.NotAfter }

// Due tells whether a new authority is to be issued: the last leaf ends within
// [RenewBefore], or no leaf is valid.
func (s *Set) Due(now time.Time) bool {
	_, err := s.At(now)
	return err != nil || !now.Add(RenewBefore).Before(s.End())
}

// Fingerprint is the SHA-256 of the authority's certificate in hexadecimal.
func (s *Set) Fingerprint() string { return Fingerprint(s.CA) }

// Fingerprint is the SHA-256 of a certificate in hexadecimal.
func Fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return hex.EncodeToString(sum[:])
}

// TLS is the certificate as crypto/tls serves it. The authority is not sent: a
// client has it in its store, or does not trust us.
func (l Leaf) TLS() *tls.Certificate {
	return &tls.Certificate{Certificate: [][]byte{l.Certificate.Raw}, PrivateKey: l.Key, Leaf: l.Certificate}
}

// check tells what is wrong with a set that was read from a file.
func (s *Set) check() error {
	if s.CA == nil || !s.CA.IsCA || len(s.Leaves) != Leaves {
		return errors.New("authority or leaves are missing")
	}
	for i, l := range s.Leaves {
		if err := l.Certificate.CheckSignatureFrom(s.CA); err != nil {
			return fmt.Errorf("leaf %d: %w", i+1, err)
		}
		public, ok := l.Certificate.PublicKey.(*ecdsa.PublicKey)
		if !ok || l.Key == nil || !public.Equal(&l.Key.PublicKey) {
			return fmt.Errorf("leaf %d: not its key", i+1)
		}
	}
	return nil
}
