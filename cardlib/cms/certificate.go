package cms

import (
	"bytes"
	"fmt"
	"time"

	"chipid/cardlib/tlv"
)

// Certificate is an X.509 certificate (RFC 5280 §4, profile of Doc 9303-12 §7.1).
type Certificate struct {
	// Raw is the whole certificate, TBS the part that is signed, both as read.
	Raw, TBS []byte
	// Version is 1 to 3.
	Version int
	// Serial is the serial number as its INTEGER value; some States write negative ones.
	Serial          []byte
	Issuer, Subject Name
	// NotBefore and NotAfter bound the validity, both included, in UTC.
	NotBefore, NotAfter time.Time
	PublicKey           *PublicKey
	Extensions          Extensions

	signatureAlgorithm Algorithm
	signature          []byte
}

// ParseCertificate reads one DER certificate and nothing after it.
func ParseCertificate(raw []byte) (*Certificate, error) {
	if len(raw) > MaxCertificate {
		return nil, malformed("certificate of %d bytes", len(raw))
	}
	e, err := tlv.ReadTag(raw, tagSequence)
	if err != nil {
		return nil, malformed("certificate: %w", err)
	}
	cert, err := parseCertificate(e)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	return cert, nil
}

func parseCertificate(e tlv.Element) (*Certificate, error) {
	c := open(e)
	tbs := c.take(tagSequence)
	cert := &Certificate{Raw: e.Raw, TBS: tbs.Raw}
	cert.signatureAlgorithm = parseAlgorithm(c)
	cert.signature = c.bits()
	if err := c.end(); err != nil {
		return nil, err
	}
	return cert, cert.parseTBS(open(tbs))
}

// parseTBS reads TBSCertificate in the order of its definition (RFC 5280 §4.1).
func (cert *Certificate) parseTBS(c *cursor) error {
	cert.Version = 1
	if c.peek() == tagCons0 {
		v := c.enter(tagCons0)
		cert.Version = 1 + v.small()
		c.fail(v.end())
	}
	cert.Serial = c.serial()
	inner := parseAlgorithm(c)
	cert.Issuer = c.name()
	validity := c.enter(tagSequence)
	cert.NotBefore, cert.NotAfter = validity.time(), validity.time()
	c.fail(validity.end())
	cert.Subject = c.name()
	key := c.take(tagSequence)
	c.maybe(tagPrim1) // issuerUniqueID
	c.maybe(tagPrim2) // subjectUniqueID
	var extensions tlv.Element
	if c.peek() == tagCons3 {
		in := c.enter(tagCons3)
		extensions = in.take(tagSequence)
		c.fail(in.end())
	}
	if err := c.end(); err != nil {
		return err
	}
	if cert.Version > 3 {
		return unsupported("version %d", cert.Version)
	}
	if !sameAlgorithm(inner, cert.signatureAlgorithm) {
		return malformed("two signature algorithms")
	}
	var err error
	if cert.PublicKey, err = parsePublicKey(key); err != nil {
		return fmt.Errorf("public key: %w", err)
	}
	return cert.Extensions.parse(extensions)
}

// sameAlgorithm compares the algorithm inside the signed part with the one
// outside (RFC 5280 §4.1.1.2). NULL parameters that one of them lacks make no
// difference.
func sameAlgorithm(a, b Algorithm) bool {
	if a.OID != b.OID {
		return false
	}
	empty := func(p tlv.Element) bool { return len(p.Raw) == 0 || p.Tag == tagNull }
	return bytes.Equal(a.Params.Raw, b.Params.Raw) || empty(a.Params) && empty(b.Params)
}

// serial takes a serial number: any INTEGER of at most maxSerial bytes.
func (c *cursor) serial() []byte {
	e := c.take(tagInteger)
	if c.err == nil && (len(e.Value) == 0 || len(e.Value) > maxSerial) {
		c.fail(malformed("serial number of %d bytes", len(e.Value)))
	}
	return e.Value
}

// sameSerial compares serial numbers; leading zero bytes do not count, since
// some States write more of them than DER allows.
func sameSerial(a, b []byte) bool {
	return bytes.Equal(trimSerial(a), trimSerial(b))
}

func trimSerial(s []byte) []byte { return bytes.TrimLeft(s, "\x00") }

func (c *cursor) name() Name {
	e := c.take(tagSequence)
	if c.err != nil {
		return Name{}
	}
	n, err := parseName(e)
	c.fail(err)
	return n
}

// SignatureAlgorithm returns the algorithm with which the issuer signed.
func (cert *Certificate) SignatureAlgorithm() (SignatureAlgorithm, error) {
	return cert.signatureAlgorithm.Signature(0)
}

// VerifySignedBy checks that the holder of the key signed the certificate. It
// looks at nothing else: neither names nor dates nor what the key is for.
func (cert *Certificate) VerifySignedBy(key *PublicKey, policy Policy) error {
	alg, err := cert.SignatureAlgorithm()
	if err != nil {
		return err
	}
	return key.Verify(alg, policy, cert.signature, cert.TBS)
}

// KeyID returns the subjectKeyIdentifier, or where there is none the SHA-1 of the key.
func (cert *Certificate) KeyID() []byte {
	if id := cert.Extensions.SubjectKeyID; id != nil {
		return id
	}
	return cert.PublicKey.KeyID()
}

// ValidAt tells whether t lies within the validity, both ends included.
func (cert *Certificate) ValidAt(t time.Time) bool {
	return !t.Before(cert.NotBefore) && !t.After(cert.NotAfter)
}

// SelfIssued tells whether subject and issuer are the same name.
func (cert *Certificate) SelfIssued() bool { return cert.Subject.Equal(cert.Issuer) }

// IsCA tells whether the certificate may sign certificates: basicConstraints
// says CA, and keyUsage, where present, keyCertSign (RFC 5280 §4.2.1.3, §4.2.1.9).
func (cert *Certificate) IsCA() bool {
	x := cert.Extensions
	return x.CA && (!x.HasKeyUsage || x.KeyUsage.Has(KeyCertSign))
}
