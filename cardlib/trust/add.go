package trust

import (
	"bytes"
	"fmt"
	"slices"

	"chipid/cardlib/cms"
)

// AddCertificate installs a CSCA certificate without any limit, see [Store.Install].
func (s *Store) AddCertificate(source string, der []byte) error {
	return s.Install(source, der, Note{})
}

// Install adds a CSCA certificate that counts as far as the note says, or pins a
// document signer (note.Use [AsSigner]). A CSCA certificate that is not
// self-issued under its own key is a link certificate: it becomes an anchor only
// through the anchor that signed it, see [Store.Resolve]. Source says where it
// came from.
func (s *Store) Install(source string, der []byte, note Note) error {
	if err := note.Check(); err != nil {
		return err
	}
	if note.Use == AsSigner {
		return s.pin(source, der, note)
	}
	cert, err := s.accept(der)
	if err != nil {
		return err
	}
	if !ownIssuer(cert) {
		return s.await(pending{cert, source, note})
	}
	return s.addAnchor(&Anchor{Certificate: cert, Kind: Installed, Source: source, Note: note})
}

// await keeps a link certificate for Resolve.
func (s *Store) await(link pending) error {
	if len(s.links) == MaxAnchors {
		return ErrTooMany
	}
	s.links = append(s.links, link)
	return nil
}

// pin trusts this one certificate of a document signer: its bytes, since what a
// certificate says of dates and documents counts too, and EF.SOD may bring any
// other with the same key.
func (s *Store) pin(source string, der []byte, note Note) error {
	cert, err := cms.ParseCertificate(bytes.Clone(der))
	if err != nil {
		return err
	}
	if cert.Extensions.CA {
		return fmt.Errorf("%w: %v", ErrNotSigner, cert.Subject)
	}
	if s.pins[string(cert.Raw)] != nil {
		return ErrDuplicate
	}
	return s.addAnchor(&Anchor{Certificate: cert, Kind: Pinned, Source: source, Note: note})
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
			if s.knows(link.cert) {
				continue
			}
			voucher := s.linkedTo(link.cert)
			if voucher == nil {
				left = append(left, link)
				continue
			}
			a := &Anchor{Certificate: link.cert, Kind: Linked, Source: link.source, Voucher: voucher, Note: link.note.within(voucher.Note)}
			if s.addAnchor(a) == nil {
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

// knows tells whether the link certificate says nothing new: its subject and whole
// key are those of an anchor. Master lists bring a link beside most certificates;
// none of their signatures needs to be verified.
func (s *Store) knows(link *cms.Certificate) bool {
	return slices.ContainsFunc(s.ByName(link.Subject), func(a *Anchor) bool {
		return a.Kind != Linked && a.Certificate.PublicKey.Equal(link.PublicKey)
	})
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
