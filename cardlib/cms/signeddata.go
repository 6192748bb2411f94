package cms

import (
	"crypto"
	"errors"
	"fmt"
	"time"

	"chipid/cardlib/tlv"
)

// SignedData is the SignedData of RFC 5652 §5, with its content inside.
type SignedData struct {
	// Raw is the ContentInfo as read.
	Raw []byte
	// ContentType and Content are eContentType and eContent.
	ContentType OID
	Content     []byte
	// Certificates are those that could be read, BadCertificates says why the others could not.
	Certificates    []*Certificate
	BadCertificates []error
	Signers         []*SignerInfo
}

// SignerInfo is one signature (RFC 5652 §5.3).
type SignerInfo struct {
	// Issuer and Serial name the signer's certificate, or else KeyID does.
	Issuer Name
	Serial []byte
	KeyID  []byte
	// Digest is the algorithm of messageDigest, Signature that of the signature;
	// their hashes may differ.
	Digest    Algorithm
	Signature Algorithm
	// HasAttributes says that there are signed attributes; without them the
	// signature is over the content itself.
	HasAttributes bool
	// ContentType, MessageDigest and SigningTime (UTC, zero if absent) are the attributes.
	ContentType   OID
	MessageDigest []byte
	SigningTime   time.Time

	attributes []byte // signedAttrs as read, with the tag A0
	value      []byte // the signature
}

// DigestHash returns the hash of messageDigest.
func (s *SignerInfo) DigestHash() (crypto.Hash, error) { return s.Digest.Hash() }

// ParseSignedData reads one ContentInfo of type SignedData and nothing after it.
// It should be DER; BER with indefinite lengths is read as well.
func ParseSignedData(raw []byte) (*SignedData, error) {
	if len(raw) > MaxSignedData {
		return nil, malformed("SignedData of %d bytes", len(raw))
	}
	sd, err := parseSignedData(raw)
	if errors.Is(err, tlv.ErrIndefinite) {
		if der, ok := definite(raw); ok {
			sd, err = parseSignedData(der)
		}
	}
	if err != nil {
		return nil, err
	}
	sd.Raw = raw
	return sd, nil
}

func parseSignedData(raw []byte) (*SignedData, error) {
	e, err := tlv.ReadTag(raw, tagSequence)
	if err != nil {
		return nil, malformed("SignedData: %w", err)
	}
	sd, err := parseContentInfo(e)
	if err != nil {
		return nil, fmt.Errorf("SignedData: %w", err)
	}
	return sd, nil
}

func parseContentInfo(e tlv.Element) (*SignedData, error) {
	c := open(e)
	if oid := c.oid(); c.err == nil && oid != OIDSignedData {
		return nil, malformed("content type %v", oid)
	}
	in := c.enter(tagCons0)
	body := in.take(tagSequence)
	c.fail(in.end())
	if err := c.end(); err != nil {
		return nil, err
	}
	sd := &SignedData{}
	return sd, sd.parse(open(body))
}

// parse reads SignedData in the order of its definition (RFC 5652 §5.1). The
// list of digest algorithms says nothing that the signers do not say.
func (sd *SignedData) parse(c *cursor) error {
	if v := c.small(); c.err == nil && (v < 1 || v > 5) {
		return unsupported("version %d", v)
	}
	c.take(tagSet)
	sd.parseContent(c)
	if c.peek() == tagCons0 {
		c.fail(sd.parseCertificates(c.enter(tagCons0)))
	}
	c.maybe(tagCons1) // CRLs inside prove nothing: they come from the card
	signers := c.enter(tagSet)
	if err := c.end(); err != nil {
		return err
	}
	for signers.more() {
		if len(sd.Signers) == MaxSigners {
			return malformed("more than %d signers", MaxSigners)
		}
		signer, err := parseSigner(signers.enter(tagSequence))
		if err != nil {
			return fmt.Errorf("signer %d: %w", len(sd.Signers)+1, err)
		}
		sd.Signers = append(sd.Signers, signer)
	}
	return signers.end()
}

// parseContent reads EncapsulatedContentInfo. The content must be there: a
// detached one does not occur. In BER it may come in pieces.
func (sd *SignedData) parseContent(c *cursor) {
	in := c.enter(tagSequence)
	sd.ContentType = in.oid()
	content := in.enter(tagCons0)
	if content.peek() == tagOctets {
		for pieces := content.enter(tagOctets); pieces.more(); content.fail(pieces.err) {
			sd.Content = append(sd.Content, pieces.take(tagOctetString).Value...)
		}
	} else {
		sd.Content = content.take(tagOctetString).Value
	}
	in.fail(content.end())
	c.fail(in.end())
}

// parseCertificates reads CertificateSet. One that cannot be read does not
// spoil the others; other kinds than X.509 are passed over.
func (sd *SignedData) parseCertificates(c *cursor) error {
	for c.more() {
		if len(sd.Certificates)+len(sd.BadCertificates) == MaxCertificates {
			return malformed("more than %d certificates", MaxCertificates)
		}
		e := c.next()
		if c.err != nil || e.Tag != tagSequence {
			continue
		}
		cert, err := ParseCertificate(e.Raw)
		if err != nil {
			sd.BadCertificates = append(sd.BadCertificates, err)
			continue
		}
		sd.Certificates = append(sd.Certificates, cert)
	}
	return c.end()
}

// parseSigner reads SignerInfo. Unsigned attributes are passed over.
func parseSigner(c *cursor) (*SignerInfo, error) {
	s := &SignerInfo{}
	if v := c.small(); c.err == nil && v != 1 && v != 3 {
		return nil, unsupported("version %d", v)
	}
	if keyID, ok := c.maybe(tagPrim0); ok {
		s.KeyID = keyID.Value
	} else {
		id := c.enter(tagSequence)
		s.Issuer, s.Serial = id.name(), id.serial()
		c.fail(id.end())
	}
	s.Digest = parseAlgorithm(c)
	if attributes, ok := c.maybe(tagCons0); ok {
		s.HasAttributes, s.attributes = true, attributes.Raw
		c.fail(s.parseAttributes(open(attributes)))
	}
	s.Signature = parseAlgorithm(c)
	s.value = c.take(tagOctetString).Value
	c.maybe(tagCons1)
	return s, c.end()
}

// parseAttributes reads SignedAttributes in whatever order they stand. Those
// that matter must occur once, with one value (RFC 5652 §11).
func (s *SignerInfo) parseAttributes(c *cursor) error {
	seen := map[OID]bool{}
	for c.more() {
		attribute := c.enter(tagSequence)
		id, values := attribute.oid(), attribute.enter(tagSet)
		if err := attribute.end(); err != nil {
			return err
		}
		if seen[id] || len(seen) == MaxExtensions {
			return fmt.Errorf("%w: %v twice, or too many", ErrAttributes, id)
		}
		seen[id] = true
		if err := s.parseAttribute(id, values); err != nil {
			return fmt.Errorf("attribute %v: %w", id, err)
		}
	}
	return c.end()
}

func (s *SignerInfo) parseAttribute(id OID, values *cursor) error {
	switch id {
	case oidContentType:
		s.ContentType = values.oid()
	case oidMessageDigest:
		s.MessageDigest = values.take(tagOctetString).Value
	case oidSigningTime:
		s.SigningTime = values.time()
	default:
		return nil
	}
	return values.end()
}
