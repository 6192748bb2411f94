package cms

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"encoding/binary"
	"math/big"
)

// verifyPSS is RSASSA-PSS-VERIFY of RFC 8017 §8.1.2. crypto/rsa has it too, but
// only with one hash for message and mask, which not every signer keeps to.
func verifyPSS(key *rsa.PublicKey, alg SignatureAlgorithm, digest, signature []byte) bool {
	if len(signature) != key.Size() {
		return false
	}
	s := new(big.Int).SetBytes(signature)
	if s.Cmp(key.N) >= 0 {
		return false
	}
	m := s.Exp(s, big.NewInt(int64(key.E)), key.N)
	emBits := key.N.BitLen() - 1
	emLen := (emBits + 7) / 8
	if m.BitLen() > 8*emLen {
		return false
	}
	return checkPSS(alg, digest, m.FillBytes(make([]byte, emLen)), emBits)
}

// checkPSS is EMSA-PSS-VERIFY of RFC 8017 §9.1.2, its steps numbered as there.
func checkPSS(alg SignatureAlgorithm, digest, em []byte, emBits int) bool {
	hLen := alg.Hash.Size()
	// 3, 4: room for hash and salt, trailer BC.
	if len(em) < hLen+2 || alg.SaltLength > len(em)-hLen-2 || em[len(em)-1] != 0xBC {
		return false
	}
	// 5, 6: the leftmost bits of maskedDB are zero.
	db, h := em[:len(em)-hLen-1], em[len(em)-hLen-1:len(em)-1]
	unused := byte(0xFF) >> (8*len(em) - emBits)
	if db[0]&^unused != 0 {
		return false
	}
	// 7 to 9: unmask.
	maskWith(alg.MGFHash, h, db)
	db[0] &= unused
	// 10: zeros, then 01; what follows is the salt.
	one := bytes.IndexByte(db, 1)
	if one < 0 || len(bytes.TrimLeft(db[:one], "\x00")) != 0 {
		return false
	}
	salt := db[one+1:]
	if alg.SaltLength != AnySalt && len(salt) != alg.SaltLength {
		return false
	}
	// 12 to 14: the hash of eight zero bytes, the message's hash and the salt.
	again := alg.Hash.New()
	again.Write(make([]byte, 8))
	again.Write(digest)
	again.Write(salt)
	return bytes.Equal(again.Sum(nil), h)
}

// maskWith xors MGF1(seed) over b (RFC 8017 B.2.1).
func maskWith(hash crypto.Hash, seed, b []byte) {
	var counter [4]byte
	for i := uint32(0); len(b) > 0; i++ {
		binary.BigEndian.PutUint32(counter[:], i)
		h := hash.New()
		h.Write(seed)
		h.Write(counter[:])
		for _, x := range h.Sum(nil) {
			if len(b) == 0 {
				return
			}
			b[0] ^= x
			b = b[1:]
		}
	}
}
