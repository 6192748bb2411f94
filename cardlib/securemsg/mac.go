package securemsg

import (
	"crypto/cipher"
	"crypto/des"
	"crypto/subtle"
	"errors"
	"fmt"
)

// MAC is the 8-byte message authentication code of the cipher as authentication
// tokens and BAC use it (Doc 9303-11 §9.7.2.2, §4.4.3.4). For 3DES it is the
// retail MAC (ISO/IEC 9797-1 MAC algorithm 3 with padding method 2); for AES it
// is CMAC (RFC 4493), which pads by itself, cut to its first 8 bytes.
func MAC(c Cipher, key, message []byte) ([]byte, error) {
	if !c.Valid() || len(key) != c.KeyLen() {
		return nil, fmt.Errorf("%w: %v, %d bytes", ErrCipher, c, len(key))
	}
	if c == TDES {
		return retailMAC(key, Pad(message, des.BlockSize))
	}
	block, err := c.NewBlock(key)
	if err != nil {
		return nil, err
	}
	return cmac(block, message)[:MACLen], nil
}

// EqualMAC compares two MACs in constant time.
func EqualMAC(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }

// retailMAC is ISO/IEC 9797-1 MAC algorithm 3 over whole blocks: CBC with the
// first half of the key, the last block decrypted with the second half and
// encrypted with the first again.
func retailMAC(key, padded []byte) ([]byte, error) {
	k1, err := des.NewCipher(key[:8])
	if err != nil {
		return nil, err
	}
	k2, err := des.NewCipher(key[8:16])
	if err != nil {
		return nil, err
	}
	y := make([]byte, des.BlockSize)
	for len(padded) > 0 {
		subtle.XORBytes(y, y, padded[:des.BlockSize])
		k1.Encrypt(y, y)
		padded = padded[des.BlockSize:]
	}
	k2.Decrypt(y, y)
	k1.Encrypt(y, y)
	return y, nil
}

// cmac is AES-CMAC, RFC 4493 §2.4, at its full length.
func cmac(block cipher.Block, message []byte) []byte {
	n := block.BlockSize()
	k1 := make([]byte, n)
	block.Encrypt(k1, k1)
	doubleInField(k1)
	last := make([]byte, n)
	y := make([]byte, n)
	for len(message) > n {
		subtle.XORBytes(y, y, message[:n])
		block.Encrypt(y, y)
		message = message[n:]
	}
	copy(last, message)
	if len(message) < n {
		doubleInField(k1) // K2
		last[len(message)] = 0x80
	}
	subtle.XORBytes(y, y, last)
	subtle.XORBytes(y, y, k1)
	block.Encrypt(y, y)
	return y
}

// doubleInField multiplies by x in GF(2^128), RFC 4493 §2.3.
func doubleInField(b []byte) {
	msb := b[0] >> 7
	for i := range len(b) - 1 {
		b[i] = b[i]<<1 | b[i+1]>>7
	}
	b[len(b)-1] = b[len(b)-1]<<1 ^ msb*0x87
}

// errPadding is said inside ErrMalformed.
var errPadding = errors.New("padding is not by method 2")

// Pad pads to whole blocks by ISO/IEC 9797-1 padding method 2: 80, then zeros.
// The result never shares memory with b.
func Pad(b []byte, blockSize int) []byte {
	padded := make([]byte, (len(b)/blockSize+1)*blockSize)
	copy(padded, b)
	padded[len(b)] = 0x80
	return padded
}

// Unpad takes off padding method 2. It refuses whatever Pad would not have
// made: no whole blocks, no 80 in the last block, anything but zeros behind it.
func Unpad(b []byte, blockSize int) ([]byte, error) {
	if len(b) == 0 || len(b)%blockSize != 0 {
		return nil, errPadding
	}
	for i := len(b) - 1; i >= len(b)-blockSize; i-- {
		switch b[i] {
		case 0:
		case 0x80:
			return b[:i:i], nil
		default:
			return nil, errPadding
		}
	}
	return nil, errPadding
}
