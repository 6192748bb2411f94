package curves

import (
	"math/big"
	"math/bits"
)

// maxWords is the size of the largest field, that of P-521, in words of 64 bits.
const maxWords = 9

// element is a number modulo the field's prime in Montgomery form, a·2^(64n) mod p,
// lowest word first and always reduced; words beyond the field's n are zero.
type element [maxWords]uint64

// field is arithmetic modulo an odd prime (Handbook of Applied Cryptography
// §14.3.2). It spares the divisions and the memory that math/big would take: a
// signature over 384 bits is checked several times as fast.
//
// Its functions touch what their callers own and nothing else, so that the race
// detector, under which arithmetic takes ten times as long, leaves them alone.
type field struct {
	prime *big.Int
	n     int     // words in use
	p     element // the prime, as it is
	minus uint64  // −p⁻¹ mod 2^64
	one   element
	// square is 2^(128n) mod p, by which a number is brought into Montgomery form.
	square element
}

func newField(prime *big.Int) *field {
	f := &field{prime: prime, n: (prime.BitLen() + 63) / 64}
	f.p = wordsOf(prime)
	// Newton's iteration for p⁻¹ mod 2^64: an odd p is its own inverse mod 8, and each step
	// doubles the bits that are right.
	inverse := f.p[0]
	for range 5 {
		inverse *= 2 - f.p[0]*inverse
	}
	f.minus = -inverse
	r := new(big.Int).Lsh(big.NewInt(1), uint(64*f.n))
	f.one = wordsOf(new(big.Int).Mod(r, prime))
	f.square = wordsOf(r.Mod(r.Mul(r, r), prime))
	return f
}

// wordsOf writes a number that fits.
func wordsOf(x *big.Int) element {
	var b [8 * maxWords]byte
	x.FillBytes(b[:])
	var e element
	for i := range e {
		for _, octet := range b[8*(maxWords-1-i) : 8*(maxWords-i)] {
			e[i] = e[i]<<8 | uint64(octet)
		}
	}
	return e
}

// from brings a number below the prime into the field.
func (f *field) from(x *big.Int) element {
	e := wordsOf(x)
	f.mul(&e, &e, &f.square)
	return e
}

// number is the inverse of from.
func (f *field) number(e *element) *big.Int {
	plain := element{1}
	f.mul(&plain, e, &plain)
	var b [8 * maxWords]byte
	for i, w := range plain {
		for k := range 8 {
			b[8*(maxWords-i)-1-k] = byte(w >> (8 * k))
		}
	}
	return new(big.Int).SetBytes(b[:])
}

// mul sets z = x·y, by coarsely integrated operand scanning.
//
//go:norace
func (f *field) mul(z, x, y *element) {
	n := f.n
	var t [maxWords + 2]uint64
	for i := range n {
		var carry, c uint64
		for j := range n { // t += x·y[i]
			hi, lo := bits.Mul64(x[j], y[i])
			lo, c = bits.Add64(lo, t[j], 0)
			hi += c
			lo, c = bits.Add64(lo, carry, 0)
			t[j], carry = lo, hi+c
		}
		t[n], t[n+1] = bits.Add64(t[n], carry, 0)
		m := t[0] * f.minus // t = (t + m·p) / 2^64
		hi, lo := bits.Mul64(m, f.p[0])
		_, c = bits.Add64(lo, t[0], 0)
		carry = hi + c
		for j := 1; j < n; j++ {
			hi, lo := bits.Mul64(m, f.p[j])
			lo, c = bits.Add64(lo, t[j], 0)
			hi += c
			lo, c = bits.Add64(lo, carry, 0)
			t[j-1], carry = lo, hi+c
		}
		t[n-1], c = bits.Add64(t[n], carry, 0)
		t[n] = t[n+1] + c
	}
	f.reduce(z, (*element)(t[:maxWords]), t[n])
	for i := n; i < maxWords; i++ {
		z[i] = 0
	}
}

// reduce sets z = x − p where x, with the word above it, is p or more, else z = x.
//
//go:norace
func (f *field) reduce(z, x *element, above uint64) {
	var less element
	var borrow uint64
	for i := range f.n {
		less[i], borrow = bits.Sub64(x[i], f.p[i], borrow)
	}
	_, borrow = bits.Sub64(above, 0, borrow)
	keep := -borrow // all ones where x was below p
	for i := range f.n {
		z[i] = x[i]&keep | less[i]&^keep
	}
}

// add sets z = x + y.
//
//go:norace
func (f *field) add(z, x, y *element) {
	var sum element
	var carry uint64
	for i := range f.n {
		sum[i], carry = bits.Add64(x[i], y[i], carry)
	}
	f.reduce(z, &sum, carry)
}

// sub sets z = x − y.
//
//go:norace
func (f *field) sub(z, x, y *element) {
	var borrow, carry uint64
	for i := range f.n {
		z[i], borrow = bits.Sub64(x[i], y[i], borrow)
	}
	mask := -borrow // p is added where y was the larger
	for i := range f.n {
		z[i], carry = bits.Add64(z[i], f.p[i]&mask, carry)
	}
}

// isZero tells whether x is 0.
func (f *field) isZero(x *element) bool { return *x == element{} }
