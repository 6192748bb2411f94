package issuer

import (
	"crypto"
	"crypto/rsa"
	"encoding/hex"
	"fmt"
	"math/big"

	"chipid/cardlib/tlv"
)

// CVAlgorithm is how the holder of a card-verifiable certificate signs
// (TR-03110-3 A.6.3, A.6.4).
type CVAlgorithm struct {
	// Curve is a parameter id for ECDSA, 0 for RSA; Bits is the size of an RSA modulus.
	Curve, Bits int
	PSS         bool
	Hash        crypto.Hash
}

// CVECDSAP256 is ECDSA over P-256 with SHA-256, the algorithm of the published chain.
var CVECDSAP256 = CVAlgorithm{Curve: p256, Hash: crypto.SHA256}

// CVAlgorithms returns the algorithms of TR-03110-3 tables 14 and 15 over the
// smallest key that is worth testing, and larger ones for some.
func CVAlgorithms() []CVAlgorithm {
	var all []CVAlgorithm
	for _, pss := range []bool{false, true} {
		for _, h := range []crypto.Hash{crypto.SHA1, crypto.SHA256, crypto.SHA512} {
			all = append(all, CVAlgorithm{Bits: 2048, PSS: pss, Hash: h})
		}
	}
	for _, h := range []crypto.Hash{crypto.SHA1, crypto.SHA224, crypto.SHA256, crypto.SHA384, crypto.SHA512} {
		all = append(all, CVAlgorithm{Curve: brainpoolP256r1, Hash: h})
	}
	return append(all, CVAlgorithm{Curve: brainpoolP384r1, Hash: crypto.SHA384}, CVECDSAP256)
}

// String names the algorithm as TR-03110-3 does, with the key's size or curve.
func (a CVAlgorithm) String() string {
	switch {
	case a.Curve != 0:
		return fmt.Sprintf("ECDSA-%v over parameters %d", a.Hash, a.Curve)
	case a.PSS:
		return fmt.Sprintf("RSA-%d PSS-%v", a.Bits, a.Hash)
	}
	return fmt.Sprintf("RSA-%d v1.5-%v", a.Bits, a.Hash)
}

// protocol is the algorithm's object identifier under id-TA.
func (a CVAlgorithm) protocol() objectID {
	family := 1
	variants := map[crypto.Hash]int{crypto.SHA1: 1, crypto.SHA256: 2, crypto.SHA512: 5}
	switch {
	case a.Curve != 0:
		family = 2
		variants = map[crypto.Hash]int{crypto.SHA1: 1, crypto.SHA224: 2, crypto.SHA256: 3, crypto.SHA384: 4, crypto.SHA512: 5}
	case a.PSS:
		variants = map[crypto.Hash]int{crypto.SHA1: 3, crypto.SHA256: 4, crypto.SHA512: 6}
	}
	return objectID{0, 4, 0, 127, 0, 7, 2, 2, 2, family, variants[a.Hash]}
}

// cvKey is a key pair with its algorithm.
type cvKey struct {
	issuer    *Issuer
	label     string
	algorithm CVAlgorithm
	ec        ecKey
	rsa       *rsa.PrivateKey
}

func (i *Issuer) cvKey(reference string, a CVAlgorithm) (cvKey, error) {
	k := cvKey{issuer: i, label: "cv/" + reference, algorithm: a}
	var err error
	if a.Curve != 0 {
		k.ec, err = i.ec(k.label, curve(a.Curve))
	} else {
		k.rsa, err = i.rsa(k.label, a.Bits)
	}
	return k, err
}

// encode is the public key as a data object 7F49 (TR-03110-3 D.3), with domain
// parameters if wanted.
func (k cvKey) encode(domain bool) []byte {
	identifier := oid(k.algorithm.protocol())
	if k.rsa != nil {
		return tlv.Encode(0x7F49, identifier,
			tlv.Encode(0x81, k.rsa.N.Bytes()), tlv.Encode(0x82, big.NewInt(int64(k.rsa.E)).Bytes()))
	}
	c := k.ec.curve
	point := tlv.Encode(0x86, c.Encode(k.ec.public))
	if !domain {
		return tlv.Encode(0x7F49, identifier, point)
	}
	return tlv.Encode(0x7F49, identifier,
		tlv.Encode(0x81, c.P.Bytes()), tlv.Encode(0x82, c.A.Bytes()), tlv.Encode(0x83, c.B.Bytes()),
		tlv.Encode(0x84, c.Encode(c.Generator())), tlv.Encode(0x85, c.N.Bytes()),
		point, tlv.Encode(0x87, []byte{1}))
}

// Sign signs a message as terminal authentication wants it: RSA as it is, ECDSA
// as r ‖ s.
func (h *CVHolder) Sign(message []byte) ([]byte, error) {
	k := h.key
	hash := k.algorithm.Hash.New()
	hash.Write(message)
	digest := hash.Sum(nil)
	nonce := k.issuer.stream(k.label + "/" + k.algorithm.String() + "/" + hex.EncodeToString(digest))
	switch {
	case k.rsa == nil:
		r, s, err := k.ec.curve.SignECDSA(k.ec.d, digest, nonce)
		if err != nil {
			return nil, err
		}
		n := k.ec.curve.OrderLen()
		return append(r.FillBytes(make([]byte, n)), s.FillBytes(make([]byte, n))...), nil
	case k.algorithm.PSS:
		return rsa.SignPSS(nonce, k.rsa, k.algorithm.Hash, digest, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
	}
	return rsa.SignPKCS1v15(nil, k.rsa, k.algorithm.Hash, digest)
}

// RSA and ECDSA return the private key, nil where it is of the other kind: it is
// published, and a terminal under test needs it.
func (h *CVHolder) RSA() *rsa.PrivateKey { return h.key.rsa }

// ECDSA returns the curve's parameter id and the private scalar, 0 and nil for RSA.
func (h *CVHolder) ECDSA() (curve int, d *big.Int) { return h.key.algorithm.Curve, h.key.ec.d }
