package cvc

import (
	"crypto"
	"encoding/asn1"
	"fmt"
	"io"
	"math/big"

	"chipid/cardlib/curves"
)

// ECPublicKey is an EC key on any standard curve; crypto/ecdsa has the NIST ones only.
type ECPublicKey struct {
	Curve *curves.Curve
	Point curves.Point
}

// Equal tells whether the other is the same key.
func (k *ECPublicKey) Equal(other crypto.PublicKey) bool {
	o, ok := other.(*ECPublicKey)
	return ok && k.Curve.SameDomain(o.Curve) && k.Point.Equal(o.Point)
}

// ECKey is a private EC key on any standard curve, brainpool included: a
// [crypto.Signer]. It is for tests and test PKIs; its arithmetic takes times that
// depend on the key.
type ECKey struct {
	public ECPublicKey
	d      *big.Int
}

// GenerateECKey makes a key; random is crypto/rand where nil.
func GenerateECKey(curve *curves.Curve, random io.Reader) (*ECKey, error) {
	d, point, err := curve.GenerateKey(random)
	if err != nil {
		return nil, err
	}
	return &ECKey{ECPublicKey{curve, point}, d}, nil
}

// NewECKey makes a key of its private number.
func NewECKey(curve *curves.Curve, d *big.Int) (*ECKey, error) {
	if err := curve.CheckScalar(d); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return &ECKey{ECPublicKey{curve, curve.MulBase(d)}, d}, nil
}

// Public implements crypto.Signer; it is an *ECPublicKey.
func (k *ECKey) Public() crypto.PublicKey { return &k.public }

// Sign implements crypto.Signer: Ecdsa-Sig-Value in ASN.1.
func (k *ECKey) Sign(random io.Reader, digest []byte, _ crypto.SignerOpts) ([]byte, error) {
	r, s, err := k.public.Curve.SignECDSA(k.d, digest, random)
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(struct{ R, S *big.Int }{r, s})
}
