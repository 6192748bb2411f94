package securemsg

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

// Cipher is a block cipher with its MAC, as the object identifiers of PACE and
// chip authentication name them. The zero value is no cipher.
type Cipher int

// The ciphers of Doc 9303-11 §9.8.
const (
	TDES   Cipher = iota + 1 // two-key 3DES in CBC, retail MAC
	AES128                   // AES in CBC, CMAC cut to 8 bytes
	AES192
	AES256
)

// MACLen is the length of every MAC, in bytes.
const MACLen = 8

// ErrCipher is a cipher that does not exist, or a key that does not fit it.
var ErrCipher = errors.New("securemsg: cipher and key do not fit")

// Counters of the key derivation function (Doc 9303-11 §9.7.1).
const (
	CounterEnc  = 1 // KSenc
	CounterMAC  = 2 // KSmac
	CounterPACE = 3 // K_π, the key made of a password
)

// Valid tells whether c is one of the four ciphers.
func (c Cipher) Valid() bool { return c >= TDES && c <= AES256 }

// KeyLen is the length of a key in bytes.
func (c Cipher) KeyLen() int {
	switch c {
	case AES192:
		return 24
	case AES256:
		return 32
	case TDES, AES128:
		return 16
	}
	return 0
}

// BlockSize is the length of a block, and of the send sequence counter, in bytes.
func (c Cipher) BlockSize() int {
	if c == TDES {
		return des.BlockSize
	}
	return aes.BlockSize
}

func (c Cipher) String() string {
	switch c {
	case TDES:
		return "3DES"
	case AES128:
		return "AES-128"
	case AES192:
		return "AES-192"
	case AES256:
		return "AES-256"
	}
	return fmt.Sprintf("Cipher(%d)", int(c))
}

// NewBlock returns the block cipher under key; a two-key 3DES key is used as K1 ‖ K2 ‖ K1.
func (c Cipher) NewBlock(key []byte) (cipher.Block, error) {
	if !c.Valid() || len(key) != c.KeyLen() {
		return nil, fmt.Errorf("%w: %v, %d bytes", ErrCipher, c, len(key))
	}
	if c != TDES {
		return aes.NewCipher(key)
	}
	triple := make([]byte, 0, 24)
	triple = append(append(triple, key...), key[:8]...)
	defer clear(triple)
	return des.NewTripleDESCipher(triple)
}

// DeriveKey is KDF(K, c) of Doc 9303-11 §9.7.1: the hash of secret and counter,
// SHA-1 for 3DES and AES-128, SHA-256 for the longer keys, cut to the key length.
// The parity bits of 3DES keys are set, as the worked examples show them.
// c must be valid.
func DeriveKey(c Cipher, secret []byte, counter uint32) []byte {
	input := binary.BigEndian.AppendUint32(append(make([]byte, 0, len(secret)+4), secret...), counter)
	defer clear(input)
	if c == AES192 || c == AES256 {
		sum := sha256.Sum256(input)
		return append([]byte(nil), sum[:c.KeyLen()]...)
	}
	sum := sha1.Sum(input)
	key := append([]byte(nil), sum[:16]...)
	if c == TDES {
		setParity(key)
	}
	return key
}

// setParity makes each byte's number of ones odd (FIPS 46-3).
func setParity(key []byte) {
	for i, b := range key {
		if bits.OnesCount8(b)%2 == 0 {
			key[i] = b ^ 1
		}
	}
}
