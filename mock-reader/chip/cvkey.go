package chip

import (
	"crypto"
	"crypto/rsa"
	"fmt"
	"math/big"

	"chipid/cardlib/curves"
	"chipid/cardlib/tlv"
)

// Tags of public keys in certificates, TR-03110-3 D.3. Those of RSA and EC overlap.
const (
	tagModulus    tlv.Tag = 0x81
	tagExponent   tlv.Tag = 0x82
	tagPrime      tlv.Tag = 0x81
	tagCoeffA     tlv.Tag = 0x82
	tagCoeffB     tlv.Tag = 0x83
	tagBasePoint  tlv.Tag = 0x84
	tagOrder      tlv.Tag = 0x85
	tagCVPoint    tlv.Tag = 0x86
	tagCofactor   tlv.Tag = 0x87
	maxCVExponent         = 32 // bits, TR-03110-3 A.6.3.2
)

// taOID is the beginning of the identifiers of terminal authentication: id-TA,
// then 1 for RSA or 2 for ECDSA, then the variant (TR-03110-3 A.1.1.3).
var taOID = []byte{0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x02}

// scheme is how a key signs.
type scheme struct {
	ecdsa, pss bool
	hash       crypto.Hash
}

var rsaSchemes = map[byte]scheme{
	1: {hash: crypto.SHA1}, 2: {hash: crypto.SHA256}, 3: {pss: true, hash: crypto.SHA1},
	4: {pss: true, hash: crypto.SHA256}, 5: {hash: crypto.SHA512}, 6: {pss: true, hash: crypto.SHA512},
}

var ecdsaSchemes = map[byte]scheme{
	1: {ecdsa: true, hash: crypto.SHA1}, 2: {ecdsa: true, hash: crypto.SHA224}, 3: {ecdsa: true, hash: crypto.SHA256},
	4: {ecdsa: true, hash: crypto.SHA384}, 5: {ecdsa: true, hash: crypto.SHA512},
}

func schemeOf(oid []byte) (scheme, bool) {
	n := len(taOID)
	if len(oid) != n+2 || string(oid[:n]) != string(taOID) {
		return scheme{}, false
	}
	schemes := rsaSchemes
	if oid[n] == 2 {
		schemes = ecdsaSchemes
	}
	s, ok := schemes[oid[n+1]]
	return s, ok && (oid[n] == 1 || oid[n] == 2)
}

// cvKey is a public key that verifies certificates or a terminal's signature.
type cvKey struct {
	scheme scheme
	rsa    *rsa.PublicKey
	curve  *curves.Curve
	point  curves.Point
}

// publicKey reads a certificate's key. Domain parameters that it does not bring
// are those of inherited, nil for none; ownDomain tells whether it brings them.
func publicKey(els tlv.Elements, inherited *curves.Curve) (key *cvKey, ownDomain bool, err error) {
	if len(els) == 0 || els[0].Tag != tagOID {
		return nil, false, fmt.Errorf("%w: public key without identifier", errCertificate)
	}
	s, ok := schemeOf(els[0].Value)
	if !ok {
		return nil, false, fmt.Errorf("%w: key of an unknown protocol", errCertificate)
	}
	if !s.ecdsa {
		key, err = certifiedRSA(s, els[1:])
		return key, false, err
	}
	curve, err := domain(els[1:])
	if err != nil {
		return nil, false, err
	}
	ownDomain = curve != nil
	if curve == nil {
		curve = inherited
	}
	e, ok := els.Find(tagCVPoint)
	if !ok || curve == nil {
		return nil, ownDomain, fmt.Errorf("%w: no point or no domain parameters", errCertificate)
	}
	point, err := curve.Decode(e.Value)
	if err != nil {
		return nil, ownDomain, fmt.Errorf("%w: %w", errCertificate, err)
	}
	return &cvKey{scheme: s, curve: curve, point: point}, ownDomain, nil
}

