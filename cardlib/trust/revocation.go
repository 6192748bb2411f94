package trust

import (
	"bytes"
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
// same name issued, in the CRLs of that issuer. now decides what is fresh.
func (s *Store) Revocation(anchor *Anchor, now time.Time, certs ...*cms.Certificate) Revocation {
	var r Revocation
	if s == nil || anchor == nil {
		return r
	}
	for _, entry := range s.crls[anchor.Certificate.Subject.Key()] {
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
				return
			}
		}
	})
	return e.err == nil
}

// mayIssueCRLs looks at cRLSign of keyUsage, where the extension is present.
func mayIssueCRLs(cert *cms.Certificate) bool {
	x := cert.Extensions
	return !x.HasKeyUsage || x.KeyUsage.Has(cms.CRLSign)
}
