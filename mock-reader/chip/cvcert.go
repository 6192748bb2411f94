package chip

import (
	"bytes"
	"errors"
	"fmt"

	"chipid/cardlib/tlv"
)

// Tags of card-verifiable certificates, TR-03110-3 D.2.
const (
	tagCVCertificate tlv.Tag = 0x7F21
	tagCVBody        tlv.Tag = 0x7F4E
	tagCVProfile     tlv.Tag = 0x5F29
	tagCVAuthority   tlv.Tag = 0x42
	tagCVHolder      tlv.Tag = 0x5F20
	tagCVTemplate    tlv.Tag = 0x7F4C
	tagCVEffective   tlv.Tag = 0x5F25
	tagCVExpiration  tlv.Tag = 0x5F24
	tagCVExtensions  tlv.Tag = 0x65
	tagCVSignature   tlv.Tag = 0x5F37
)

// maxReference is the length of a certificate holder's or authority's reference in bytes.
const maxReference = 16

// errCertificate is a certificate that is not as TR-03110-3 C.1 wants it.
var errCertificate = errors.New("chip: malformed card-verifiable certificate")

// role is that of a certificate's holder: the top bits of the authorisation, TR-03110-3 C.4.1.
type role byte

// The roles.
const (
	roleInspection role = 0b00
	roleForeignDV  role = 0b01
	roleDomesticDV role = 0b10
	roleCVCA       role = 0b11
)

func (r role) verifier() bool { return r == roleForeignDV || r == roleDomesticDV }

// The rights of an inspection system, TR-03110-3 C.4.1.
const (
	rightDG3   = 0x01
	rightDG4   = 0x02
	rightsMask = 0x3F
)

// oidInspectionSystem is id-IS: bsi-de applications(3) mrtd(1) roles(2) 1.
var oidInspectionSystem = []byte{0x04, 0x00, 0x7F, 0x00, 0x07, 0x03, 0x01, 0x02, 0x01}

// cvCertificate is a card-verifiable certificate.
type cvCertificate struct {
	raw                   []byte // the body with tag and length, which is signed
	authority, holder     string
	key                   tlv.Elements // of the public key, OID first
	role                  role
	rights                byte
	effective, expiration cvDate
	signature             []byte
}

// parseCertificate reads a body and a signature that stand one after the other.
func parseCertificate(data []byte) (*cvCertificate, error) {
	els, err := tlv.ParseAll(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errCertificate, err)
	}
	if len(els) != 2 || els[0].Tag != tagCVBody || els[1].Tag != tagCVSignature || len(els[1].Value) == 0 {
		return nil, fmt.Errorf("%w: it is body and signature", errCertificate)
	}
	c := &cvCertificate{raw: els[0].Raw, signature: els[1].Value}
	return c, c.body(els[0])
}

// body reads the data objects of a body, which come in this order (TR-03110-3 C.1).
func (c *cvCertificate) body(e tlv.Element) error {
	els, err := e.Children()
	if err != nil {
		return fmt.Errorf("%w: %w", errCertificate, err)
	}
	want := []tlv.Tag{tagCVProfile, tagCVAuthority, tagPublicKey, tagCVHolder, tagCVTemplate, tagCVEffective, tagCVExpiration}
	for i, tag := range want {
		if i >= len(els) || els[i].Tag != tag {
			return fmt.Errorf("%w: %v is due as data object %d", errCertificate, tag, i+1)
		}
	}
	if rest := els[len(want):]; len(rest) > 1 || (len(rest) == 1 && rest[0].Tag != tagCVExtensions) {
		return fmt.Errorf("%w: unknown data objects at the end", errCertificate)
	}
	if !bytes.Equal(els[0].Value, []byte{0}) {
		return fmt.Errorf("%w: profile %X", errCertificate, els[0].Value)
	}
	if c.authority, err = reference(els[1].Value); err != nil {
		return err
	}
	if c.key, err = els[2].Children(); err != nil {
		return fmt.Errorf("%w: public key: %w", errCertificate, err)
	}
	if c.holder, err = reference(els[3].Value); err != nil {
		return err
	}
	if err = c.template(els[4]); err != nil {
		return err
	}
	if c.effective, err = parseCVDate(els[5].Value); err != nil {
		return err
	}
	c.expiration, err = parseCVDate(els[6].Value)
	return err
}

func reference(b []byte) (string, error) {
	if len(b) == 0 || len(b) > maxReference {
		return "", fmt.Errorf("%w: reference of %d bytes", errCertificate, len(b))
	}
	return string(b), nil
}

// template reads the holder's authorisation: the type of terminal and one byte.
func (c *cvCertificate) template(e tlv.Element) error {
	els, err := e.Children()
	if err != nil || len(els) != 2 || els[0].Tag != tagOID || els[1].Tag != tagDiscretion || len(els[1].Value) != 1 {
		return fmt.Errorf("%w: authorisation template", errCertificate)
	}
	if !bytes.Equal(els[0].Value, oidInspectionSystem) {
		return fmt.Errorf("%w: not for inspection systems", errCertificate)
	}
	c.role, c.rights = role(els[1].Value[0]>>6), els[1].Value[0]&rightsMask
	return nil
}

// cvDate is a date as six digits YYMMDD; dates compare as strings do (all are in this century).
type cvDate string

const dateDigits = 6

// parseCVDate reads six unpacked digits (TR-03110-3 D.2.1.3).
func parseCVDate(b []byte) (cvDate, error) {
	if len(b) != dateDigits {
		return "", fmt.Errorf("%w: date of %d bytes", errCertificate, len(b))
	}
	digits := make([]byte, dateDigits)
	for i, d := range b {
		if d > 9 {
			return "", fmt.Errorf("%w: date digit %d", errCertificate, d)
		}
		digits[i] = '0' + d
	}
	date := cvDate(digits)
	if month, day := date[2:4], date[4:]; month < "01" || month > "12" || day < "01" || day > "31" {
		return "", fmt.Errorf("%w: no such date", errCertificate)
	}
	return date, nil
}
