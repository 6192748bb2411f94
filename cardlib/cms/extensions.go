package cms

import (
	"fmt"

	"chipid/cardlib/tlv"
)

// KeyUsage are the bits of the keyUsage extension, bit 0 being digitalSignature
// (RFC 5280 §4.2.1.3).
type KeyUsage uint16

// The usages that matter here.
const (
	DigitalSignature KeyUsage = 1 << 0
	KeyCertSign      KeyUsage = 1 << 5
	CRLSign          KeyUsage = 1 << 6
)

// Has tells whether the bit is set.
func (u KeyUsage) Has(bit KeyUsage) bool { return u&bit != 0 }

// Extensions are the certificate extensions that Doc 9303-12 §7.1 knows.
type Extensions struct {
	// CA is cA of basicConstraints; PathLen is -1 where there is no limit.
	CA      bool
	PathLen int
	// KeyUsage is meaningful if HasKeyUsage; without the extension any use is allowed.
	HasKeyUsage bool
	KeyUsage    KeyUsage
	// ExtendedKeyUsage are the purposes, empty without the extension.
	ExtendedKeyUsage []OID
	// SubjectKeyID and AuthorityKeyID are nil if absent.
	SubjectKeyID, AuthorityKeyID []byte
	// DocumentTypes are the document codes that a signer may sign ("P", "ID"),
	// empty without the extension (Doc 9303-12 §7.1.1.6).
	DocumentTypes []string
	// UnknownCritical are critical extensions that are not understood here.
	UnknownCritical []OID
}

// harmless are extensions that may be critical and need nothing done.
var harmless = map[OID]bool{
	oidPrivateKeyPeriod: true, oidSubjectAltName: true, oidIssuerAltName: true, oidCRLDistPoints: true,
	oidCertPolicies: true, oidAuthorityInfo: true, oidNameChange: true,
	oidNetscapeCertType: true, oidNetscapeComment: true, oidEntrustVersion: true,
}

// parse reads Extensions (RFC 5280 §4.2); e is empty where there are none.
func (x *Extensions) parse(e tlv.Element) error {
	x.PathLen = -1
	return eachExtension(e, func(id OID, critical bool, value []byte) error {
		read, known := extensionReaders[id]
		if !known {
			if critical && !harmless[id] {
				x.UnknownCritical = append(x.UnknownCritical, id)
			}
			return nil
		}
		c := &cursor{rest: value}
		read(x, c)
		if err := c.end(); err != nil {
			return fmt.Errorf("extension %v: %w", id, err)
		}
		return nil
	})
}

// eachExtension calls use for every extension; one that occurs twice is an error.
func eachExtension(e tlv.Element, use func(id OID, critical bool, value []byte) error) error {
	seen := map[OID]bool{}
	for list := open(e); list.more(); {
		c := list.enter(tagSequence)
		id, critical := c.oid(), false
		if c.peek() == tagBoolean {
			critical = c.boolean()
		}
		value := c.take(tagOctetString)
		if err := c.end(); err != nil {
			return fmt.Errorf("extensions: %w", err)
		}
		if seen[id] || len(seen) == MaxExtensions {
			return malformed("extension %v twice, or too many", id)
		}
		seen[id] = true
		if err := use(id, critical, value.Value); err != nil {
			return err
		}
	}
	return nil
}

var extensionReaders = map[OID]func(*Extensions, *cursor){
	oidBasicConstraints: (*Extensions).readBasicConstraints,
	oidKeyUsage:         (*Extensions).readKeyUsage,
	oidExtKeyUsage:      (*Extensions).readExtendedKeyUsage,
	oidSubjectKeyID:     func(x *Extensions, c *cursor) { x.SubjectKeyID = c.take(tagOctetString).Value },
	oidAuthorityKeyID:   func(x *Extensions, c *cursor) { x.AuthorityKeyID = readAuthorityKeyID(c) },
	oidDocumentTypeList: (*Extensions).readDocumentTypes,
}

func (x *Extensions) readBasicConstraints(c *cursor) {
	in := c.enter(tagSequence)
	if in.peek() == tagBoolean {
		x.CA = in.boolean()
	}
	if in.peek() == tagInteger {
		x.PathLen = in.small()
	}
	c.fail(in.end())
}

func (x *Extensions) readKeyUsage(c *cursor) {
	v := c.take(tagBitString).Value
	if c.err != nil {
		return
	}
	if len(v) < 1 || len(v) > 3 || v[0] > 7 {
		c.fail(malformed("key usage of %d bytes", len(v)))
		return
	}
	x.HasKeyUsage = true
	for i := range 8 * (len(v) - 1) {
		if v[1+i/8]&(0x80>>(i%8)) != 0 {
			x.KeyUsage |= 1 << i
		}
	}
}

func (x *Extensions) readExtendedKeyUsage(c *cursor) {
	in := c.enter(tagSequence)
	for in.more() && len(x.ExtendedKeyUsage) < MaxExtensions {
		x.ExtendedKeyUsage = append(x.ExtendedKeyUsage, in.oid())
	}
	c.fail(in.end())
}

// readAuthorityKeyID returns keyIdentifier [0]; issuer and serial number beside it are not used.
func readAuthorityKeyID(c *cursor) []byte {
	in := c.enter(tagSequence)
	var id []byte
	if e, ok := in.maybe(tagPrim0); ok {
		id = e.Value
	}
	for in.more() {
		in.next()
	}
	c.fail(in.end())
	return id
}

// readDocumentTypes reads DocumentTypeListSyntax: version, SET OF document code.
func (x *Extensions) readDocumentTypes(c *cursor) {
	in := c.enter(tagSequence)
	in.small()
	codes := in.enter(tagSet)
	for codes.more() && len(x.DocumentTypes) < MaxExtensions {
		x.DocumentTypes = append(x.DocumentTypes, text(codes.next()))
	}
	in.fail(codes.end())
	c.fail(in.end())
}
