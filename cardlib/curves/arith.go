package curves

import "math/big"

// jacobian is a point (X/Z², Y/Z³); Z = 0 is the identity.
type jacobian struct {
	x, y, z element
}

func (c *Curve) toJacobian(p Point) jacobian {
	if p.IsIdentity() {
		return jacobian{x: c.field.one, y: c.field.one}
	}
	return jacobian{c.field.from(p.X), c.field.from(p.Y), c.field.one}
}

func (c *Curve) toAffine(p *jacobian) Point {
	f := c.field
	if f.isZero(&p.z) {
		return Point{}
	}
	z := f.number(&p.z)
	inv := f.from(z.ModInverse(z, c.P))
	var inv2, inv3, x, y element
	f.mul(&inv2, &inv, &inv)
	f.mul(&inv3, &inv2, &inv)
	f.mul(&x, &p.x, &inv2)
	f.mul(&y, &p.y, &inv3)
	return Point{f.number(&x), f.number(&y)}
}

// double sets p = 2p: Jacobian doubling for any a.
func (c *Curve) double(p *jacobian) {
	f := c.field
	if f.isZero(&p.z) || f.isZero(&p.y) {
		*p = c.toJacobian(Point{})
		return
	}
	var yy, s, m, t, x, y, z element
	f.mul(&yy, &p.y, &p.y)
	f.mul(&s, &p.x, &yy) // s = 4·x·y²
	f.add(&s, &s, &s)
	f.add(&s, &s, &s)
	f.mul(&t, &p.z, &p.z) // m = 3·x² + a·z⁴
	f.mul(&t, &t, &t)
	f.mul(&t, &t, &c.a)
	f.mul(&m, &p.x, &p.x)
	f.add(&t, &t, &m)
	f.add(&m, &m, &m)
	f.add(&m, &m, &t)
	f.mul(&x, &m, &m) // x = m² − 2s
	f.sub(&x, &x, &s)
	f.sub(&x, &x, &s)
	f.mul(&z, &p.y, &p.z) // z = 2·y·z
	f.add(&z, &z, &z)
	f.mul(&t, &yy, &yy) // y = m·(s − x) − 8·y⁴
	f.add(&t, &t, &t)
	f.add(&t, &t, &t)
	f.add(&t, &t, &t)
	f.sub(&s, &s, &x)
	f.mul(&y, &m, &s)
	f.sub(&y, &y, &t)
	p.x, p.y, p.z = x, y, z
}

// add sets p = p + q: Jacobian addition, complete, equal and opposite points included.
func (c *Curve) add(p, q *jacobian) {
	f := c.field
	if f.isZero(&p.z) {
		*p = *q
		return
	}
	if f.isZero(&q.z) {
		return
	}
	var zz, u1, u2, s1, s2, h, r element
	f.mul(&zz, &q.z, &q.z) // u1 = x1·z2², s1 = y1·z2³
	f.mul(&u1, &p.x, &zz)
	f.mul(&s1, &q.z, &zz)
	f.mul(&s1, &s1, &p.y)
	f.mul(&zz, &p.z, &p.z) // u2 = x2·z1², s2 = y2·z1³
	f.mul(&u2, &q.x, &zz)
	f.mul(&s2, &p.z, &zz)
	f.mul(&s2, &s2, &q.y)
	f.sub(&h, &u2, &u1)
	f.sub(&r, &s2, &s1)
	if f.isZero(&h) {
		if f.isZero(&r) {
			c.double(p)
		} else {
			*p = c.toJacobian(Point{})
		}
		return
	}
	var hh, hhh, v, x, y, z element
	f.mul(&hh, &h, &h)
	f.mul(&hhh, &h, &hh)
	f.mul(&v, &u1, &hh)
	f.mul(&x, &r, &r) // x = r² − h³ − 2v
	f.sub(&x, &x, &hhh)
	f.sub(&x, &x, &v)
	f.sub(&x, &x, &v)
	f.sub(&v, &v, &x) // y = r·(v − x) − s1·h³
	f.mul(&y, &r, &v)
	f.mul(&s1, &s1, &hhh)
	f.sub(&y, &y, &s1)
	f.mul(&z, &p.z, &q.z) // z = h·z1·z2
	f.mul(&z, &z, &h)
	p.x, p.y, p.z = x, y, z
}

// Add returns p + q.
func (c *Curve) Add(p, q Point) Point {
	sum, other := c.toJacobian(p), c.toJacobian(q)
	c.add(&sum, &other)
	return c.toAffine(&sum)
}

// Negate returns −p.
func (c *Curve) Negate(p Point) Point {
	if p.IsIdentity() {
		return p
	}
	y := new(big.Int).Neg(p.Y)
	return Point{new(big.Int).Set(p.X), y.Mod(y, c.P)}
}

// Mul returns k·p; k is taken modulo the order.
func (c *Curve) Mul(p Point, k *big.Int) Point { return c.mulTwo(p, k, Point{}, new(big.Int)) }

// MulBase returns k·G.
func (c *Curve) MulBase(k *big.Int) Point { return c.Mul(c.Generator(), k) }

// MulAdd returns a·G + b·q, as verifying ECDSA needs it.
func (c *Curve) MulAdd(a *big.Int, q Point, b *big.Int) Point {
	return c.mulTwo(c.Generator(), a, q, b)
}

const window = 4

// multiples are 0·p … 15·p.
type multiples [1 << window]jacobian

func (c *Curve) multiples(p Point) *multiples {
	var table multiples
	table[0] = c.toJacobian(Point{})
	table[1] = c.toJacobian(p)
	for i := 2; i < len(table); i++ {
		if i%2 == 0 {
			table[i] = table[i/2]
			c.double(&table[i])
		} else {
			table[i] = table[i-1]
			c.add(&table[i], &table[1])
		}
	}
	return &table
}

// mulTwo returns a·p + b·q by fixed windows over both scalars at once.
func (c *Curve) mulTwo(p Point, a *big.Int, q Point, b *big.Int) Point {
	a, b = new(big.Int).Mod(a, c.N), new(big.Int).Mod(b, c.N)
	tp := c.multiples(p)
	tq := tp
	if b.Sign() != 0 {
		tq = c.multiples(q)
	}
	sum := c.toJacobian(Point{})
	bits := max(a.BitLen(), b.BitLen())
	for i := (bits+window-1)/window - 1; i >= 0; i-- {
		for range window {
			c.double(&sum)
		}
		if w := digit(a, i); w != 0 {
			c.add(&sum, &tp[w])
		}
		if w := digit(b, i); w != 0 {
			c.add(&sum, &tq[w])
		}
	}
	return c.toAffine(&sum)
}

// digit returns the i-th window of k.
func digit(k *big.Int, i int) int {
	w := 0
	for b := window - 1; b >= 0; b-- {
		w = w<<1 | int(k.Bit(i*window+b))
	}
	return w
}
