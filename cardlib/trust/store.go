package trust

import (
	"errors"
	"fmt"
	"sync"

	"chipid/cardlib/cms"
)

// SyntheticOrganization is the organizationName that every test certificate of
// this project bears. It marks, and never hides, what is not real.
const SyntheticOrganization = "SYNTHETIC"

// IsSynthetic tells whether the certificate belongs to a test PKI: O=SYNTHETIC in its subject.
func IsSynthetic(cert *cms.Certificate) bool {
	return cert != nil && cert.Subject.HasOrganization(SyntheticOrganization)
}

// Kind says how an anchor came to be trusted.
type Kind string

// An installed anchor was put there by the operator; a listed one was vouched
// for by a master list; a linked one is signed by another anchor (Doc 9303-12
// §4.2: link certificates); a pinned one is no CSCA but a document signer that
// the operator trusts for itself.
const (
	Installed Kind = "installed"
	Listed    Kind = "master list"
	Linked    Kind = "link"
	Pinned    Kind = "pinned signer"
)

// Anchor is a certificate that signatures are traced to: of a CSCA, or of a
// pinned document signer.
type Anchor struct {
	Certificate *cms.Certificate
	Kind        Kind
	// Source is the file, and within it the number of the certificate from 1.
	Source string
	// Note says where it came from and how far it is trusted. A listed anchor has
	// that of its list, a linked one that of its voucher, never wider.
	Note Note
	// Voucher is the anchor that signed the master list or the link, nil if installed.
	Voucher *Anchor
	// Synthetic marks an anchor of a test PKI, or vouched for by one.
	Synthetic bool
}

// Country is the alpha-2 code in the subject, in upper case ("VN").
func (a *Anchor) Country() string { return a.Certificate.Subject.Country() }

// Problem names something that could not be used, and why.
type Problem struct {
	// Source is the file and, within it, the number of the object from 1.
	Source string
	Err    error
}

func (p Problem) Error() string { return fmt.Sprintf("%s: %v", p.Source, p.Err) }

func (p Problem) Unwrap() error { return p.Err }

// Why something cannot be used, besides the errors of cms.
var (
	ErrNotCA     = errors.New("trust: not a certificate of a CA")
	ErrUnknown   = errors.New("trust: neither certificate nor CRL nor master list")
	ErrDuplicate = errors.New("trust: the same certificate again")
	ErrUnlinked  = errors.New("trust: no installed CSCA signed it")
	ErrTooMany   = errors.New("trust: more than the store holds")
	// ErrOfCard: EF.SOD or EF.CardSecurity. Whatever certificates it carries are
	// the card's own word.
	ErrOfCard = errors.New("trust: a file of a card; nothing in it can be an anchor")
	// ErrSigners: document signers in a directory export are passed over.
	ErrSigners = errors.New("trust: document signers are no anchors and are passed over")
	// ErrNotSigner: a certificate is to be pinned that is not a document signer's.
	ErrNotSigner = errors.New("trust: only a document signer can be pinned")
)

// Limits of a store.
const (
	MaxAnchors = 20000
	MaxCRLs    = 2000
)

// Store is a set of anchors and CRLs. The zero value is empty and ready; a nil
// store is empty.
type Store struct {
	// Policy says which algorithms count. Set it before anything is added.
	Policy cms.Policy

	anchors []*Anchor
	byKeyID map[string][]*Anchor
	byName  map[string][]*Anchor
	pins    map[string]*Anchor // pinned signers by their bytes
	seen    map[string]bool    // certificates by their bytes
	links   []pending          // waiting for the anchor that signed them
	crls    map[string][]*crlEntry
	crlN    int
}

// pending is a CA certificate that is not its own issuer.
type pending struct {
	cert   *cms.Certificate
	source string
	note   Note
}

type crlEntry struct {
	crl    *cms.CRL
	source string
	once   sync.Once
	signer *Anchor // whose key signed it
	err    error
}

// Empty tells whether there is no anchor.
func (s *Store) Empty() bool { return s == nil || len(s.anchors) == 0 }

// Anchors returns all anchors, pinned signers among them, in the order in which
// they were added.
func (s *Store) Anchors() []*Anchor {
	if s == nil {
		return nil
	}
	return append([]*Anchor(nil), s.anchors...)
}

// Synthetic tells whether any anchor is of a test PKI.
func (s *Store) Synthetic() bool {
	for _, a := range s.Anchors() {
		if a.Synthetic {
			return true
		}
	}
	return false
}

// ByKeyID returns the anchors with a subjectKeyIdentifier (or, without one, the
// SHA-1 of the key).
func (s *Store) ByKeyID(id []byte) []*Anchor {
	if s == nil || len(id) == 0 {
		return nil
	}
	return s.byKeyID[string(id)]
}

// ByName returns the anchors whose subject is this name.
func (s *Store) ByName(name cms.Name) []*Anchor {
	if s == nil {
		return nil
	}
	return s.byName[name.Key()]
}

func (s *Store) addAnchor(a *Anchor) error {
	if len(s.anchors) == MaxAnchors {
		return ErrTooMany
	}
	if s.byKeyID == nil {
		s.byKeyID, s.byName = map[string][]*Anchor{}, map[string][]*Anchor{}
	}
	a.Synthetic = IsSynthetic(a.Certificate) || a.Voucher != nil && a.Voucher.Synthetic
	s.anchors = append(s.anchors, a)
	if a.Kind == Pinned { // it issues nothing, so nothing is traced to it by name
		if s.pins == nil {
			s.pins = map[string]*Anchor{}
		}
		s.pins[string(a.Certificate.Raw)] = a
		return nil
	}
	id, name := string(a.Certificate.KeyID()), a.Certificate.Subject.Key()
	s.byKeyID[id] = append(s.byKeyID[id], a)
	s.byName[name] = append(s.byName[name], a)
	return nil
}