func certifiedRSA(s scheme, els tlv.Elements) (*cvKey, error) {
	if len(els) != 2 || els[0].Tag != tagModulus || els[1].Tag != tagExponent {
		return nil, fmt.Errorf("%w: an RSA key is modulus and exponent", errCertificate)
	}
	n, e := new(big.Int).SetBytes(els[0].Value), new(big.Int).SetBytes(els[1].Value)
	switch n.BitLen() {
	case 1024, 1280, 1536, 2048, 3072:
	default:
		return nil, fmt.Errorf("%w: RSA modulus of %d bits", errCertificate, n.BitLen())
	}
	if e.BitLen() > maxCVExponent || e.BitLen() < 2 || e.Int64() > 1<<31-1 {
		return nil, fmt.Errorf("%w: RSA exponent of %d bits", errCertificate, e.BitLen())
	}
	return &cvKey{scheme: s, rsa: &rsa.PublicKey{N: n, E: int(e.Int64())}}, nil
}

// domain reads explicit domain parameters: all but the cofactor, or none. They
// must be those of a standard curve.
func domain(els tlv.Elements) (*curves.Curve, error) {
	want := []tlv.Tag{tagPrime, tagCoeffA, tagCoeffB, tagBasePoint, tagOrder}
	if len(els) == 1 && els[0].Tag == tagCVPoint {
		return nil, nil
	}
	if len(els) < len(want)+1 || els[len(want)].Tag != tagCVPoint {
		return nil, fmt.Errorf("%w: domain parameters are all there or none", errCertificate)
	}
	number := func(i int) *big.Int { return new(big.Int).SetBytes(els[i].Value) }
	for i, tag := range want {
		if els[i].Tag != tag {
			return nil, fmt.Errorf("%w: domain parameters out of order", errCertificate)
		}
	}
	cofactor := big.NewInt(1)
	switch rest := els[len(want)+1:]; {
	case len(rest) == 1 && rest[0].Tag == tagCofactor:
		cofactor = new(big.Int).SetBytes(rest[0].Value)
	case len(rest) > 0:
		return nil, fmt.Errorf("%w: unknown data objects after the point", errCertificate)
	}
	g := els[3].Value
	if len(g) < 3 || len(g)%2 == 0 || g[0] != 0x04 {
		return nil, fmt.Errorf("%w: base point", errCertificate)
	}
	half := len(g) / 2
	base := curves.Point{X: new(big.Int).SetBytes(g[1 : 1+half]), Y: new(big.Int).SetBytes(g[1+half:])}
	curve, ok := curves.ByExplicit(number(0), number(1), number(2), base, number(4), cofactor)
	if !ok {
		return nil, fmt.Errorf("%w: no standard curve", errCertificate)
	}
	return curve, nil
}

// verify checks a signature over a message (TR-03110-3 A.6.3, A.6.4).
func (k *cvKey) verify(message, signature []byte) bool {
	h := k.scheme.hash.New()
	h.Write(message)
	digest := h.Sum(nil)
	switch {
	case k.scheme.ecdsa:
		n := k.curve.OrderLen()
		if len(signature) != 2*n {
			return false
		}
		r, s := new(big.Int).SetBytes(signature[:n]), new(big.Int).SetBytes(signature[n:])
		return k.curve.VerifyECDSA(k.point, digest, r, s)
	case k.scheme.pss:
		options := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}
		return rsa.VerifyPSS(k.rsa, k.scheme.hash, digest, signature, options) == nil
	}
	return rsa.VerifyPKCS1v15(k.rsa, k.scheme.hash, digest, signature) == nil
}

// sameKind tells whether two keys of one chain are of the same algorithm, domain
// and size, as TR-03110-3 §2.3 wants it.
func (k *cvKey) sameKind(o *cvKey) bool {
	if k.scheme != o.scheme {
		return false
	}
	if k.scheme.ecdsa {
		return k.curve.SameDomain(o.curve)
	}
	return k.rsa.N.BitLen() == o.rsa.N.BitLen()
}
