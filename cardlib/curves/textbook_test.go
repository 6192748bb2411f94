package curves

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
)

// textbook adds points by the chord and the tangent, with a division each.
func textbook(c *Curve, p, q Point) Point {
	if p.IsIdentity() {
		return q
	}
	if q.IsIdentity() {
		return p
	}
	mod := func(n *big.Int) *big.Int { return n.Mod(n, c.P) }
	num, den := new(big.Int).Sub(q.Y, p.Y), mod(new(big.Int).Sub(q.X, p.X))
	if den.Sign() == 0 {
		if mod(new(big.Int).Add(p.Y, q.Y)).Sign() == 0 {
			return Point{}
		}
		num = new(big.Int).Mul(p.X, p.X)
		num.Mul(num, big.NewInt(3)).Add(num, c.A)
		den = mod(new(big.Int).Lsh(p.Y, 1))
	}
	slope := mod(num.Mul(num, den.ModInverse(den, c.P)))
	x := new(big.Int).Mul(slope, slope)
	mod(x.Sub(x, p.X).Sub(x, q.X))
	y := new(big.Int).Sub(p.X, x)
	return Point{x, mod(y.Mul(y, slope).Sub(y, p.Y))}
}

func TestPointsAgainstTheTextbook(t *testing.T) {
	each(t, func(t *testing.T, c *Curve) {
		g := c.Generator()
		points := []Point{{}, g, c.Negate(g)}
		for k, sum := 2, g; k < 12; k++ {
			sum = textbook(c, sum, g)
			require.True(t, c.Mul(g, big.NewInt(int64(k))).Equal(sum), "%d·G", k)
			points = append(points, sum)
		}
		for _, p := range points {
			for _, q := range points {
				require.True(t, c.Add(p, q).Equal(textbook(c, p, q)))
			}
		}
		_, p, err := c.GenerateKey(nil)
		require.NoError(t, err)
		a, _, err := c.GenerateKey(nil)
		require.NoError(t, err)
		sum := textbook(c, c.MulBase(a), c.Mul(p, big.NewInt(77)))
		require.True(t, c.MulAdd(a, p, big.NewInt(77)).Equal(sum))
	})
}
