package dh

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"math/big"
)

// Sizes of a prime that New accepts, in bits.
const (
	MinBits = 1024
	MaxBits = 4096
)

// ErrGroup is a group that cannot be used: wrong size, or parameters that do not fit together.
var ErrGroup = errors.New("dh: unusable group")

// ErrPublic is a public number that is out of range or in no group of the right order.
var ErrPublic = errors.New("dh: invalid public number")

// Group is a group modulo the prime P with generator G. Its numbers must not be changed.
type Group struct {
	// ID is the standardised parameter id, -1 for a group of a chip's own.
	ID   int
	P, G *big.Int
	// Q is the prime order of G; nil if the key format does not tell it (PKCS#3).
	Q *big.Int
}

// ByID returns the group with a standardised parameter id.
func ByID(id int) (*Group, bool) {
	if id < 0 || id >= len(standard) {
		return nil, false
	}
	return standard[id], true
}

// New returns the group with the given parameters: the standardised one where
// all are equal, else one of the chip's own after cheap checks. q may be nil.
// Whether P and Q are prime is not proven: such a group comes from a signed key
// ([chipid/cardlib/securityinfo]), and a wrong one only harms the chip's own proof.
func New(p, g, q *big.Int) (*Group, error) {
	if p == nil || g == nil || p.Sign() <= 0 || p.BitLen() < MinBits || p.BitLen() > MaxBits || p.Bit(0) == 0 {
		return nil, fmt.Errorf("%w: prime", ErrGroup)
	}
	one := big.NewInt(1)
	last := new(big.Int).Sub(p, one)
	if g.Cmp(one) <= 0 || g.Cmp(last) >= 0 {
		return nil, fmt.Errorf("%w: generator out of range", ErrGroup)
	}
	for _, s := range standard {
		if s.P.Cmp(p) == 0 && s.G.Cmp(g) == 0 && (q == nil || s.Q.Cmp(q) == 0) {
			return s, nil
		}
	}
	group := &Group{ID: -1, P: p, G: g, Q: q}
	if q == nil {
		return group, nil
	}
	if q.BitLen() < 160 || q.Cmp(p) >= 0 || new(big.Int).Mod(last, q).Sign() != 0 {
		return nil, fmt.Errorf("%w: order", ErrGroup)
	}
	if new(big.Int).Exp(g, q, p).Cmp(one) != 0 {
		return nil, fmt.Errorf("%w: generator has another order", ErrGroup)
	}
	return group, nil
}

// WithGenerator returns the group with another generator, as PACE's mapping
// makes it. g must be a public number of the group.
func (d *Group) WithGenerator(g *big.Int) (*Group, error) {
	if err := d.Check(g); err != nil {
		return nil, err
	}
	mapped := *d
	mapped.G = g
	return &mapped, nil
}

// ByteLen is the length of the prime, and of a shared secret, in bytes.
func (d *Group) ByteLen() int { return (d.P.BitLen() + 7) / 8 }

// Check refuses public numbers that are not 1 < y < p−1 or, where the order is
// known, not of that order (RFC 2631 §2.1.5).
func (d *Group) Check(y *big.Int) error {
	one := big.NewInt(1)
	if y == nil || y.Cmp(one) <= 0 || y.Cmp(new(big.Int).Sub(d.P, one)) >= 0 {
		return fmt.Errorf("%w: out of range", ErrPublic)
	}
	if d.Q != nil && new(big.Int).Exp(y, d.Q, d.P).Cmp(one) != 0 {
		return fmt.Errorf("%w: wrong order", ErrPublic)
	}
	return nil
}

// Decode reads a public number (an unsigned integer, Doc 9303-11 §9.4.1) and
// checks it. Leading zeros up to the length of the prime are tolerated.
func (d *Group) Decode(b []byte) (*big.Int, error) {
	if len(b) == 0 || len(b) > d.ByteLen() {
		return nil, fmt.Errorf("%w: %d bytes", ErrPublic, len(b))
	}
	y := new(big.Int).SetBytes(b)
	return y, d.Check(y)
}

// Encode writes a public number with the fewest bytes (Doc 9303-11 §9.4.3).
func (d *Group) Encode(y *big.Int) []byte { return y.Bytes() }

// Shared is y^x mod p at the length of the prime: the shared secret of PKCS#3 §8.3.
func (d *Group) Shared(x, y *big.Int) []byte {
	return new(big.Int).Exp(y, x, d.P).FillBytes(make([]byte, d.ByteLen()))
}

// GenerateKey makes a key pair; random is crypto/rand where nil. The private
// number is uniform in 1 … q−1, or in 1 … p−2 where q is not known.
func (d *Group) GenerateKey(random io.Reader) (x, y *big.Int, err error) {
	if random == nil {
		random = rand.Reader
	}
	bound := d.Q
	if bound == nil {
		bound = new(big.Int).Sub(d.P, big.NewInt(1))
	}
	buf := make([]byte, (bound.BitLen()+7)/8)
	defer clear(buf)
	excess := uint(8*len(buf) - bound.BitLen())
	for range 1000 {
		if _, err := io.ReadFull(random, buf); err != nil {
			return nil, nil, fmt.Errorf("dh: random source: %w", err)
		}
		buf[0] &= 0xFF >> excess
		x := new(big.Int).SetBytes(buf)
		if x.Sign() > 0 && x.Cmp(bound) < 0 {
			return x, new(big.Int).Exp(d.G, x, d.P), nil
		}
	}
	return nil, nil, errors.New("dh: random source yields no number in range")
}
