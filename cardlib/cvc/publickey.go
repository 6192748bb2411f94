package cvc

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"errors"
	"fmt"
	"math/big"

	"chipid/cardlib/cms"
	"chipid/cardlib/curves"
	"chipid/cardlib/tlv"
)

// Limits on RSA keys, in bits. Old chips have 1024.
const (
	minRSA      = 1024
	maxRSA      = 4096
	maxExponent = 31
)

// maxField is the longest coordinate, in bytes (P-521).
const maxField = 66

// PublicKey is the key in a certificate: RSA is set, or Point is (TR-03110-3 D.3).
type PublicKey struct {
	Algorithm Algorithm
	RSA       *rsa.PublicKey
	// Point is an uncompressed point, 04 ‖ x ‖ y.
	Point []byte
	// Curve is nil where the certificate has no domain parameters.
	Curve *curves.Curve
}

// NewPublicKey makes a key of a Go key: *rsa.PublicKey, *ecdsa.PublicKey on a
// NIST curve, or *ECPublicKey.
func NewPublicKey(algorithm Algorithm, key crypto.PublicKey) (PublicKey, error) {
	k := PublicKey{Algorithm: algorithm}
	switch key := key.(type) {
	case *rsa.PublicKey:
		k.RSA = key
	case *ECPublicKey:
		k.Curve, k.Point = key.Curve, key.Curve.Encode(key.Point)
	case *ecdsa.PublicKey:
		point, err := key.Bytes()
		if err != nil {
			return k, fmt.Errorf("%w: %w", ErrUnsupported, err)
		}
		if k.Curve = curveNamed(key.Params().Name); k.Curve == nil {
			return k, fmt.Errorf("%w: curve %s", ErrUnsupported, key.Params().Name)
		}
		k.Point = point
	}
	if !algorithm.Known() || (k.RSA == nil) != algorithm.EC() || k.RSA == nil && k.Point == nil {
		return k, fmt.Errorf("%w: %v with a %T", ErrUnsupported, algorithm, key)
	}
	return k, nil
}

