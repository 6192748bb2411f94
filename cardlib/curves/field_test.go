package curves

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// edges are numbers at which carries and reductions happen.
func edges(p *big.Int) []*big.Int {
	numbers := []*big.Int{new(big.Int), big.NewInt(1), big.NewInt(2)}
	for _, back := range []int64{1, 2, 3} {
		numbers = append(numbers, new(big.Int).Sub(p, big.NewInt(back)))
	}
	for shift := uint(63); shift < uint(p.BitLen()); shift += 64 {
		word := new(big.Int).Lsh(big.NewInt(1), shift)
		numbers = append(numbers, word, new(big.Int).Sub(word, big.NewInt(1)))
	}
	return numbers
}

// TestFieldAgainstBig lets math/big reckon the same.
func TestFieldAgainstBig(t *testing.T) {
	source := rand.New(rand.NewPCG(1, 2))
	each(t, func(t *testing.T, c *Curve) {
		f := c.field
		numbers := edges(c.P)
		for range 40 {
			b := make([]byte, c.ByteLen()+8)
			for i := range b {
				b[i] = byte(source.Uint32())
			}
			x := new(big.Int).SetBytes(b)
			numbers = append(numbers, x.Mod(x, c.P))
		}
		want := new(big.Int)
		for _, x := range numbers {
			ex := f.from(x)
			assert.Zero(t, x.Cmp(f.number(&ex)), "there and back: %x", x)
			assert.Equal(t, x.Sign() == 0, f.isZero(&ex))
			for _, y := range numbers {
				ey := f.from(y)
				var z element
				f.mul(&z, &ex, &ey)
				same(t, f, &z, want.Mul(x, y))
				f.add(&z, &ex, &ey)
				same(t, f, &z, want.Add(x, y))
				f.sub(&z, &ex, &ey)
				same(t, f, &z, want.Sub(x, y))
				z = ex
				f.mul(&z, &z, &z) // in place
				same(t, f, &z, want.Mul(x, x))
			}
		}
	})
}

// same wants an element that is fully reduced and congruent to a number.
func same(t *testing.T, f *field, got *element, want *big.Int) {
	t.Helper()
	want.Mod(want, f.prime)
	if n := f.number(got); n.Cmp(want) != 0 {
		t.Fatalf("%x, due was %x", n, want)
	}
	if again := f.from(want); again != *got {
		t.Fatalf("%x is not reduced", *got)
	}
}
