package curves

import "math/big"

// jacobian is a point (X/Z², Y/Z³); Z = 0 is the identity.
type jacobian struct {
	x, y, z *big.Int
}

func (c *Curve) toJacobian(p Point) jacobian {
	if p.IsIdentity() {
		return jacobian{big.NewInt(1), big.NewInt(1), new(big.Int)}
	}
	return jacobian{p.X, p.Y, big.NewInt(1)}
}

func (c *Curve) toAffine(p jacobian) Point {
	if p.z.Sign() == 0 {
		return Point{}
	}
	inv := new(big.Int).ModInverse(p.z, c.P)
	inv2 := c.mul(inv, inv)
	return Point{c.mul(p.x, inv2), c.mul(p.y, c.mul(inv2, inv))}
}

func (c *Curve) mul(a, b *big.Int) *big.Int {
	r := new(big.Int).Mul(a, b)
	return r.Mod(r, c.P)
}

func (c *Curve) sub(a, b *big.Int) *big.Int {
	r := new(big.Int).Sub(a, b)
	if r.Sign() < 0 {
		r.Add(r, c.P)
	}
	return r
}

// twice returns 2a mod p for a already reduced.
func (c *Curve) twice(a *big.Int) *big.Int {
	r := new(big.Int).Lsh(a, 1)
	if r.Cmp(c.P) >= 0 {
		r.Sub(r, c.P)
	}
	return r
}

// double is Jacobian doubling for any a.
func (c *Curve) double(p jacobian) jacobian {
	if p.z.Sign() == 0 || p.y.Sign() == 0 {
		return c.toJacobian(Point{})
	}
	yy := c.mul(p.y, p.y)
	s := c.twice(c.twice(c.mul(p.x, yy)))
	xx := c.mul(p.x, p.x)
	zz := c.mul(p.z, p.z)
	m := c.mul(c.A, c.mul(zz, zz))
	m.Add(m, xx).Add(m, xx).Add(m, xx).Mod(m, c.P)
	x := c.sub(c.mul(m, m), c.twice(s))
	yyyy8 := c.twice(c.twice(c.twice(c.mul(yy, yy))))
	y := c.sub(c.mul(m, c.sub(s, x)), yyyy8)
	return jacobian{x, y, c.twice(c.mul(p.y, p.z))}
}

// add is Jacobian addition, complete: equal and opposite points included.
func (c *Curve) add(p, q jacobian) jacobian {
	if p.z.Sign() == 0 {
		return q
	}
	if q.z.Sign() == 0 {
		return p
	}
	z1z1, z2z2 := c.mul(p.z, p.z), c.mul(q.z, q.z)
	u1, u2 := c.mul(p.x, z2z2), c.mul(q.x, z1z1)
	s1, s2 := c.mul(p.y, c.mul(q.z, z2z2)), c.mul(q.y, c.mul(p.z, z1z1))
	h, r := c.sub(u2, u1), c.sub(s2, s1)
	if h.Sign() == 0 {
		if r.Sign() == 0 {
			return c.double(p)
		}
		return c.toJacobian(Point{})
	}
	hh := c.mul(h, h)
	hhh := c.mul(h, hh)
	v := c.mul(u1, hh)
	x := c.sub(c.sub(c.mul(r, r), hhh), c.twice(v))
	y := c.sub(c.mul(r, c.sub(v, x)), c.mul(s1, hhh))
	return jacobian{x, y, c.mul(h, c.mul(p.z, q.z))}
}

// Add returns p + q.
func (c *Curve) Add(p, q Point) Point {
	return c.toAffine(c.add(c.toJacobian(p), c.toJacobian(q)))
}

// Negate returns −p.
func (c *Curve) Negate(p Point) Point {
	if p.IsIdentity() {
		return p
	}
	return Point{new(big.Int).Set(p.X), c.sub(new(big.Int), p.Y)}
}

// Mul returns k·p; k is taken modulo the order.
func (c *Curve) Mul(p Point, k *big.Int) Point {
	return c.toAffine(c.mulJacobian(p, k))
}

// MulBase returns k·G.
func (c *Curve) MulBase(k *big.Int) Point { return c.Mul(c.Generator(), k) }

// MulAdd returns a·G + b·q, as verifying ECDSA needs it.
func (c *Curve) MulAdd(a *big.Int, q Point, b *big.Int) Point {
	return c.toAffine(c.mulTwo(c.Generator(), a, q, b))
}

const window = 4

// multiples returns 0·p … 15·p.
func (c *Curve) multiples(p Point) [1 << window]jacobian {
	var table [1 << window]jacobian
	table[0] = c.toJacobian(Point{})
	table[1] = c.toJacobian(p)
	for i := 2; i < len(table); i++ {
		if i%2 == 0 {
			table[i] = c.double(table[i/2])
		} else {
			table[i] = c.add(table[i-1], table[1])
		}
	}
	return table
}

func (c *Curve) mulJacobian(p Point, k *big.Int) jacobian {
	return c.mulTwo(p, k, Point{}, new(big.Int))
}

// mulTwo returns a·p + b·q by fixed windows over both scalars at once.
func (c *Curve) mulTwo(p Point, a *big.Int, q Point, b *big.Int) jacobian {
	a, b = new(big.Int).Mod(a, c.N), new(big.Int).Mod(b, c.N)
	tp := c.multiples(p)
	var tq [1 << window]jacobian
	if b.Sign() != 0 {
		tq = c.multiples(q)
	}
	sum := c.toJacobian(Point{})
	bits := max(a.BitLen(), b.BitLen())
	for i := (bits+window-1)/window - 1; i >= 0; i-- {
		for range window {
			sum = c.double(sum)
		}
		if w := digit(a, i); w != 0 {
			sum = c.add(sum, tp[w])
		}
		if w := digit(b, i); w != 0 {
			sum = c.add(sum, tq[w])
		}
	}
	return sum
}

// digit returns the i-th window of k.
func digit(k *big.Int, i int) int {
	w := 0
	for b := window - 1; b >= 0; b-- {
		w = w<<1 | int(k.Bit(i*window+b))
	}
	return w
}
