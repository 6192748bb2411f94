package cms

import (
	"fmt"
	"time"

	"chipid/cardlib/tlv"
)

// CRL is a certificate revocation list (RFC 5280 §5, profile of Doc 9303-12
// §7.1.4): always a complete one of one issuer.
type CRL struct {
	// Raw is the whole list, TBS the part that is signed, both as read.
	Raw, TBS []byte
	Issuer   Name
	// ThisUpdate and NextUpdate are in UTC; NextUpdate is zero if the issuer promised none.
	ThisUpdate, NextUpdate time.Time
	// AuthorityKeyID is nil if absent.
	AuthorityKeyID []byte

	revoked            map[string]time.Time
	signatureAlgorithm Algorithm
	signature          []byte
}

// ParseCRL reads one DER CRL and nothing after it. Delta, indirect and partial
// CRLs are ErrUnsupported: taken for complete ones they would hide revocations.
func ParseCRL(raw []byte) (*CRL, error) {
	if len(raw) > MaxCRL {
		return nil, malformed("CRL of %d bytes", len(raw))
	}
	e, err := tlv.ReadTag(raw, tagSequence)
	if err != nil {
		return nil, malformed("CRL: %w", err)
	}
	crl, err := parseCRL(e)
	if err != nil {
		return nil, fmt.Errorf("CRL: %w", err)
	}
	return crl, nil
}

func parseCRL(e tlv.Element) (*CRL, error) {
	c := open(e)
	tbs := c.take(tagSequence)
	crl := &CRL{Raw: e.Raw, TBS: tbs.Raw, revoked: map[string]time.Time{}}
	crl.signatureAlgorithm = parseAlgorithm(c)
	crl.signature = c.bits()
	if err := c.end(); err != nil {
		return nil, err
	}
	return crl, crl.parseTBS(open(tbs))
}

// parseTBS reads TBSCertList in the order of its definition (RFC 5280 §5.1).
func (crl *CRL) parseTBS(c *cursor) error {
	if c.peek() == tagInteger {
		if v := c.small(); c.err == nil && v > 1 {
			return unsupported("version %d", v+1)
		}
	}
	inner := parseAlgorithm(c)
	crl.Issuer = c.name()
	crl.ThisUpdate = c.time()
	if t := c.peek(); t == tagUTCTime || t == tagGenTime {
		crl.NextUpdate = c.time()
	}
	if c.peek() == tagSequence {
		if err := crl.parseRevoked(c.enter(tagSequence)); err != nil {
			return err
		}
	}
	var extensions tlv.Element
	if c.peek() == tagCons0 {
		in := c.enter(tagCons0)
		extensions = in.take(tagSequence)
		c.fail(in.end())
	}
	if err := c.end(); err != nil {
		return err
	}
	if !sameAlgorithm(inner, crl.signatureAlgorithm) {
		return malformed("two signature algorithms")
	}
	return eachExtension(extensions, crl.extension)
}

// parseRevoked reads revokedCertificates. Why a certificate was revoked does
// not matter here; removeFromCRL (8) belongs to delta CRLs, which are refused.
func (crl *CRL) parseRevoked(list *cursor) error {
	for list.more() {
		c := list.enter(tagSequence)
		serial, when := c.serial(), c.time()
		var extensions tlv.Element
		if c.peek() == tagSequence {
			extensions = c.take(tagSequence)
		}
		if err := c.end(); err != nil {
			return fmt.Errorf("entry: %w", err)
		}
		if err := eachExtension(extensions, entryExtension); err != nil {
			return fmt.Errorf("entry: %w", err)
		}
		if len(crl.revoked) == MaxRevoked {
			return malformed("more than %d entries", MaxRevoked)
		}
		crl.revoked[string(trimSerial(serial))] = when
	}
	return list.end()
}

func entryExtension(id OID, critical bool, _ []byte) error {
	if critical && id != oidReasonCode && id != oidInvalidityDate {
		return unsupported("critical extension %v", id)
	}
	return nil
}

func (crl *CRL) extension(id OID, critical bool, value []byte) error {
	c := &cursor{rest: value}
	switch id {
	case oidAuthorityKeyID:
		crl.AuthorityKeyID = readAuthorityKeyID(c)
		return c.end()
	case oidIssuingDistPoint:
		return checkDistributionPoint(c)
	case oidCRLNumber, oidIssuerAltName:
		return nil
	}
	if critical {
		return unsupported("critical extension %v", id) // the delta indicator among them
	}
	return nil
}

// checkDistributionPoint accepts an issuingDistributionPoint that only says
// where the list is found, [0]; all else makes it a list of some certificates.
func checkDistributionPoint(c *cursor) error {
	in := c.enter(tagSequence)
	in.maybe(tagCons0)
	if in.more() {
		return unsupported("list of some of the certificates only")
	}
	c.fail(in.end())
	return c.end()
}

// Revoked tells since when the certificate with the serial number is revoked.
// It asks by number only: the certificate must be of the list's issuer.
func (crl *CRL) Revoked(serial []byte) (since time.Time, listed bool) {
	since, listed = crl.revoked[string(trimSerial(serial))]
	return since, listed
}

// Len is how many certificates are on the list.
func (crl *CRL) Len() int { return len(crl.revoked) }

// FreshAt tells whether t lies between thisUpdate and nextUpdate. A list that
// promises no next one is never fresh: nobody can tell what it misses.
func (crl *CRL) FreshAt(t time.Time) bool {
	return !crl.NextUpdate.IsZero() && !t.Before(crl.ThisUpdate) && !t.After(crl.NextUpdate)
}

// VerifySignedBy checks that the holder of the key signed the list.
func (crl *CRL) VerifySignedBy(key *PublicKey, policy Policy) error {
	alg, err := crl.signatureAlgorithm.Signature(0)
	if err != nil {
		return err
	}
	return key.Verify(alg, policy, crl.signature, crl.TBS)
}
