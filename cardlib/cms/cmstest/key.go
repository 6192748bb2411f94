package cmstest

import (
	"crypto"
	_ "crypto/sha1" // the hashes that tests sign with
	_ "crypto/sha256"
	_ "crypto/sha512"
	"math/big"

	"chipid/cardlib/curves"
)

// Key is a private EC key. Explicit makes its public form spell out the curve.
type Key struct {
	Curve    *curves.Curve
	D        *big.Int
	Point    curves.Point
	Explicit bool
}

// NewKey makes a key on a curve by its name ("P-256", "brainpoolP384r1").
func NewKey(name string) *Key {
	for _, c := range curves.All() {
		if c.Name == name {
			d, p, err := c.GenerateKey(nil)
			if err != nil {
				panic(err)
			}
			return &Key{Curve: c, D: d, Point: p}
		}
	}
	panic("cmstest: no curve " + name)
}

// Forge returns a key with the same public point as the victim's, on its curve
// with another generator, chosen so that the private key is known: 2 (the
// mistake that this exploits is CVE-2020-0601).
func Forge(victim *Key) *Key {
	half := new(big.Int).ModInverse(big.NewInt(2), victim.Curve.N)
	curve, err := victim.Curve.WithGenerator(victim.Curve.Mul(victim.Point, half))
	if err != nil {
		panic(err)
	}
	return &Key{Curve: curve, D: big.NewInt(2), Point: victim.Point, Explicit: true}
}

// SPKI encodes the SubjectPublicKeyInfo.
func (k *Key) SPKI() []byte {
	params := OID(k.Curve.OID...)
	if k.Explicit {
		params = k.explicitCurve()
	}
	return Seq(Seq(OID(1, 2, 840, 10045, 2, 1), params), Bits(k.Curve.Encode(k.Point)))
}

func (k *Key) explicitCurve() []byte {
	field := func(n *big.Int) []byte { return Octets(n.FillBytes(make([]byte, k.Curve.ByteLen()))) }
	return Seq(
		Small(1),
		Seq(OID(1, 2, 840, 10045, 1, 1), Int(k.Curve.P)),
		Seq(field(k.Curve.A), field(k.Curve.B)),
		Octets(k.Curve.Encode(k.Curve.Generator())),
		Int(k.Curve.N),
		Small(1),
	)
}

// algorithms are ecdsa-with-SHAx.
var algorithms = map[crypto.Hash][]byte{
	crypto.SHA1:   Seq(OID(1, 2, 840, 10045, 4, 1)),
	crypto.SHA224: Seq(OID(1, 2, 840, 10045, 4, 3, 1)),
	crypto.SHA256: Seq(OID(1, 2, 840, 10045, 4, 3, 2)),
	crypto.SHA384: Seq(OID(1, 2, 840, 10045, 4, 3, 3)),
	crypto.SHA512: Seq(OID(1, 2, 840, 10045, 4, 3, 4)),
}

// digests are the hash algorithms.
var digests = map[crypto.Hash][]byte{
	crypto.SHA1:   Seq(OID(1, 3, 14, 3, 2, 26)),
	crypto.SHA224: Seq(OID(2, 16, 840, 1, 101, 3, 4, 2, 4)),
	crypto.SHA256: Seq(OID(2, 16, 840, 1, 101, 3, 4, 2, 1)),
	crypto.SHA384: Seq(OID(2, 16, 840, 1, 101, 3, 4, 2, 2)),
	crypto.SHA512: Seq(OID(2, 16, 840, 1, 101, 3, 4, 2, 3)),
}

// Sign returns the signature in DER (r, s) and plain (r ‖ s).
func (k *Key) Sign(hash crypto.Hash, message []byte) (der, plain []byte) {
	r, s, err := k.Curve.SignECDSA(k.D, digest(hash, message), nil)
	if err != nil {
		panic(err)
	}
	n := k.Curve.OrderLen()
	plain = append(r.FillBytes(make([]byte, n)), s.FillBytes(make([]byte, n))...)
	return Seq(Int(r), Int(s)), plain
}

func digest(hash crypto.Hash, message []byte) []byte {
	h := hash.New()
	h.Write(message)
	return h.Sum(nil)
}

// signed is the frame of certificates and CRLs: what is signed, algorithm, signature.
func (k *Key) signed(hash crypto.Hash, tbs []byte) []byte {
	signature, _ := k.Sign(hash, tbs)
	return Seq(tbs, algorithms[hash], Bits(signature))
}
