package curves

import (
	"fmt"
	"io"
	"math/big"
)

// hashToInt is step 1 of TR-03111 §4.2.1: the leftmost bits of the digest, as
// many as the order has.
func (c *Curve) hashToInt(digest []byte) *big.Int {
	n := c.OrderLen()
	if len(digest) > n {
		digest = digest[:n]
	}
	e := new(big.Int).SetBytes(digest)
	if excess := 8*len(digest) - c.N.BitLen(); excess > 0 {
		e.Rsh(e, uint(excess))
	}
	return e
}

// VerifyECDSA tells whether (r, s) is a signature of digest under the public
// key q (TR-03111 §4.2.1.2). A key off the curve verifies nothing.
func (c *Curve) VerifyECDSA(q Point, digest []byte, r, s *big.Int) bool {
	if !c.Contains(q) || c.CheckScalar(r) != nil || c.CheckScalar(s) != nil {
		return false
	}
	w := new(big.Int).ModInverse(s, c.N)
	u1 := new(big.Int).Mul(c.hashToInt(digest), w)
	u2 := new(big.Int).Mul(r, w)
	p := c.MulAdd(u1, q, u2)
	if p.IsIdentity() {
		return false
	}
	return new(big.Int).Mod(p.X, c.N).Cmp(r) == 0
}

// SignECDSA signs digest with the private key d (TR-03111 §4.2.1.1). It serves
// test issuers and mock chips; random is crypto/rand where nil.
func (c *Curve) SignECDSA(d *big.Int, digest []byte, random io.Reader) (r, s *big.Int, err error) {
	if err := c.CheckScalar(d); err != nil {
		return nil, nil, err
	}
	e := c.hashToInt(digest)
	for range 100 {
		k, p, err := c.GenerateKey(random)
		if err != nil {
			return nil, nil, err
		}
		r := new(big.Int).Mod(p.X, c.N)
		s := new(big.Int).Mul(r, d)
		s.Add(s, e).Mul(s, new(big.Int).ModInverse(k, c.N)).Mod(s, c.N)
		if r.Sign() != 0 && s.Sign() != 0 {
			return r, s, nil
		}
	}
	return nil, nil, fmt.Errorf("curves: no signature on %s", c.Name)
}
