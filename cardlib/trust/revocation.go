package trust

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"chipid/cardlib/cms"
)

// Revocation is what the CRLs of an anchor say of some certificates.
type Revocation struct {
	// Known says that there is a CRL of the anchor whose signature holds.
	Known bool
	// Fresh says that one of them is current at the time asked for.
	Fresh bool
	// Revoked says that a certificate is on one of them, fresh or stale: what was
	// revoked stays so.
	Revoked bool
	// ThisUpdate and NextUpdate are of the newest list.
	ThisUpdate, NextUpdate time.Time
}

// Revocation looks for the certificates, which the anchor or an anchor of the
// same name issued, in the CRLs of that issuer, and for the link certificates
// through which the anchor is trusted in those of their issuers. now decides what
// is fresh. A pinned signer is looked for in the CRLs of its own issuer.
func (s *Store) Revocation(anchor *Anchor, now time.Time, certs ...*cms.Certificate) Revocation {
	if s == nil || anchor == nil {
		return Revocation{}
	}
	issuer := anchor.Certificate.Subject
	if anchor.Kind == Pinned {
		issuer = anchor.Certificate.Issuer
	}
	r := s.listed(issuer, now, certs)
	for a := anchor; a.Kind == Linked; a = a.Voucher {
		link := s.listed(a.Certificate.Issuer, now, []*cms.Certificate{a.Certificate})
		r.Revoked = r.Revoked || link.Revoked
	}
	return r
}

// listed asks the CRLs of one issuer.
func (s *Store) listed(issuer cms.Name, now time.Time, certs []*cms.Certificate) Revocation {
	var r Revocation
	for _, entry := range s.crls[issuer.Key()] {
		if !entry.verified(s) {
			continue
		}
		crl := entry.crl
		r.Known = true
		r.Fresh = r.Fresh || crl.FreshAt(now)
		if crl.ThisUpdate.After(r.ThisUpdate) {
			r.ThisUpdate, r.NextUpdate = crl.ThisUpdate, crl.NextUpdate
		}
		for _, cert := range certs {
			if _, listed := crl.Revoked(cert.Serial); listed && cert.Issuer.Equal(crl.Issuer) {
				r.Revoked = true
			}
		}
	}
	return r
}

// verified tells whether an anchor that bears the list's issuer name signed it.
// A CSCA signs with its present key also for certificates that an earlier key
// of it signed (Doc 9303-12 §5.5), so any key of that name will do. The
// signature is verified once.
func (e *crlEntry) verified(s *Store) bool {
	e.once.Do(func() {
		e.err = ErrNoAnchor
		for i, a := range s.ByName(e.crl.Issuer) {
			if i == maxTried {
				return
			}
			id := e.crl.AuthorityKeyID
			if id != nil && !bytes.Equal(id, a.Certificate.KeyID()) || !mayIssueCRLs(a.Certificate) {
				continue
			}
			if e.err = e.crl.VerifySignedBy(a.Certificate.PublicKey, s.Policy); e.err == nil {
				e.signer = a
				return
			}
		}
	})
	return e.err == nil
}

// List is a CRL of the store.
type List struct {
	CRL *cms.CRL
	// Source is where it came from.
	Source string
	// Signer is the anchor whose key signed it; nil if none did, and then Err says
	// why the list counts for nothing.
	Signer *Anchor
	Err    error
}

// Lists returns all CRLs, sorted by where they came from, with their signatures
// verified. Whether one is stale depends on the clock: see [cms.CRL.FreshAt].
func (s *Store) Lists() []List {
	if s == nil {
		return nil
	}
	var all []List
	for _, entries := range s.crls {
		for _, e := range entries {
			e.verified(s)
			all = append(all, List{e.crl, e.source, e.signer, e.err})
		}
	}
	slices.SortFunc(all, func(a, b List) int { return strings.Compare(a.Source, b.Source) })
	return all
}

// mayIssueCRLs looks at cRLSign of keyUsage, where the extension is present.
func mayIssueCRLs(cert *cms.Certificate) bool {
	x := cert.Extensions
	return !x.HasKeyUsage || x.KeyUsage.Has(cms.CRLSign)
}
