package chip

import (
	"encoding/hex"
	"math/big"

	"chipid/cardlib/curves"
)

// seedLen is the length of the nonce s in bytes for the integrated mapping: the
// smallest multiple of the block size that holds a key (Doc 9303-11 §4.4.3.3). 3DES counts as 128 bits.
func seedLen(c Cipher) int {
	if c == AES192 || c == AES256 {
		return 32
	}
	return 16
}

// Constants c0 and c1 of Doc 9303-11 §4.4.3.3.2, by the length of the nonce.
var mapConstants = map[int][2][]byte{
	16: {mustHex("a668892a7c41e3ca739f40b057d85904"), mustHex("a4e136ac725f738b01c1f60217c188ad")},
	32: {
		mustHex("d463d65234124ef7897054986dca0a174e28df758cbaa03f240616414d5a1676"),
		mustHex("54bd7255f0aaf831bec3423fcf39d69b6cbf066677d0faae5aadd99df8e53517"),
	},
}

func mustHex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic("chip: bad constant")
	}
	return b
}

// randomElement is R_p(s, t) of Doc 9303-11 figure 2: the terminal's nonce t
// turns the chip's nonce s into a key, which then makes as many blocks of
// output as exceed p by 64 bits.
func randomElement(c Cipher, s, t []byte, p *big.Int) *big.Int {
	constants := mapConstants[len(s)]
	key := c.seal(t, nil, s)[:c.keyLen()]
	var out []byte
	for 8*len(out) < p.BitLen()+64 {
		out = append(out, c.seal(key, nil, constants[1])...)
		key = c.seal(key, nil, constants[0])[:c.keyLen()]
	}
	x := new(big.Int).SetBytes(out)
	return x.Mod(x, p)
}

// encodePoint maps a field element to a point (Doc 9303-11 appendix B.2, steps
// as numbered there). It needs p = 3 mod 4.
func encodePoint(c *curves.Curve, t *big.Int) (curves.Point, error) {
	p := c.P
	mod := func(x *big.Int) *big.Int { return x.Mod(x, p) }
	mul := func(x, y *big.Int) *big.Int { return mod(new(big.Int).Mul(x, y)) }
	curveAt := func(x *big.Int) *big.Int {
		y := mul(x, mul(x, x))
		y.Add(y, mul(c.A, x)).Add(y, c.B)
		return mod(y)
	}
	one := big.NewInt(1)
	alpha := mod(new(big.Int).Neg(mul(t, t))) // 1
	sum := new(big.Int).Add(alpha, mul(alpha, alpha))
	inverse := new(big.Int).ModInverse(mod(sum), p)
	aInverse := new(big.Int).ModInverse(c.A, p)
	if inverse == nil || aInverse == nil {
		return curves.Point{}, errIdentity
	}
	x2 := mul(mul(new(big.Int).Neg(c.B), aInverse), inverse.Add(inverse, one)) // 2
	x3 := mul(alpha, x2)                                                       // 3
	h2 := curveAt(x2)                                                          // 4
	u := mul(mul(t, mul(t, t)), h2)                                            // 6
	exponent := new(big.Int).Sub(p, one)
	exponent.Sub(exponent, new(big.Int).Rsh(new(big.Int).Add(p, one), 2))
	a := new(big.Int).Exp(h2, exponent, p) // 7
	if mul(mul(a, a), h2).Cmp(one) == 0 {  // 8
		return curves.Point{X: x2, Y: mul(a, h2)}, nil
	}
	return curves.Point{X: x3, Y: mul(a, u)}, nil // 9; all curves have cofactor 1
}
