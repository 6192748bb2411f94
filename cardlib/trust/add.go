package trust

import (
	"bytes"
	"fmt"

	"chipid/cardlib/cms"
)

// AddCertificate installs a CSCA certificate. One that is not self-issued under
// its own key is a link certificate: it becomes an anchor only through the
// anchor that signed it, see [Store.Resolve]. Source says where it came from.
func (s *Store) AddCertificate(source string, der []byte) error {
	cert, err := s.accept(der)
	if err != nil {
		return err
	}
	if !ownIssuer(cert) {
		if len(s.links) == MaxAnchors {
			return ErrTooMany
		}
		s.links = append(s.links, pending{cert, source})
		return nil
	}
	return s.addAnchor(&Anchor{Certificate: cert, Kind: Installed, Source: source})
}

// accept parses a certificate that must be of a CA and not be there yet.
func (s *Store) accept(der []byte) (*cms.Certificate, error) {
	cert, err := cms.ParseCertificate(bytes.Clone(der))
	if err != nil {
		return nil, err
	}
	if !cert.IsCA() {
		return nil, fmt.Errorf("%w: %v", ErrNotCA, cert.Subject)
	}
	if unknown := cert.Extensions.UnknownCritical; len(unknown) > 0 {
		return nil, fmt.Errorf("%w: critical extension %v", cms.ErrUnsupported, unknown[0])
	}
	if s.seen[string(der)] {
		return nil, ErrDuplicate
	}
	if s.seen == nil {
		s.seen = map[string]bool{}
	}
	s.seen[string(cert.Raw)] = true
	return cert, nil
}

// ownIssuer tells whether a certificate is self-signed, as far as its names and
// key ids say. Nothing hangs on a self-signature: the operator vouches for the
// key, and a key that is not the State's verifies nothing.
func ownIssuer(cert *cms.Certificate) bool {
	aki := cert.Extensions.AuthorityKeyID
	return cert.SelfIssued() && (aki == nil || bytes.Equal(aki, cert.KeyID()))
}

// AddCRL adds a revocation list, also a stale one. Whether an anchor signed it
// is looked at when it is used.
func (s *Store) AddCRL(source string, der []byte) error {
	crl, err := cms.ParseCRL(bytes.Clone(der))
	if err != nil {
		return err
	}
	if s.crlN == MaxCRLs {
		return ErrTooMany
	}
	if s.crls == nil {
		s.crls = map[string][]*crlEntry{}
	}
	key := crl.Issuer.Key()
	s.crls[key] = append(s.crls[key], &crlEntry{crl: crl, source: source})
	s.crlN++
	return nil
}

// Resolve makes anchors of the link certificates whose signer is an anchor, and
// returns those that are left as problems. Open calls it; whoever adds
// certificates one by one calls it after the last.
func (s *Store) Resolve() []Problem {
	for progress := true; progress; {
		progress = false
		var left []pending
		for _, link := range s.links {
			voucher := s.linkedTo(link.cert)
			if voucher == nil {
				left = append(left, link)
				continue
			}
			if s.addAnchor(&Anchor{Certificate: link.cert, Kind: Linked, Source: link.source, Voucher: voucher}) == nil {
				progress = true
			}
		}
		s.links = left
	}
	var problems []Problem
	for _, link := range s.links {
		problems = append(problems, Problem{link.source, fmt.Errorf("%w: %v", ErrUnlinked, link.cert.Subject)})
	}
	return problems
}

// linkedTo returns the anchor that signed the link certificate, or nil. A State
// links its own keys only: the countries must be the same.
func (s *Store) linkedTo(link *cms.Certificate) *Anchor {
	found, err := s.issuersOf(link)
	if err != nil || found[0].Country() != link.Subject.Country() {
		return nil
	}
	return found[0]
}
