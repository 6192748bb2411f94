package activeauth

import (
	"crypto"
	"fmt"
	"math/big"

	"chipid/cardlib/curves"
	"chipid/cardlib/securityinfo"
)

// plainHashes are the signature algorithms of TR-03111 §5.2.1.1: the last arc of
// ecdsa-plain-signatures. SHA-1 is not allowed any more (§6.1.2.3), but signed
// DG14s of older chips name it, and a challenge of 8 bytes has no collisions to fear.
var plainHashes = map[int]crypto.Hash{
	1: crypto.SHA1,
	2: crypto.SHA224,
	3: crypto.SHA256,
	4: crypto.SHA384,
	5: crypto.SHA512,
}

var (
	oidPlain = securityinfo.OID{0, 4, 0, 127, 0, 7, 1, 1, 4, 1}
	// Some chips name the algorithms of X9.62 instead; the signature is plain all the same.
	oidX962SHA1 = securityinfo.OID{1, 2, 840, 10045, 4, 1}
	oidX962SHA2 = securityinfo.OID{1, 2, 840, 10045, 4, 3}
)

// ecdsaKey verifies ECDSA signatures in plain format, r ‖ s.
type ecdsaKey struct {
	curve *curves.Curve
	point curves.Point
	hash  crypto.Hash
}

func newECDSA(curve *curves.Curve, point curves.Point, infos *securityinfo.Infos) (ecdsaKey, error) {
	key := ecdsaKey{curve: curve, point: point}
	var ok bool
	if infos != nil && infos.ActiveAuth != nil {
		if key.hash, ok = named(infos.ActiveAuth.Algorithm); !ok {
			return key, fmt.Errorf("%w: signature algorithm %v", ErrUnsupported, infos.ActiveAuth.Algorithm)
		}
		return key, nil
	}
	if key.hash, ok = bySize(curve); !ok {
		return key, fmt.Errorf("%w: no hash for %s", ErrUnsupported, curve.Name)
	}
	return key, nil
}

// named finds the hash of a signature algorithm.
func named(oid securityinfo.OID) (crypto.Hash, bool) {
	if oid.Equal(oidX962SHA1) {
		return crypto.SHA1, true
	}
	if len(oid) == len(oidPlain)+1 && oid[:len(oidPlain)].Equal(oidPlain) {
		hash, ok := plainHashes[oid[len(oidPlain)]]
		return hash, ok
	}
	if len(oid) == len(oidX962SHA2)+1 && oid[:len(oidX962SHA2)].Equal(oidX962SHA2) {
		hash, ok := plainHashes[oid[len(oidX962SHA2)]+1] // 1 is SHA-224
		return hash, ok
	}
	return 0, false
}

// bySize is the longest hash that is not longer than the key (§6.1.2.3), for
// chips whose DG14 names none. Keys of 192 bits have none.
func bySize(curve *curves.Curve) (crypto.Hash, bool) {
	bits := curve.N.BitLen()
	switch {
	case bits >= 512:
		return crypto.SHA512, true
	case bits >= 384:
		return crypto.SHA384, true
	case bits >= 256:
		return crypto.SHA256, true
	case bits >= 224:
		return crypto.SHA224, true
	}
	return 0, false
}

func (k ecdsaKey) size() int { return 2 * k.curve.OrderLen() }

func (k ecdsaKey) verify(challenge, signature []byte) error {
	if len(signature) != k.size() {
		return fmt.Errorf("%w: signature of %d bytes for %s", ErrWrong, len(signature), k.curve.Name)
	}
	half := len(signature) / 2
	r, s := new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])
	h := k.hash.New()
	h.Write(challenge)
	if !k.curve.VerifyECDSA(k.point, h.Sum(nil), r, s) {
		return fmt.Errorf("%w: ECDSA on %s", ErrWrong, k.curve.Name)
	}
	return nil
}
