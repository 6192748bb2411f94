package dh

import (
	"bytes"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestStandardGroups(t *testing.T) {
	for id, size := range []struct{ p, q int }{{1024, 160}, {2048, 224}, {2048, 256}} {
		g, ok := ByID(id)
		require.True(t, ok)
		assert.Equal(t, id, g.ID)
		assert.Equal(t, size.p, g.P.BitLen())
		assert.Equal(t, size.q, g.Q.BitLen())
		assert.True(t, g.P.ProbablyPrime(10))
		assert.True(t, g.Q.ProbablyPrime(10))
		assert.NoError(t, g.Check(g.G), "the generator has the order q")
		same, err := New(new(big.Int).Set(g.P), new(big.Int).Set(g.G), nil)
		require.NoError(t, err)
		assert.Same(t, g, same, "found without its order")
	}
	_, ok := ByID(3)
	assert.False(t, ok)
	_, ok = ByID(-1)
	assert.False(t, ok)
}

func TestAgreement(t *testing.T) {
	for _, g := range standard {
		x, X, err := g.GenerateKey(nil)
		require.NoError(t, err)
		y, Y, err := g.GenerateKey(nil)
		require.NoError(t, err)
		assert.Equal(t, g.Shared(x, Y), g.Shared(y, X))
		assert.Len(t, g.Shared(x, Y), g.ByteLen())
		back, err := g.Decode(g.Encode(X))
		require.NoError(t, err)
		assert.Equal(t, X, back)
	}
}

func TestSharedSecretKeepsItsLength(t *testing.T) {
	g := standard[0]
	assert.Len(t, g.Shared(big.NewInt(1), big.NewInt(7)), 128)
}

func TestEncodingIsTheShortest(t *testing.T) {
	assert.Equal(t, []byte{0x80}, standard[0].Encode(big.NewInt(0x80)))
}

func TestCheck(t *testing.T) {
	g := standard[0]
	one := big.NewInt(1)
	for _, c := range []struct {
		name string
		y    *big.Int
	}{
		{"nothing", nil},
		{"0", new(big.Int)},
		{"1", one},
		{"negative", big.NewInt(-2)},
		{"p−1", new(big.Int).Sub(g.P, one)},
		{"p", g.P},
		{"p+1", new(big.Int).Add(g.P, one)},
		{"outside the subgroup", big.NewInt(2)},
	} {
		t.Run(c.name, func(t *testing.T) { assert.ErrorIs(t, g.Check(c.y), ErrPublic) })
	}
	open := &Group{P: g.P, G: g.G}
	assert.NoError(t, open.Check(big.NewInt(2)), "the order is not known")
	assert.ErrorIs(t, open.Check(new(big.Int).Sub(g.P, one)), ErrPublic)

	_, err := g.Decode(nil)
	assert.ErrorIs(t, err, ErrPublic)
	_, err = g.Decode(make([]byte, 129))
	assert.ErrorIs(t, err, ErrPublic)
	_, err = g.Decode(append([]byte{0}, g.G.Bytes()...))
	assert.ErrorIs(t, err, ErrPublic, "longer than the prime")
	_, err = g.WithGenerator(one)
	assert.ErrorIs(t, err, ErrPublic)
}

func TestNew(t *testing.T) {
	s := standard[0]
	one := big.NewInt(1)
	for _, c := range []struct {
		name    string
		p, g, q *big.Int
	}{
		{"no prime", nil, s.G, s.Q},
		{"no generator", s.P, nil, s.Q},
		{"negative prime", new(big.Int).Neg(s.P), s.G, s.Q},
		{"small prime", big.NewInt(23), big.NewInt(5), big.NewInt(11)},
		{"huge prime", new(big.Int).Add(new(big.Int).Lsh(one, 4096), one), s.G, nil},
		{"even modulus", new(big.Int).Add(s.P, one), s.G, nil},
		{"generator 1", s.P, one, s.Q},
		{"generator p−1", s.P, new(big.Int).Sub(s.P, one), nil},
		{"generator p", s.P, s.P, nil},
		{"order 2", s.P, s.G, big.NewInt(2)},
		{"order that does not divide p−1", s.P, s.G, new(big.Int).Add(s.Q, big.NewInt(2))},
		{"generator of another order", s.P, big.NewInt(2), s.Q},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := New(c.p, c.g, c.q)
			assert.ErrorIs(t, err, ErrGroup)
		})
	}
	own, err := New(s.P, new(big.Int).Exp(s.G, big.NewInt(5), s.P), s.Q)
	require.NoError(t, err, "a group of the chip's own")
	assert.Equal(t, -1, own.ID)
	open, err := New(s.P, big.NewInt(2), nil)
	require.NoError(t, err)
	x, _, err := open.GenerateKey(nil)
	require.NoError(t, err)
	assert.Greater(t, x.BitLen(), 900, "as long as the prime where the order is not known")
}

func TestGenerateKeyRejectsWhatIsOutOfRange(t *testing.T) {
	g := standard[0]
	source := bytes.NewReader(append(bytes.Repeat([]byte{0xFF}, 20), append(make([]byte, 20), append(make([]byte, 19), 7)...)...))
	x, y, err := g.GenerateKey(source)
	require.NoError(t, err)
	assert.Equal(t, big.NewInt(7), x, "q and above, and 0, are skipped")
	assert.Equal(t, new(big.Int).Exp(g.G, x, g.P), y)
	_, _, err = g.GenerateKey(bytes.NewReader(nil))
	assert.Error(t, err)
	_, _, err = g.GenerateKey(endless{})
	assert.Error(t, err)
}

// endless yields zeros for ever.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// FuzzDecode: what is accepted is in the subgroup, and is written back with the same value.
func FuzzDecode(f *testing.F) {
	for _, g := range standard {
		f.Add(g.Encode(g.G))
		f.Add(g.P.Bytes())
		f.Add([]byte{1})
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		g := standard[0]
		y, err := g.Decode(b)
		if err != nil {
			return
		}
		require.Equal(t, int64(1), new(big.Int).Exp(y, g.Q, g.P).Int64())
		again, err := g.Decode(g.Encode(y))
		require.NoError(t, err)
		require.Zero(t, y.Cmp(again))
	})
}
