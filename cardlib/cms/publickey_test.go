package cms_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/cms"
	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/curves"
)

var one = big.NewInt(1)

func rsaSPKI(n, e *big.Int) []byte {
	return cmstest.Seq(
		cmstest.Seq(cmstest.OID(1, 2, 840, 113549, 1, 1, 1), []byte{5, 0}),
		cmstest.Bits(cmstest.Seq(cmstest.Int(n), cmstest.Int(e))),
	)
}

func bits(n uint) *big.Int {
	v := new(big.Int).Lsh(one, n-1)
	return v.Add(v, one)
}

func TestRSABounds(t *testing.T) {
	cases := []struct {
		name string
		n, e *big.Int
		want error
	}{
		{"smallest", bits(cms.MinRSA), big.NewInt(3), nil},
		{"largest", bits(cms.MaxRSA), big.NewInt(65537), nil},
		{"too small", bits(cms.MinRSA - 1), big.NewInt(3), cms.ErrUnsupported},
		{"too large", bits(cms.MaxRSA + 2), big.NewInt(3), cms.ErrUnsupported},
		{"even modulus", new(big.Int).Lsh(one, 2047), big.NewInt(3), cms.ErrUnsupported},
		{"exponent 1", bits(2048), one, cms.ErrUnsupported},
		{"even exponent", bits(2048), big.NewInt(4), cms.ErrUnsupported},
		{"exponent of 33 bits", bits(2048), bits(33), cms.ErrUnsupported},
		{"negative modulus", new(big.Int).Neg(bits(2048)), big.NewInt(3), cms.ErrMalformed},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			key, err := cms.ParsePublicKey(rsaSPKI(tc.n, tc.e))
			if tc.want == nil {
				require.NoError(t, err)
				assert.Equal(t, tc.n.BitLen(), key.Size())
				return
			}
			assert.ErrorIs(t, err, tc.want)
		})
	}
}

func ecSPKI(params, point []byte) []byte {
	return cmstest.Seq(cmstest.Seq(cmstest.OID(1, 2, 840, 10045, 2, 1), params), cmstest.Bits(point))
}

// explicit encodes ECParameters with every value to choose.
func explicit(p, a, b *big.Int, base []byte, n, h *big.Int) []byte {
	parts := [][]byte{
		cmstest.Small(1), cmstest.Seq(cmstest.OID(1, 2, 840, 10045, 1, 1), cmstest.Int(p)),
		cmstest.Seq(cmstest.Octets(a.Bytes()), cmstest.Octets(b.Bytes())), cmstest.Octets(base), cmstest.Int(n),
	}
	if h != nil {
		parts = append(parts, cmstest.Int(h))
	}
	return cmstest.Seq(parts...)
}

func compressed(c *curves.Curve, p curves.Point) []byte {
	return append([]byte{2 + byte(p.Y.Bit(0))}, c.XBytes(p)...)
}

