package pairing

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// Sizes, in bytes; codeDigits decimal digits are more than 23 bits.
const (
	nonceBytes = 32
	codeDigits = 7
	codeSpace  = 10_000_000
)

// hash is SHA-256 over a word for the use and the parts, each with its length
// before it (4 bytes, big-endian), so that no two inputs are the same bytes.
func hash(use string, parts ...[]byte) [sha256.Size]byte {
	h := sha256.New()
	for _, part := range append([][]byte{[]byte(use)}, parts...) {
		var length [4]byte
		binary.BigEndian.PutUint32(length[:], uint32(len(part)))
		h.Write(length[:])
		h.Write(part)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// Commitment is what each side sends before its nonce; side is "page" or "agent".
func Commitment(side string, nonce []byte) string {
	sum := hash("chipid pairing commitment "+side, nonce)
	return encode(sum[:])
}

// Code is the number that both sides show: the first 8 bytes of the hash,
// big-endian, modulo ten million, with leading zeros.
func Code(pageNonce, agentNonce, agentKey []byte, origin string) string {
	sum := hash("chipid pairing code", pageNonce, agentNonce, agentKey, []byte(origin))
	return fmt.Sprintf("%0*d", codeDigits, binary.BigEndian.Uint64(sum[:8])%codeSpace)
}
