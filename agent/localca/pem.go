package localca

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// ErrSet: what was read is no set of an authority and its leaves.
var ErrSet = errors.New("localca: not a set of certificates")

const (
	typeCertificate = "CERTIFICATE"
	typeKey         = "PRIVATE KEY"
)

// PEM is the set as a file: the authority, then each leaf with its key (PKCS #8).
// It is a secret.
func (s *Set) PEM() ([]byte, error) {
	out := s.Authority()
	for _, l := range s.Leaves {
		key, err := x509.MarshalPKCS8PrivateKey(l.Key)
		if err != nil {
			return nil, err
		}
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: typeCertificate, Bytes: l.Certificate.Raw})...)
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: typeKey, Bytes: key})...)
	}
	return out, nil
}

// Authority is the authority's certificate in PEM, for trust stores.
func (s *Set) Authority() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: typeCertificate, Bytes: s.CA.Raw})
}

// Parse reads what [Set.PEM] wrote, and checks that the leaves are the
// authority's and the keys the leaves'.
func Parse(b []byte) (*Set, error) {
	s := &Set{}
	for len(s.Leaves) <= Leaves {
		block, rest := pem.Decode(b)
		if block == nil {
			break
		}
		if err := s.take(block); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrSet, err)
		}
		b = rest
	}
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSet, err)
	}
	return s, nil
}

// take adds one block: the authority first, then leaves and keys in turn.
func (s *Set) take(block *pem.Block) error {
	open := len(s.Leaves) > 0 && s.Leaves[len(s.Leaves)-1].Key == nil
	switch {
	case block.Type == typeCertificate && !open:
		c, err := x509.ParseCertificate(block.Bytes)
		switch {
		case err != nil:
			return err
		case s.CA == nil:
			s.CA = c
		default:
			s.Leaves = append(s.Leaves, Leaf{Certificate: c})
		}
		return nil
	case block.Type == typeKey && open:
		key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return err
		}
		ec, ok := key.(*ecdsa.PrivateKey)
		if !ok {
			return errors.New("a key of another kind")
		}
		s.Leaves[len(s.Leaves)-1].Key = ec
		return nil
	}
	return fmt.Errorf("%s out of order", block.Type)
}