func TestExplicitParameters(t *testing.T) {
	key := cmstest.NewKey("brainpoolP256r1")
	c := key.Curve
	base, point := c.Encode(c.Generator()), c.Encode(key.Point)
	add := func(n *big.Int) *big.Int { return new(big.Int).Add(n, one) }
	opposite := c.Negate(c.Generator())
	cases := []struct {
		name   string
		params []byte
		want   error
	}{
		{"right", explicit(c.P, c.A, c.B, base, c.N, one), nil},
		{"without cofactor", explicit(c.P, c.A, c.B, base, c.N, nil), nil},
		{"compressed generator", explicit(c.P, c.A, c.B, compressed(c, c.Generator()), c.N, one), nil},
		{"opposite generator", explicit(c.P, c.A, c.B, c.Encode(opposite), c.N, one), cms.ErrCurveAltered},
		{"opposite generator compressed", explicit(c.P, c.A, c.B, compressed(c, opposite), c.N, one), cms.ErrCurveAltered},
		{"the key as generator", explicit(c.P, c.A, c.B, point, c.N, one), cms.ErrCurveAltered},
		{"another order", explicit(c.P, c.A, c.B, base, add(c.N), one), cms.ErrCurveAltered},
		{"another cofactor", explicit(c.P, c.A, c.B, base, c.N, big.NewInt(2)), cms.ErrCurveAltered},
		{"no generator", explicit(c.P, c.A, c.B, []byte{0}, c.N, one), cms.ErrCurveAltered},
		{"another a", explicit(c.P, add(c.A), c.B, base, c.N, one), cms.ErrUnsupported},
		{"another b", explicit(c.P, c.A, add(c.B), base, c.N, one), cms.ErrUnsupported},
		{"another p", explicit(add(c.P), c.A, c.B, base, c.N, one), cms.ErrUnsupported},
		{"field element too long", explicit(c.P, new(big.Int).Lsh(one, 800), c.B, base, c.N, one), cms.ErrMalformed},
		{"not a curve at all", cmstest.Seq(), cms.ErrMalformed},
		{"curve of the issuer", []byte{5, 0}, cms.ErrUnsupported},
		{"unknown name", cmstest.OID(1, 3, 132, 0, 10), cms.ErrUnsupported},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			parsed, err := cms.ParsePublicKey(ecSPKI(tc.params, point))
			if tc.want == nil {
				require.NoError(t, err)
				assert.True(t, parsed.Point.Equal(key.Point))
				return
			}
			assert.ErrorIs(t, err, tc.want)
		})
	}
}

func TestPublicPoint(t *testing.T) {
	for _, name := range []string{"brainpoolP384r1", "P-224"} { // P-224's prime needs the longer square root
		key := cmstest.NewKey(name)
		c := key.Curve
		named := cmstest.OID(c.OID...)
		offCurve := c.Encode(key.Point)
		offCurve[len(offCurve)-1] ^= 1
		cases := map[string]struct {
			point []byte
			good  bool
		}{
			"uncompressed":    {c.Encode(key.Point), true},
			"compressed":      {compressed(c, key.Point), true},
			"off the curve":   {offCurve, false},
			"identity":        {[]byte{0}, false},
			"empty":           {nil, false},
			"x out of range":  {append([]byte{2}, c.P.Bytes()...), false},
			"one byte short":  {offCurve[:len(offCurve)-1], false},
			"hybrid encoding": {append([]byte{6}, c.Encode(key.Point)[1:]...), false},
		}
		for what, tc := range cases {
			t.Run(name+" "+what, func(t *testing.T) {
				parsed, err := cms.ParsePublicKey(ecSPKI(named, tc.point))
				if tc.good {
					require.NoError(t, err)
					assert.True(t, parsed.Point.Equal(key.Point))
					return
				}
				assert.ErrorIs(t, err, cms.ErrMalformed)
			})
		}
	}
}

func TestKeysDiffer(t *testing.T) {
	parse := func(spki []byte) *cms.PublicKey {
		key, err := cms.ParsePublicKey(spki)
		require.NoError(t, err)
		return key
	}
	ec, rsa := parse(cmstest.NewKey("P-256").SPKI()), parse(rsaSPKI(bits(2048), big.NewInt(3)))
	assert.True(t, ec.Equal(ec))
	assert.False(t, ec.Equal(parse(cmstest.NewKey("P-256").SPKI())))
	assert.False(t, ec.Equal(rsa))
	assert.False(t, rsa.Equal(ec))
	assert.True(t, rsa.Equal(rsa))
	assert.False(t, rsa.Equal(parse(rsaSPKI(bits(2048), big.NewInt(5)))))
	assert.False(t, rsa.Equal(parse(rsaSPKI(bits(2049), big.NewInt(3)))))
	assert.False(t, ec.Equal(nil))
	elsewhere := *ec
	elsewhere.Curve = cmstest.Forge(cmstest.NewKey("P-256")).Curve
	assert.False(t, ec.Equal(&elsewhere), "the same point under another generator")
}

func TestUnknownKeyAlgorithm(t *testing.T) {
	ed25519 := cmstest.Seq(cmstest.Seq(cmstest.OID(1, 3, 101, 112)), cmstest.Bits(make([]byte, 32)))
	_, err := cms.ParsePublicKey(ed25519)
	assert.ErrorIs(t, err, cms.ErrUnsupported)
}
