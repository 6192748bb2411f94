package pace

import (
	"crypto/cipher"
	"encoding/hex"
	"math/big"

	"chipid/cardlib/curves"
	"chipid/cardlib/securemsg"
)

// Constants of the pseudo-random function (Doc 9303-11 §4.4.3.3.2), by the
// length of the nonce s.
var (
	shortC0 = constant("a668892a7c41e3ca739f40b057d85904")
	shortC1 = constant("a4e136ac725f738b01c1f60217c188ad")
	longC0  = constant("d463d65234124ef7897054986dca0a174e28df758cbaa03f240616414d5a1676")
	longC1  = constant("54bd7255f0aaf831bec3423fcf39d69b6cbf066677d0faae5aadd99df8e53517")
)

func constant(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic("pace: bad constant")
	}
	return b
}

// integratedNonceLen is the length of s: the fewest whole blocks of at least a
// key's length. 3DES keys count as 128 bits.
func integratedNonceLen(c securemsg.Cipher) int {
	if c == securemsg.AES192 || c == securemsg.AES256 {
		return 32
	}
	return 16
}

// pseudoRandom is R_p(s, t): a number below p made of both nonces (figure 2).
func pseudoRandom(c securemsg.Cipher, s, t []byte, p *big.Int) (*big.Int, error) {
	c0, c1 := shortC0, shortC1
	if integratedNonceLen(c) == len(longC0) {
		c0, c1 = longC0, longC1
	}
	key, err := encryptZeroIV(c, t, s)
	if err != nil {
		return nil, err
	}
	var out []byte
	for 8*len(out) < p.BitLen()+64 {
		key = key[:c.KeyLen()] // AES-192 cuts 32 bytes to 24
		x, err := encryptZeroIV(c, key, c1)
		if err != nil {
			return nil, err
		}
		out = append(out, x...)
		if key, err = encryptZeroIV(c, key, c0); err != nil {
			return nil, err
		}
	}
	x := new(big.Int).SetBytes(out)
	return x.Mod(x, p), nil
}

// encryptZeroIV encrypts whole blocks in CBC with a zero IV.
func encryptZeroIV(c securemsg.Cipher, key, plain []byte) ([]byte, error) {
	block, err := c.NewBlock(key)
	if err != nil {
		return nil, err
	}
	out := make([]byte, len(plain))
	cipher.NewCBCEncrypter(block, make([]byte, block.BlockSize())).CryptBlocks(out, plain)
	return out, nil
}

// encodePoint is f_G(t), appendix B.2: a point of the curve made of a number.
// It needs p ≡ 3 mod 4. No step divides by zero unless t is 0 or a root of
// 1 + α, which cannot happen by chance.
func encodePoint(curve *curves.Curve, t *big.Int) (curves.Point, error) {
	p := curve.P
	one := big.NewInt(1)
	mod := func(x *big.Int) *big.Int { return x.Mod(x, p) }
	mul := func(x, y *big.Int) *big.Int { return mod(new(big.Int).Mul(x, y)) }
	// Steps 1 to 3: α = −t², X2 = −b·a⁻¹·(1 + (α+α²)⁻¹), X3 = α·X2.
	alpha := mod(new(big.Int).Neg(mul(t, t)))
	inverse := new(big.Int).ModInverse(mod(new(big.Int).Add(alpha, mul(alpha, alpha))), p)
	aInverse := new(big.Int).ModInverse(curve.A, p)
	if inverse == nil || aInverse == nil {
		return curves.Point{}, curves.ErrPoint
	}
	x2 := mul(mul(new(big.Int).Neg(curve.B), aInverse), inverse.Add(inverse, one))
	x3 := mul(alpha, x2)
	// Steps 4 to 7: h2 = X2³ + a·X2 + b, U = t³·h2, A = h2^(p−1−(p+1)/4).
	h2 := mul(x2, mod(new(big.Int).Add(mul(x2, x2), curve.A)))
	h2 = mod(h2.Add(h2, curve.B))
	u := mul(mul(t, mul(t, t)), h2)
	exponent := new(big.Int).Add(p, one)
	exponent.Rsh(exponent, 2)
	exponent.Sub(new(big.Int).Sub(p, one), exponent)
	a := new(big.Int).Exp(h2, exponent, p)
	// Steps 8 to 10; the cofactor is 1.
	if mul(mul(a, a), h2).Cmp(one) == 0 {
		return curves.Point{X: x2, Y: mul(a, h2)}, nil
	}
	return curves.Point{X: x3, Y: mul(a, u)}, nil
}
