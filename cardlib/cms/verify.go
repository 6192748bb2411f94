package cms

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"fmt"
	"math/big"

	"chipid/cardlib/tlv"
)

// Policy says which algorithms count as proof. The zero value is the strict
// default: no SHA-1, RSA from 2048 bits, EC from 224 bits (Doc 9303-12 §4.1).
type Policy struct {
	// AllowSHA1 accepts SHA-1, which is broken for signatures over chosen content.
	AllowSHA1 bool
	// MinRSA and MinEC are the smallest keys in bits; 0 means the default.
	MinRSA, MinEC int
}

const (
	defaultMinRSA = 2048
	defaultMinEC  = 224
)

// AllowsHash returns ErrPolicy for a hash that does not count.
func (p Policy) AllowsHash(h crypto.Hash) error {
	if h == crypto.SHA1 && !p.AllowSHA1 {
		return fmt.Errorf("%w: SHA-1", ErrPolicy)
	}
	return nil
}

func (p Policy) allowsKey(k *PublicKey) error {
	least := p.MinRSA
	if least == 0 {
		least = defaultMinRSA
	}
	if k.Curve != nil {
		if least = p.MinEC; least == 0 {
			least = defaultMinEC
		}
	}
	if k.Size() < least {
		return fmt.Errorf("%w: %v", ErrPolicy, k)
	}
	return nil
}

// Verify checks a signature over the parts, one after the other. It returns nil,
// or an error that is ErrSignature, ErrPolicy or ErrUnsupported.
func (k *PublicKey) Verify(alg SignatureAlgorithm, policy Policy, signature []byte, parts ...[]byte) error {
	if err := policy.AllowsHash(alg.Hash); err != nil {
		return err
	}
	if err := policy.allowsKey(k); err != nil {
		return err
	}
	if err := k.fits(alg); err != nil {
		return err
	}
	h := alg.Hash.New()
	for _, part := range parts {
		h.Write(part)
	}
	digest := h.Sum(make([]byte, 0, 64))
	ok := false
	switch alg.Scheme {
	case ECDSA, ECDSAPlain:
		ok = k.verifyECDSA(alg.Scheme, digest, signature)
	case RSAPKCS1:
		ok = rsa.VerifyPKCS1v15(k.RSA, alg.Hash, digest, signature) == nil
	case RSAPSS:
		ok = verifyPSS(k.RSA, alg, digest, signature)
	}
	if !ok {
		return fmt.Errorf("%w (%v, %v)", ErrSignature, k, alg)
	}
	return nil
}

// fits refuses an algorithm of the other kind of key, and what a key restricted
// to RSASSA-PSS does not allow (RFC 4055 §3.3).
func (k *PublicKey) fits(alg SignatureAlgorithm) error {
	ec := alg.Scheme == ECDSA || alg.Scheme == ECDSAPlain
	if ec != (k.Curve != nil) || !alg.Hash.Available() {
		return fmt.Errorf("%w: %v with a key %v", ErrSignature, alg, k)
	}
	if k.PSSOnly && alg.Scheme != RSAPSS {
		return fmt.Errorf("%w: key is for RSA-PSS only", ErrSignature)
	}
	if k.PSS != nil && (k.PSS.Hash != alg.Hash || k.PSS.MGFHash != alg.MGFHash) {
		return fmt.Errorf("%w: key is for other PSS parameters", ErrSignature)
	}
	return nil
}

func (k *PublicKey) verifyECDSA(scheme Scheme, digest, signature []byte) bool {
	r, s, ok := k.splitSignature(scheme, signature)
	if !ok {
		return false
	}
	if fast := standardCurve(k.Curve.Name); fast != nil {
		key, err := ecdsa.ParseUncompressedPublicKey(fast, k.Curve.Encode(k.Point))
		return err == nil && ecdsa.Verify(key, digest, r, s)
	}
	return k.Curve.VerifyECDSA(k.Point, digest, r, s)
}

// splitSignature reads Ecdsa-Sig-Value (RFC 3279 §2.2.3) in DER and nothing
// looser, or r ‖ s of equal lengths.
func (k *PublicKey) splitSignature(scheme Scheme, b []byte) (r, s *big.Int, ok bool) {
	n := k.Curve.OrderLen()
	if scheme == ECDSAPlain {
		if len(b) != 2*n {
			return nil, nil, false
		}
		return new(big.Int).SetBytes(b[:n]), new(big.Int).SetBytes(b[n:]), true
	}
	if len(b) > 2*n+16 {
		return nil, nil, false
	}
	e, err := tlv.ReadTag(b, tagSequence)
	if err != nil {
		return nil, nil, false
	}
	c := open(e)
	r, s = c.natural(), c.natural()
	if c.end() != nil || !bytes.Equal(encodeSignature(r, s), b) {
		return nil, nil, false
	}
	return r, s, true
}

func encodeSignature(r, s *big.Int) []byte {
	return tlv.Encode(tagSequence, tlv.Encode(tagInteger, signed(r)), tlv.Encode(tagInteger, signed(s)))
}

// signed is the shortest two's complement of a natural number.
func signed(n *big.Int) []byte {
	return n.FillBytes(make([]byte, n.BitLen()/8+1))
}

// standardCurve returns the constant-time, faster curve of the standard library.
func standardCurve(name string) elliptic.Curve {
	switch name {
	case "P-224":
		return elliptic.P224()
	case "P-256":
		return elliptic.P256()
	case "P-384":
		return elliptic.P384()
	case "P-521":
		return elliptic.P521()
	}
	return nil
}