func curveNamed(name string) *curves.Curve {
	for _, c := range curves.All() {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// Inherit returns an EC key on the curve of the key above it, where it has none
// itself (TR-03110-3 C.1.3). The point must be on the curve. Others stay as they are.
func (k PublicKey) Inherit(curve *curves.Curve) (PublicKey, error) {
	if k.RSA != nil || k.Curve != nil {
		return k, nil
	}
	if curve == nil {
		return k, ErrNoParameters
	}
	if _, err := curve.Decode(k.Point); err != nil {
		return k, malformed("public key: %w", err)
	}
	k.Curve = curve
	return k, nil
}

// Verify checks a signature in the form in which chips get it. Errors:
// [ErrSignature], [ErrNoParameters], [ErrUnsupported].
func (k PublicKey) Verify(message, signature []byte) error {
	key := &cms.PublicKey{RSA: k.RSA, Curve: k.Curve}
	switch {
	case !k.Algorithm.Known():
		return fmt.Errorf("%w: %v", ErrUnsupported, k.Algorithm)
	case k.RSA == nil && k.Curve == nil:
		return ErrNoParameters
	case k.RSA == nil:
		point, err := k.Curve.Decode(k.Point)
		if err != nil {
			return malformed("public key: %w", err)
		}
		key.Point = point
	}
	// The chip decides what is good enough; here a chain is only kept from being mixed up.
	lenient := cms.Policy{AllowSHA1: true, MinRSA: minRSA, MinEC: 160}
	err := key.Verify(k.Algorithm.signature(), lenient, signature, message)
	if errors.Is(err, cms.ErrSignature) {
		return fmt.Errorf("%w: %v", ErrSignature, k.Algorithm)
	}
	return err
}

// Is tells whether k is the given Go key. Curves are told apart by the point alone.
func (k PublicKey) Is(key crypto.PublicKey) bool {
	switch key := key.(type) {
	case *rsa.PublicKey:
		return k.RSA != nil && k.RSA.E == key.E && k.RSA.N.Cmp(key.N) == 0
	case *ECPublicKey:
		return bytes.Equal(k.Point, key.Curve.Encode(key.Point))
	case *ecdsa.PublicKey:
		return k.isPoint(key)
	}
	return false
}

// isPoint compares with a key whose curve may be one that crypto/ecdsa does not
// encode: drivers of hardware keys give brainpool keys so.
func (k PublicKey) isPoint(key *ecdsa.PublicKey) bool {
	//lint:ignore SA1019 there is no other way to the coordinates on such a curve
	x, y := key.X, key.Y
	n := (key.Params().BitSize + 7) / 8
	if len(k.Point) != 1+2*n || x == nil || y == nil || x.Sign() < 0 || y.Sign() < 0 || x.BitLen() > 8*n || y.BitLen() > 8*n {
		return false
	}
	return bytes.Equal(k.Point[1:1+n], x.FillBytes(make([]byte, n))) && bytes.Equal(k.Point[1+n:], y.FillBytes(make([]byte, n)))
}

// size is the length of each half of an ECDSA signature, in bytes. Orders of the
// curves known here are as long as their fields.
func (k PublicKey) size() int {
	if k.Curve != nil {
		return k.Curve.OrderLen()
	}
	return (len(k.Point) - 1) / 2
}

func parsePublicKey(e tlv.Element) (PublicKey, error) {
	parts, err := e.Children()
	if err != nil {
		return PublicKey{}, malformed("public key: %w", err)
	}
	if len(parts) < 2 || parts[0].Tag != tagOID {
		return PublicKey{}, malformed("public key without an algorithm")
	}
	k := PublicKey{Algorithm: Algorithm(parts[0].Value)}
	if !k.Algorithm.Known() {
		return PublicKey{}, fmt.Errorf("%w: algorithm %X", ErrUnsupported, parts[0].Value[:min(len(parts[0].Value), maxOID)])
	}
	if k.Algorithm.EC() {
		return k, k.parseEC(parts[1:])
	}
	return k, k.parseRSA(parts[1:])
}

// parseRSA reads modulus and exponent (D.3.1).
func (k *PublicKey) parseRSA(parts tlv.Elements) error {
	if len(parts) != 2 || parts[0].Tag != tagModulus || parts[1].Tag != tagExponent {
		return malformed("RSA key")
	}
	if len(parts[0].Value) > maxRSA/8+1 || len(parts[1].Value) > 8 {
		return malformed("RSA key of %d bytes", len(parts[0].Value))
	}
	n, exponent := new(big.Int).SetBytes(parts[0].Value), new(big.Int).SetBytes(parts[1].Value)
	switch bits := n.BitLen(); {
	case bits < minRSA || bits > maxRSA || n.Bit(0) == 0:
		return fmt.Errorf("%w: RSA modulus of %d bits", ErrUnsupported, bits)
	case exponent.BitLen() > maxExponent || exponent.Cmp(big.NewInt(3)) < 0 || exponent.Bit(0) == 0:
		return fmt.Errorf("%w: RSA exponent of %d bits", ErrUnsupported, exponent.BitLen())
	}
	k.RSA = &rsa.PublicKey{N: n, E: int(exponent.Int64())}
	return nil
}

// Tags of EC domain parameters in their order (D.3.3): p, a, b, G, n, Q, h.
var tagsEC = []tlv.Tag{0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87}

// parseEC reads a point, with all domain parameters or with none. The parameters
// must be a standard curve in every value.
func (k *PublicKey) parseEC(parts tlv.Elements) error {
	for _, p := range parts {
		if len(p.Value) > 1+2*maxField {
			return malformed("EC key with %d bytes in %v", len(p.Value), p.Tag)
		}
	}
	if len(parts) == 1 && parts[0].Tag == tagPoint {
		k.Point = parts[0].Value
		if n := len(k.Point); n < 3 || n%2 == 0 || k.Point[0] != 4 {
			return malformed("point of %d bytes", n)
		}
		return nil
	}
	if len(parts) != len(tagsEC) {
		return malformed("EC key of %d objects", len(parts))
	}
	numbers := make([]*big.Int, len(parts))
	for i, p := range parts {
		if p.Tag != tagsEC[i] {
			return malformed("EC key: object %v", p.Tag)
		}
		numbers[i] = new(big.Int).SetBytes(p.Value)
	}
	for _, c := range curves.All() {
		g, err := c.Decode(parts[3].Value)
		if err != nil {
			continue
		}
		if found, ok := curves.ByExplicit(numbers[0], numbers[1], numbers[2], g, numbers[4], numbers[6]); ok {
			k.Curve, k.Point = found, parts[5].Value
			_, err := found.Decode(k.Point)
			if err != nil {
				return malformed("public key: %w", err)
			}
			return nil
		}
	}
	return fmt.Errorf("%w: domain parameters of no standard curve", ErrUnsupported)
}

// encode writes 7F49; parameters tells whether those of an EC key are written.
func (k PublicKey) encode(parameters bool) ([]byte, error) {
	value := tlv.Encode(tagOID, []byte(k.Algorithm))
	switch {
	case k.RSA != nil:
		value = tlv.Append(value, tagModulus, k.RSA.N.Bytes())
		value = tlv.Append(value, tagExponent, big.NewInt(int64(k.RSA.E)).Bytes())
	case !parameters:
		value = tlv.Append(value, tagPoint, k.Point)
	case k.Curve == nil:
		return nil, ErrNoParameters
	default:
		c := k.Curve
		field := func(n *big.Int) []byte { return n.FillBytes(make([]byte, c.ByteLen())) }
		for i, b := range [][]byte{field(c.P), field(c.A), field(c.B), c.Encode(c.Generator()), c.N.Bytes(), k.Point, {1}} {
			value = tlv.Append(value, tagsEC[i], b)
		}
	}
	return tlv.Encode(tagPublicKey, value), nil
}
