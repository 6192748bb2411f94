package cvc

import (
	"fmt"
	"time"

	"chipid/cardlib/tlv"
)

// Limits on what is accepted.
const (
	// MaxCertificate is the longest certificate, in bytes; with RSA-3072 it has about 900.
	MaxCertificate = 8 << 10
	// MaxCertificates is how many a file or a chain may hold.
	MaxCertificates = 64

	maxOID = 32
)

// Data objects (TR-03110-3 D.2).
const (
	tagCertificate   tlv.Tag = 0x7F21
	tagBody          tlv.Tag = 0x7F4E
	tagSignature     tlv.Tag = 0x5F37
	tagProfile       tlv.Tag = 0x5F29
	tagAuthority     tlv.Tag = 0x42
	tagPublicKey     tlv.Tag = 0x7F49
	tagHolder        tlv.Tag = 0x5F20
	tagAuthorization tlv.Tag = 0x7F4C
	tagEffective     tlv.Tag = 0x5F25
	tagExpiration    tlv.Tag = 0x5F24
	tagExtensions    tlv.Tag = 0x65
	tagOID           tlv.Tag = 0x06
	tagDiscretionary tlv.Tag = 0x53
	tagModulus       tlv.Tag = 0x81
	tagExponent      tlv.Tag = 0x82
	tagPoint         tlv.Tag = 0x86
)

// Certificate is a card-verifiable certificate. It refers to the bytes it was
// parsed from, which must not be changed.
type Certificate struct {
	// Raw is the whole certificate, Body the object 7F4E that is signed.
	Raw, Body []byte
	Signature []byte

	// Authority names the key that signed, Holder the key in the certificate.
	Authority, Holder Reference
	PublicKey         PublicKey
	Authorization     Authorization
	// Effective and Expiration are days (UTC, at midnight); the certificate is
	// good to the end of the last one.
	Effective, Expiration time.Time
	// Extensions is the content of the certificate extensions, nil if there are none.
	Extensions []byte
}

// SelfSigned tells whether holder and authority are one: the CVCA's own certificate.
func (c *Certificate) SelfSigned() bool { return c.Authority == c.Holder }

// Link tells whether the certificate leads from one key of a CVCA to the next.
func (c *Certificate) Link() bool {
	return c.Authorization.Role() == CountryCVCA && !c.SelfSigned()
}

// ForChip is body and signature, as PSO:Verify Certificate takes them.
func (c *Certificate) ForChip() []byte {
	return tlv.Append(append([]byte(nil), c.Body...), tagSignature, c.Signature)
}

// CheckSignature tells whether the holder of the key signed the certificate.
func (c *Certificate) CheckSignature(authority PublicKey) error {
	if err := authority.Verify(c.Body, c.Signature); err != nil {
		return fmt.Errorf("certificate of %s: %w", c.Holder, err)
	}
	return nil
}

// Parse reads one certificate and nothing after it.
func Parse(b []byte) (*Certificate, error) {
	if len(b) > MaxCertificate {
		return nil, malformed("%d bytes", len(b))
	}
	e, err := tlv.ReadTag(b, tagCertificate)
	if err != nil {
		return nil, malformed("%w", err)
	}
	return parse(e)
}

// ParseAll reads certificates that stand one after the other.
func ParseAll(b []byte) ([]*Certificate, error) {
	var list []*Certificate
	for len(b) > 0 {
		e, rest, err := tlv.Read(b)
		if err != nil {
			return nil, malformed("certificate %d: %w", len(list)+1, err)
		}
		if len(list) == MaxCertificates {
			return nil, malformed("more than %d certificates", MaxCertificates)
		}
		c, err := Parse(e.Raw)
		if err != nil {
			return nil, fmt.Errorf("certificate %d: %w", len(list)+1, err)
		}
		list, b = append(list, c), rest
	}
	return list, nil
}

func parse(e tlv.Element) (*Certificate, error) {
	parts, err := e.Children()
	if err != nil {
		return nil, malformed("%w", err)
	}
	if len(parts) != 2 || parts[0].Tag != tagBody || parts[1].Tag != tagSignature || len(parts[1].Value) == 0 {
		return nil, malformed("certificate without body and signature")
	}
	c := &Certificate{Raw: e.Raw, Body: parts[0].Raw, Signature: parts[1].Value}
	return c, c.parseBody(parts[0])
}

// order is that of the body (TR-03110-3 table 23); the extensions may be missing.
var order = []tlv.Tag{tagProfile, tagAuthority, tagPublicKey, tagHolder, tagAuthorization, tagEffective, tagExpiration, tagExtensions}

func (c *Certificate) parseBody(body tlv.Element) error {
	parts, err := body.Children()
	if err != nil {
		return malformed("%w", err)
	}
	if len(parts) < len(order)-1 || len(parts) > len(order) {
		return malformed("body of %d objects", len(parts))
	}
	for i, p := range parts {
		if p.Tag != order[i] {
			return malformed("object %v where %v is due", p.Tag, order[i])
		}
	}
	if v := parts[0].Value; len(v) != 1 || v[0] != 0 {
		return fmt.Errorf("%w: profile %X", ErrUnsupported, v[:min(len(v), 4)])
	}
	if len(parts) == len(order) {
		c.Extensions = parts[7].Value
	}
	steps := []func() error{
		func() (err error) { c.Authority, err = parseReference(parts[1].Value); return },
		func() (err error) { c.PublicKey, err = parsePublicKey(parts[2]); return },
		func() (err error) { c.Holder, err = parseReference(parts[3].Value); return },
		func() (err error) { c.Authorization, err = parseAuthorization(parts[4]); return },
		func() (err error) { c.Effective, err = parseDate(parts[5].Value); return },
		func() (err error) { c.Expiration, err = parseDate(parts[6].Value); return },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
