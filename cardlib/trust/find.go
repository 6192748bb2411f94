package trust

import (
	"bytes"
	"errors"

	"chipid/cardlib/cms"
)

// What looking for the issuer of a certificate comes to.
var (
	// ErrEmpty: there is no anchor at all.
	ErrEmpty = errors.New("trust: the store is empty")
	// ErrNoAnchor: no anchor issued the certificate.
	ErrNoAnchor = errors.New("trust: no anchor issued the certificate")
	// ErrForged: the certificate names one anchor by its name and by its key
	// identifier, and that anchor's key did not sign it.
	ErrForged = errors.New("trust: the anchor that the certificate names did not sign it")
)

// Issuers returns the anchors whose key signed the certificate; if there are
// several they have one key and differ in dates or names. Anchors are found by
// authorityKeyIdentifier and by issuer name, and tried. A pinned signer's
// certificate, byte for byte, is its own anchor where no CSCA is known.
//
// A home-made CSCA that borrows only the name of a real one is ErrNoAnchor, like
// any unknown issuer: the real one may simply have changed its key since the
// store was filled. ErrForged needs the name and the key identifier of an
// anchor, which together claim its very key.
func (s *Store) Issuers(cert *cms.Certificate) ([]*Anchor, error) {
	if s.Empty() {
		return nil, ErrEmpty
	}
	found, err := s.issuersOf(cert)
	if pinned := s.pins[string(cert.Raw)]; pinned != nil && errors.Is(err, ErrNoAnchor) {
		return []*Anchor{pinned}, nil
	}
	return found, err
}

func (s *Store) issuersOf(cert *cms.Certificate) ([]*Anchor, error) {
	var found []*Anchor
	forged := false
	for _, a := range s.candidates(cert) {
		if len(found) > 0 && !a.Certificate.PublicKey.Equal(found[0].Certificate.PublicKey) {
			continue
		}
		if len(found) == 0 {
			err := cert.VerifySignedBy(a.Certificate.PublicKey, s.Policy)
			if err != nil {
				forged = forged || errors.Is(err, cms.ErrSignature) && claims(cert, a)
				continue
			}
		}
		found = append(found, a)
	}
	switch {
	case len(found) > 0:
		return found, nil
	case forged:
		return nil, ErrForged
	}
	return nil, ErrNoAnchor
}

// claims tells whether the certificate says that exactly this anchor issued it.
func claims(cert *cms.Certificate, a *Anchor) bool {
	id := cert.Extensions.AuthorityKeyID
	return len(id) > 0 && bytes.Equal(id, a.Certificate.KeyID()) && cert.Issuer.Equal(a.Certificate.Subject)
}

// maxTried bounds the signatures that one certificate can make us verify.
const maxTried = 32

// candidates returns the anchors that may have issued the certificate, those of
// the right key id first, each once.
func (s *Store) candidates(cert *cms.Certificate) []*Anchor {
	var list []*Anchor
	listed := map[*Anchor]bool{}
	add := func(anchors []*Anchor) {
		for _, a := range anchors {
			if !listed[a] && len(list) < maxTried {
				listed[a] = true
				list = append(list, a)
			}
		}
	}
	add(s.ByKeyID(cert.Extensions.AuthorityKeyID))
	add(s.ByName(cert.Issuer))
	return list
}
