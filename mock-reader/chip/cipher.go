package chip

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"errors"
)

// Counters of the key derivation function, Doc 9303-11 §9.7.
const (
	deriveEnc      = 1
	deriveMAC      = 2
	derivePassword = 3
)

// macLen is the length of every MAC and authentication token, in bytes.
const macLen = 8

// errPadding is a plain text without ISO/IEC 9797-1 padding method 2.
var errPadding = errors.New("chip: padding")

func (c Cipher) valid() bool { return c >= TDES && c <= AES256 }

// keyLen is the length of a derived key in bytes; two-key 3DES has 16.
func (c Cipher) keyLen() int {
	switch c {
	case AES192:
		return 24
	case AES256:
		return 32
	}
	return 16
}

func (c Cipher) blockSize() int {
	if c == TDES {
		return des.BlockSize
	}
	return aes.BlockSize
}

// block returns the cipher under a key of keyLen bytes. The key is always one
// of ours, so a wrong length is a mistake in this package.
func (c Cipher) block(key []byte) cipher.Block {
	var b cipher.Block
	var err error
	if c == TDES {
		b, err = des.NewTripleDESCipher(append(append([]byte(nil), key...), key[:8]...))
	} else {
		b, err = aes.NewCipher(key)
	}
	if err != nil {
		panic("chip: key length: " + err.Error())
	}
	return b
}

// derive is KDF(K, c) of Doc 9303-11 §9.7.1. DES keys keep their parity bits as
// they fall: adjusting them is optional and changes nothing.
func (c Cipher) derive(secret []byte, counter uint32) []byte {
	in := binary.BigEndian.AppendUint32(append([]byte(nil), secret...), counter)
	if c == AES192 || c == AES256 {
		sum := sha256.Sum256(in)
		return sum[:c.keyLen()]
	}
	sum := sha1.Sum(in)
	return sum[:c.keyLen()]
}

// seal encrypts whole blocks in CBC mode; iv nil is all zeros.
func (c Cipher) seal(key, iv, plain []byte) []byte {
	out := make([]byte, len(plain))
	cipher.NewCBCEncrypter(c.block(key), c.iv(iv)).CryptBlocks(out, plain)
	return out
}

// open decrypts whole blocks in CBC mode; iv nil is all zeros.
func (c Cipher) open(key, iv, sealed []byte) []byte {
	out := make([]byte, len(sealed))
	cipher.NewCBCDecrypter(c.block(key), c.iv(iv)).CryptBlocks(out, sealed)
	return out
}

func (c Cipher) iv(iv []byte) []byte {
	if iv == nil {
		return make([]byte, c.blockSize())
	}
	return iv
}

// pad is padding method 2 of ISO/IEC 9797-1: 80 and zeros up to a whole block.
func (c Cipher) pad(data []byte) []byte {
	n := c.blockSize()
	out := make([]byte, (len(data)/n+1)*n)
	copy(out, data)
	out[len(data)] = 0x80
	return out
}

// unpad removes padding method 2.
func unpad(data []byte) ([]byte, error) {
	for i := len(data) - 1; i >= 0; i-- {
		switch data[i] {
		case 0x00:
		case 0x80:
			return data[:i], nil
		default:
			return nil, errPadding
		}
	}
	return nil, errPadding
}

// mac is the MAC over whole blocks that secure messaging has padded: the retail
// MAC (ISO/IEC 9797-1 algorithm 3) for 3DES, CMAC for AES (Doc 9303-11 §9.8.6.2, §9.8.7.2).
func (c Cipher) mac(key, padded []byte) []byte {
	if c == TDES {
		return retailMAC(key, padded)
	}
	return cmac(c.block(key), padded)[:macLen]
}

// token is the MAC of PACE's authentication token: here the MAC itself pads, so
// that AES gets the message as it is (Doc 9303-11 §4.4.3.4).
func (c Cipher) token(key, message []byte) []byte {
	if c == TDES {
		return retailMAC(key, c.pad(message))
	}
	return cmac(c.block(key), message)[:macLen]
}

// retailMAC chains single DES with the first half of the key and finishes with
// a decryption under the second and an encryption under the first.
func retailMAC(key, padded []byte) []byte {
	first, second := singleDES(key[:8]), singleDES(key[8:16])
	sum := make([]byte, des.BlockSize)
	for i := 0; i < len(padded); i += des.BlockSize {
		xorInto(sum, padded[i:i+des.BlockSize])
		first.Encrypt(sum, sum)
	}
	second.Decrypt(sum, sum)
	first.Encrypt(sum, sum)
	return sum
}

func singleDES(key []byte) cipher.Block {
	b, err := des.NewCipher(key)
	if err != nil {
		panic("chip: key length: " + err.Error())
	}
	return b
}

// cmac is CMAC of NIST SP 800-38B §6.2 with a block of 16 bytes.
func cmac(b cipher.Block, message []byte) []byte {
	k1 := make([]byte, aes.BlockSize)
	b.Encrypt(k1, k1)
	doubleGF(k1)
	last := make([]byte, aes.BlockSize)
	whole := len(message) > 0 && len(message)%aes.BlockSize == 0
	cut := len(message) - len(message)%aes.BlockSize
	if whole {
		cut -= aes.BlockSize
	}
	copy(last, message[cut:])
	if !whole {
		last[len(message)-cut] = 0x80
		doubleGF(k1) // K2
	}
	xorInto(last, k1)
	sum := make([]byte, aes.BlockSize)
	for i := 0; i < cut; i += aes.BlockSize {
		xorInto(sum, message[i:i+aes.BlockSize])
		b.Encrypt(sum, sum)
	}
	xorInto(sum, last)
	b.Encrypt(sum, sum)
	return sum
}

// doubleGF multiplies by x in GF(2^128).
func doubleGF(k []byte) {
	carry := byte(0)
	for i := len(k) - 1; i >= 0; i-- {
		k[i], carry = k[i]<<1|carry, k[i]>>7
	}
	k[len(k)-1] ^= carry * 0x87
}

func xorInto(dst, src []byte) {
	for i := range dst {
		dst[i] ^= src[i]
	}
}
