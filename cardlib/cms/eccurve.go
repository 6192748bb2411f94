package cms

import (
	"fmt"
	"math/big"

	"chipid/cardlib/curves"
	"chipid/cardlib/tlv"
)

// namedCurves are the standard curves by object identifier.
var namedCurves = func() map[OID]*curves.Curve {
	m := map[OID]*curves.Curve{}
	for _, c := range curves.All() {
		m[oidOf(c.OID)] = c
	}
	return m
}()

// explicitCurve is ECParameters of RFC 3279 §2.3.5, as read.
type explicitCurve struct {
	p, a, b, n, h *big.Int
	base          []byte
}

// parseExplicitCurve returns the standard curve that the parameters spell out.
// A curve that is none of them is ErrUnsupported; one that shares p, a and b
// with a standard curve but has another generator, order or cofactor is
// ErrCurveAltered.
func parseExplicitCurve(e tlv.Element) (*curves.Curve, error) {
	x, err := readExplicitCurve(e)
	if err != nil {
		return nil, fmt.Errorf("explicit curve: %w", err)
	}
	like := curveOfEquation(x.p, x.a, x.b)
	if like == nil {
		return nil, unsupported("explicit curve of %d bits that is no standard one", x.p.BitLen())
	}
	g, err := decodePoint(like, x.base)
	if err != nil {
		return nil, fmt.Errorf("%w %s: %w", ErrCurveAltered, like.Name, err)
	}
	curve, ok := curves.ByExplicit(x.p, x.a, x.b, g, x.n, x.h)
	if !ok {
		return nil, fmt.Errorf("%w %s", ErrCurveAltered, like.Name)
	}
	return curve, nil
}

func readExplicitCurve(e tlv.Element) (explicitCurve, error) {
	var x explicitCurve
	c := open(e)
	if v := c.small(); c.err == nil && (v < 1 || v > 3) {
		c.fail(unsupported("version %d", v))
	}
	field := c.enter(tagSequence)
	if oid := field.oid(); field.err == nil && oid != oidPrimeField {
		return x, unsupported("field %v", oid)
	}
	x.p = field.natural()
	c.fail(field.end())
	curve := c.enter(tagSequence)
	x.a = new(big.Int).SetBytes(limited(curve, curve.take(tagOctetString).Value))
	x.b = new(big.Int).SetBytes(limited(curve, curve.take(tagOctetString).Value))
	curve.maybe(tagBitString) // the seed
	c.fail(curve.end())
	x.base = c.take(tagOctetString).Value
	x.n = c.natural()
	if c.peek() == tagInteger {
		x.h = c.natural()
	}
	if c.peek() == tagSequence {
		c.next() // the hash of version 3
	}
	return x, c.end()
}

// limited refuses field elements longer than any standard field.
func limited(c *cursor, v []byte) []byte {
	if len(v) > 66+1 {
		c.fail(malformed("field element of %d bytes", len(v)))
		return nil
	}
	return v
}

func curveOfEquation(p, a, b *big.Int) *curves.Curve {
	for _, c := range curves.All() {
		if c.P.Cmp(p) == 0 && c.A.Cmp(a) == 0 && c.B.Cmp(b) == 0 {
			return c
		}
	}
	return nil
}

// decodePoint reads an ECPoint, also a compressed one (02 or 03 ‖ x; TR-03111 §3.2.2).
func decodePoint(curve *curves.Curve, b []byte) (curves.Point, error) {
	if len(b) != 1+curve.ByteLen() || b[0]&^1 != 2 {
		return curve.Decode(b)
	}
	x := new(big.Int).SetBytes(b[1:])
	right := new(big.Int).Mul(x, x)
	right.Add(right, curve.A)
	right.Mul(right, x).Add(right, curve.B).Mod(right, curve.P)
	y := right.ModSqrt(right, curve.P)
	if y == nil {
		return curves.Point{}, curves.ErrPoint
	}
	if y.Bit(0) != uint(b[0]&1) {
		y.Sub(curve.P, y)
	}
	point := curves.Point{X: x, Y: y}
	if !curve.Contains(point) { // x may be out of range
		return curves.Point{}, curves.ErrPoint
	}
	return point, nil
}
