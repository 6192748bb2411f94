package curves

import (
	"bytes"
	"crypto/rand"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
)

// ErrPoint is a point that is malformed, out of range, off the curve or the identity.
var ErrPoint = errors.New("curves: invalid point")

// ErrScalar is a scalar outside 1 … n−1.
var ErrScalar = errors.New("curves: invalid scalar")

// Curve is y² = x³ + ax + b over GF(p) with a generator of prime order N and cofactor 1.
// Its numbers must not be changed.
type Curve struct {
	// Name is the usual name: "P-256", "brainpoolP256r1".
	Name string
	// ID is the standardised parameter id (8 to 18).
	ID  int
	OID asn1.ObjectIdentifier
	// P, A, B define the curve, Gx, Gy the generator, N its order.
	P, A, B, Gx, Gy, N *big.Int

	field *field  // modulo P
	a     element // A in it
}

// Point is an affine point; the identity has nil coordinates.
type Point struct {
	X, Y *big.Int
}

// IsIdentity tells whether p is the point at infinity.
func (p Point) IsIdentity() bool { return p.X == nil || p.Y == nil }

// Equal tells whether p and q are the same point.
func (p Point) Equal(q Point) bool {
	if p.IsIdentity() || q.IsIdentity() {
		return p.IsIdentity() == q.IsIdentity()
	}
	return p.X.Cmp(q.X) == 0 && p.Y.Cmp(q.Y) == 0
}

func mustCurve(id int, name string, oid asn1.ObjectIdentifier, p, a, b, gx, gy, n string) *Curve {
	num := func(s string) *big.Int {
		v, ok := new(big.Int).SetString(s, 16)
		if !ok {
			panic("curves: bad constant of " + name)
		}
		return v
	}
	c := &Curve{Name: name, ID: id, OID: oid, P: num(p), A: num(a), B: num(b), Gx: num(gx), Gy: num(gy), N: num(n)}
	c.field = newField(c.P)
	c.a = c.field.from(c.A)
	return c
}

// All returns the standard curves in the order of their ids.
func All() []*Curve { return append([]*Curve(nil), standard...) }

// ByID returns the curve with a standardised parameter id.
func ByID(id int) (*Curve, bool) {
	for _, c := range standard {
		if c.ID == id {
			return c, true
		}
	}
	return nil, false
}

// ByOID returns the curve with an object identifier.
func ByOID(oid asn1.ObjectIdentifier) (*Curve, bool) {
	for _, c := range standard {
		if c.OID.Equal(oid) {
			return c, true
		}
	}
	return nil, false
}

// ByExplicit returns the standard curve that equals the given parameters in
// every value, generator and cofactor included. Anything else is refused: the
// same public key under another generator would let anyone sign (CVE-2020-0601).
// A nil cofactor (it is optional in RFC 3279) counts as 1: by Hasse's bound it
// follows from n and p.
func ByExplicit(p, a, b *big.Int, g Point, n, cofactor *big.Int) (*Curve, bool) {
	if p == nil || a == nil || b == nil || n == nil || g.IsIdentity() {
		return nil, false
	}
	if cofactor != nil && cofactor.Cmp(big.NewInt(1)) != 0 {
		return nil, false
	}
	for _, c := range standard {
		if c.P.Cmp(p) == 0 && c.A.Cmp(a) == 0 && c.B.Cmp(b) == 0 && c.N.Cmp(n) == 0 && c.Generator().Equal(g) {
			return c, true
		}
	}
	return nil, false
}

// Generator returns the base point.
func (c *Curve) Generator() Point { return Point{c.Gx, c.Gy} }

// BitSize is the size of the field in bits.
func (c *Curve) BitSize() int { return c.P.BitLen() }

// ByteLen is the length of a coordinate in bytes.
func (c *Curve) ByteLen() int { return (c.P.BitLen() + 7) / 8 }

// OrderLen is the length of a scalar in bytes.
func (c *Curve) OrderLen() int { return (c.N.BitLen() + 7) / 8 }

