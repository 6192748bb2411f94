package activeauth

import (
	"crypto"
	_ "crypto/sha1" // registers SHA-1
	_ "crypto/sha256"
	_ "crypto/sha512"
	"crypto/subtle"
	"fmt"
	"math/big"
)

// Fields of a message representative (ISO/IEC 9796-2 §8.2 and §9.1).
const (
	headerPartial  = 0x6 // first nibble: recovery of a part of the message
	paddingNibble  = 0xB
	borderNibble   = 0xA
	trailerImplied = 0xBC // option 1: SHA-1
	trailerNamed   = 0xCC // option 2: the byte before names the hash
)

// trailerHashes are the hash functions of trailer option 2 (Doc 9303-11 §6.1.2.2,
// ISO/IEC 10118-3). The standard keeps SHA-1 to option 1; chips write 33CC too.
var trailerHashes = map[byte]crypto.Hash{
	0x33: crypto.SHA1,
	0x34: crypto.SHA256,
	0x35: crypto.SHA512,
	0x36: crypto.SHA384,
	0x38: crypto.SHA224,
}

// rsaKey verifies ISO/IEC 9796-2 digital signature scheme 1.
type rsaKey struct{ n, e *big.Int }

func newRSA(n, e *big.Int) (rsaKey, error) {
	if n.BitLen()%8 != 0 {
		return rsaKey{}, fmt.Errorf("%w: RSA modulus of %d bits", ErrUnsupported, n.BitLen())
	}
	return rsaKey{n, e}, nil
}

func (k rsaKey) size() int { return k.n.BitLen() / 8 }

func (k rsaKey) verify(challenge, signature []byte) error {
	f, err := k.open(signature)
	if err != nil {
		return err
	}
	m1, digest, hash, err := split(f)
	if err != nil {
		return err
	}
	h := hash.New()
	h.Write(m1)
	h.Write(challenge)
	if subtle.ConstantTimeCompare(h.Sum(nil), digest) != 1 {
		return fmt.Errorf("%w: hash", ErrWrong)
	}
	return nil
}

// open recovers the message representative F. Signatures of annex B.6 give F
// itself, those of annex B.4 either F or n − F; F ends in the nibble C.
func (k rsaKey) open(signature []byte) ([]byte, error) {
	s := new(big.Int).SetBytes(signature)
	if len(signature) != k.size() || s.Sign() == 0 || s.Cmp(k.n) >= 0 {
		return nil, fmt.Errorf("%w: signature out of range", ErrWrong)
	}
	f := new(big.Int).Exp(s, k.e, k.n)
	if !endsInC(f) {
		f.Sub(k.n, f)
	}
	if !endsInC(f) {
		return nil, fmt.Errorf("%w: trailer", ErrWrong)
	}
	return f.FillBytes(make([]byte, k.size())), nil
}

func endsInC(f *big.Int) bool {
	return new(big.Int).And(f, big.NewInt(0xF)).Cmp(big.NewInt(0xC)) == 0
}

// split takes F apart: header and padding, M1, H(M1 ‖ M2), trailer.
func split(f []byte) (m1, digest []byte, hash crypto.Hash, err error) {
	hash, trailer, err := trailerOf(f)
	if err != nil {
		return nil, nil, 0, err
	}
	m1, err = unpadHeader(f[:len(f)-trailer])
	if err != nil {
		return nil, nil, 0, err
	}
	if len(m1) < hash.Size() {
		return nil, nil, 0, fmt.Errorf("%w: no room for the hash", ErrWrong)
	}
	at := len(m1) - hash.Size()
	return m1[:at], m1[at:], hash, nil
}

// trailerOf reads the trailer and returns its length.
func trailerOf(f []byte) (crypto.Hash, int, error) {
	switch f[len(f)-1] {
	case trailerImplied:
		return crypto.SHA1, 1, nil
	case trailerNamed:
		if hash, ok := trailerHashes[f[len(f)-2]]; ok {
			return hash, 2, nil
		}
	}
	return 0, 0, fmt.Errorf("%w: trailer", ErrWrong)
}

// unpadHeader takes off the header nibble 6, padding nibbles B and the border
// nibble A. M1 fills what room there is (Doc 9303-11 §6.1.2.2), so 6A is the
// usual form; 6B BB … BA is a shorter M1. The header 4 would be a signature
// that does not cover the challenge at all.
func unpadHeader(f []byte) ([]byte, error) {
	if len(f) == 0 || f[0]>>4 != headerPartial {
		return nil, fmt.Errorf("%w: header", ErrWrong)
	}
	if f[0]&0xF == borderNibble {
		return f[1:], nil
	}
	if f[0]&0xF != paddingNibble {
		return nil, fmt.Errorf("%w: padding", ErrWrong)
	}
	rest := f[1:]
	for len(rest) > 0 && rest[0] == paddingNibble<<4|paddingNibble {
		rest = rest[1:]
	}
	if len(rest) == 0 || rest[0] != paddingNibble<<4|borderNibble {
		return nil, fmt.Errorf("%w: padding", ErrWrong)
	}
	return rest[1:], nil
}
