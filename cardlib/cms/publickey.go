package cms

import (
	"crypto/rsa"
	"crypto/sha1"
	"fmt"
	"math/big"

	"chipid/cardlib/curves"
	"chipid/cardlib/tlv"
)

// PublicKey is the key of a certificate: either EC (Curve and Point) or RSA.
type PublicKey struct {
	// Raw is the SubjectPublicKeyInfo as read.
	Raw []byte
	// Bits is the content of subjectPublicKey, over which key ids are commonly made.
	Bits []byte
	// Curve and Point are set for EC keys; the point is on the curve.
	Curve *curves.Curve
	Point curves.Point
	// Explicit says that the certificate spells the curve out instead of naming it.
	Explicit bool
	// RSA is set for RSA keys.
	RSA *rsa.PublicKey
	// PSSOnly says that the key is restricted to RSASSA-PSS (RFC 4055 §1.2), and
	// PSS, if not nil, to these parameters.
	PSSOnly bool
	PSS     *SignatureAlgorithm
}

// ParsePublicKey reads a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7). EC keys must
// lie on one of the standard curves, RSA keys have between MinRSA and MaxRSA bits.
func ParsePublicKey(raw []byte) (*PublicKey, error) {
	e, err := tlv.ReadTag(raw, tagSequence)
	if err != nil {
		return nil, malformed("public key: %w", err)
	}
	key, err := parsePublicKey(e)
	if err != nil {
		return nil, fmt.Errorf("public key: %w", err)
	}
	return key, nil
}

func parsePublicKey(e tlv.Element) (*PublicKey, error) {
	c := open(e)
	alg := parseAlgorithm(c)
	bits := c.bits()
	if err := c.end(); err != nil {
		return nil, err
	}
	key := &PublicKey{Raw: e.Raw, Bits: bits}
	switch alg.OID {
	case oidECPublicKey:
		return key, key.setEC(alg.Params)
	case oidRSAEncryption:
		return key, key.setRSA()
	case oidRSAPSS:
		key.PSSOnly = true
		if err := key.setPSS(alg.Params); err != nil {
			return nil, err
		}
		return key, key.setRSA()
	}
	return nil, unsupported("algorithm %v", alg.OID)
}

func (k *PublicKey) setEC(params tlv.Element) error {
	var err error
	switch params.Tag {
	case tagOID:
		oid, bad := parseOID(params.Value)
		if bad != nil {
			return bad
		}
		if k.Curve = namedCurves[oid]; k.Curve == nil {
			return unsupported("curve %v", oid)
		}
	case tagSequence:
		k.Explicit = true
		if k.Curve, err = parseExplicitCurve(params); err != nil {
			return err
		}
	default:
		return unsupported("EC key without a curve")
	}
	if k.Point, err = decodePoint(k.Curve, k.Bits); err != nil {
		return malformed("%w", err)
	}
	return nil
}

// setRSA reads RSAPublicKey (RFC 8017 A.1.1).
func (k *PublicKey) setRSA() error {
	e, err := tlv.ReadTag(k.Bits, tagSequence)
	if err != nil {
		return malformed("%w", err)
	}
	c := open(e)
	n, exponent := c.natural(), c.natural()
	if err := c.end(); err != nil {
		return err
	}
	if bits := n.BitLen(); bits < MinRSA || bits > MaxRSA || n.Bit(0) == 0 {
		return unsupported("RSA modulus of %d bits", bits)
	}
	if exponent.BitLen() > 31 || exponent.Cmp(big.NewInt(3)) < 0 || exponent.Bit(0) == 0 {
		return unsupported("RSA exponent of %d bits", exponent.BitLen())
	}
	k.RSA = &rsa.PublicKey{N: n, E: int(exponent.Int64())}
	return nil
}

// setPSS reads the restriction of an id-RSASSA-PSS key; absent parameters restrict nothing.
func (k *PublicKey) setPSS(params tlv.Element) error {
	if params.Tag != tagSequence {
		return nil
	}
	alg, err := parsePSS(params)
	if err != nil {
		return err
	}
	k.PSS = &alg
	return nil
}

// Equal tells whether both are the whole same key, however its curve is written.
func (k *PublicKey) Equal(o *PublicKey) bool {
	switch {
	case k == nil || o == nil:
		return false
	case k.Curve != nil && o.Curve != nil:
		return k.Curve.SameDomain(o.Curve) && k.Point.Equal(o.Point)
	case k.RSA != nil && o.RSA != nil:
		return k.RSA.E == o.RSA.E && k.RSA.N.Cmp(o.RSA.N) == 0
	}
	return false
}

// KeyID is the SHA-1 of the subjectPublicKey, the common way to make a
// subjectKeyIdentifier (RFC 5280 §4.2.1.2 method 1). It finds keys and proves nothing.
func (k *PublicKey) KeyID() []byte {
	sum := sha1.Sum(k.Bits)
	return sum[:]
}

// Size is the size of the key in bits: of the curve's field or of the modulus.
func (k *PublicKey) Size() int {
	if k.Curve != nil {
		return k.Curve.BitSize()
	}
	return k.RSA.N.BitLen()
}

// String names the kind of key: "EC brainpoolP384r1", "RSA-3072".
func (k *PublicKey) String() string {
	switch {
	case k.Curve != nil && k.Explicit:
		return "EC " + k.Curve.Name + " (explicit parameters)"
	case k.Curve != nil:
		return "EC " + k.Curve.Name
	}
	return fmt.Sprintf("RSA-%d", k.Size())
}