// WithGenerator returns the curve with another base point, as PACE's mapping
// makes it (Doc 9303-11 §4.4.3.3). The point must be on the curve.
func (c *Curve) WithGenerator(g Point) (*Curve, error) {
	if !c.Contains(g) {
		return nil, ErrPoint
	}
	mapped := *c
	mapped.Gx, mapped.Gy = g.X, g.Y
	return &mapped, nil
}

// Contains tells whether p is a point of the curve other than the identity,
// with coordinates in range.
func (c *Curve) Contains(p Point) bool {
	if p.IsIdentity() || p.X.Sign() < 0 || p.Y.Sign() < 0 || p.X.Cmp(c.P) >= 0 || p.Y.Cmp(c.P) >= 0 {
		return false
	}
	right := new(big.Int).Mul(p.X, p.X)
	right.Add(right, c.A)
	right.Mul(right, p.X)
	right.Add(right, c.B)
	right.Mod(right, c.P)
	left := new(big.Int).Mul(p.Y, p.Y)
	return left.Mod(left, c.P).Cmp(right) == 0
}

// Decode reads an uncompressed point (04 ‖ x ‖ y, TR-03111 §3.2.1) and validates it.
func (c *Curve) Decode(b []byte) (Point, error) {
	n := c.ByteLen()
	if len(b) != 1+2*n || b[0] != 4 {
		return Point{}, fmt.Errorf("%w: %d bytes for %s", ErrPoint, len(b), c.Name)
	}
	p := Point{new(big.Int).SetBytes(b[1 : 1+n]), new(big.Int).SetBytes(b[1+n:])}
	if !c.Contains(p) {
		return Point{}, fmt.Errorf("%w: not on %s", ErrPoint, c.Name)
	}
	return p, nil
}

// Encode writes p uncompressed; the identity, which no message may hold, is written as nil.
func (c *Curve) Encode(p Point) []byte {
	if p.IsIdentity() {
		return nil
	}
	n := c.ByteLen()
	b := make([]byte, 1+2*n)
	b[0] = 4
	p.X.FillBytes(b[1 : 1+n])
	p.Y.FillBytes(b[1+n:])
	return b
}

// XBytes is the x-coordinate at its full length: the shared secret of ECDH
//
// (TR-03111 §4.3.1).
func (c *Curve) XBytes(p Point) []byte { return p.X.FillBytes(make([]byte, c.ByteLen())) }

// GenerateKey makes a key pair on the curve's base point; random is crypto/rand
// where nil. The scalar is uniform in 1 … n−1 (rejection sampling).
func (c *Curve) GenerateKey(random io.Reader) (*big.Int, Point, error) {
	if random == nil {
		random = rand.Reader
	}
	buf := make([]byte, c.OrderLen())
	excess := uint(8*len(buf) - c.N.BitLen())
	for range 1000 {
		if _, err := io.ReadFull(random, buf); err != nil {
			return nil, Point{}, fmt.Errorf("curves: random source: %w", err)
		}
		buf[0] &= 0xFF >> excess
		d := new(big.Int).SetBytes(buf)
		if d.Sign() > 0 && d.Cmp(c.N) < 0 {
			return d, c.MulBase(d), nil
		}
	}
	return nil, Point{}, errors.New("curves: random source yields no scalar in range")
}

// CheckScalar refuses scalars outside 1 … n−1.
func (c *Curve) CheckScalar(d *big.Int) error {
	if d == nil || d.Sign() <= 0 || d.Cmp(c.N) >= 0 {
		return ErrScalar
	}
	return nil
}

// SameDomain tells whether two curves have the same equation and generator.
func (c *Curve) SameDomain(o *Curve) bool {
	return c.P.Cmp(o.P) == 0 && c.A.Cmp(o.A) == 0 && c.B.Cmp(o.B) == 0 && c.Generator().Equal(o.Generator()) &&
		bytes.Equal(c.N.Bytes(), o.N.Bytes())
}
