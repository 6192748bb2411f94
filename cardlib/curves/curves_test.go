package curves

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/hex"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func num(s string) *big.Int {
	v, ok := new(big.Int).SetString(s, 16)
	if !ok {
		panic(s)
	}
	return v
}

func each(t *testing.T, f func(t *testing.T, c *Curve)) {
	t.Helper()
	for _, c := range All() {
		t.Run(c.Name, func(t *testing.T) { f(t, c) })
	}
}

func TestParametersAreSound(t *testing.T) {
	require.Len(t, All(), 11)
	each(t, func(t *testing.T, c *Curve) {
		assert.True(t, c.P.ProbablyPrime(20))
		assert.True(t, c.N.ProbablyPrime(20))
		assert.True(t, c.Contains(c.Generator()))
		assert.True(t, c.Mul(c.Generator(), c.N).IsIdentity())
		last := new(big.Int).Sub(c.N, big.NewInt(1))
		assert.True(t, c.MulBase(last).Equal(c.Negate(c.Generator())), "(n−1)·G = −G")
		found, ok := ByOID(c.OID)
		assert.True(t, ok)
		assert.Same(t, c, found)
		found, ok = ByID(c.ID)
		assert.True(t, ok)
		assert.Same(t, c, found)
	})
	_, ok := ByID(7)
	assert.False(t, ok)
	_, ok = ByOID(asn1.ObjectIdentifier{1, 2, 3})
	assert.False(t, ok)
}

// The standard library's own arithmetic is the second opinion for its curves.
func TestAgainstTheStandardLibrary(t *testing.T) {
	for id, std := range map[int]elliptic.Curve{10: elliptic.P224(), 12: elliptic.P256(), 15: elliptic.P384(), 18: elliptic.P521()} {
		c, _ := ByID(id)
		for range 5 {
			key, err := ecdsa.GenerateKey(std, rand.Reader)
			require.NoError(t, err)
			raw, err := key.Bytes()
			require.NoError(t, err)
			d := new(big.Int).SetBytes(raw)
			q := c.MulBase(d)
			public, err := key.PublicKey.Bytes()
			require.NoError(t, err)
			assert.Equal(t, public, c.Encode(q), c.Name)

			digest := sha256.Sum256(q.X.Bytes())
			r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
			require.NoError(t, err)
			assert.True(t, c.VerifyECDSA(q, digest[:], r, s))
			r, s, err = c.SignECDSA(d, digest[:], nil)
			require.NoError(t, err)
			assert.True(t, ecdsa.Verify(&key.PublicKey, digest[:], r, s))
		}
	}
}

// RFC 7027 appendix A: ECDH with brainpool curves, which no library of Go's own has.
func TestBrainpoolECDH(t *testing.T) {
	for name, v := range map[string]struct {
		id                   int
		da, xa, ya, db, z, y string
	}{
		"P256r1": {13,
			"81DB1EE100150FF2EA338D708271BE38300CB54241D79950F77B063039804F1D",
			"44106E913F92BC02A1705D9953A8414DB95E1AAA49E81D9E85F929A8E3100BE5",
			"8AB4846F11CACCB73CE49CBDD120F5A900A69FD32C272223F789EF10EB089BDC",
			"55E40BC41E37E3E2AD25C3C6654511FFA8474A91A0032087593852D3E7D76BD3",
			"89AFC39D41D3B327814B80940B042590F96556EC91E6AE7939BCE31F3A18BF2B",
			"49C27868F4ECA2179BFD7D59B1E3BF34C1DBDE61AE12931648F43E59632504DE"},
		"P384r1": {16,
			"1E20F5E048A5886F1F157C74E91BDE2B98C8B52D58E5003D57053FC4B0BD65D6F15EB5D1EE1610DF870795143627D042",
			"68B665DD91C195800650CDD363C625F4E742E8134667B767B1B476793588F885AB698C852D4A6E77A252D6380FCAF068",
			"55BC91A39C9EC01DEE36017B7D673A931236D2F1F5C83942D049E3FA20607493E0D038FF2FD30C2AB67D15C85F7FAA59",
			"032640BC6003C59260F7250C3DB58CE647F98E1260ACCE4ACDA3DD869F74E01F8BA5E0324309DB6A9831497ABAC96670",
			"0BD9D3A7EA0B3D519D09D8E48D0785FB744A6B355E6304BC51C229FBBCE239BBADF6403715C35D4FB2A5444F575D4F42",
			"0DF213417EBE4D8E40A5F76F66C56470C489A3478D146DECF6DF0D94BAE9E598157290F8756066975F1DB34B2324B7BD"},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := ByID(v.id)
			a := c.MulBase(num(v.da))
			assert.True(t, a.Equal(Point{num(v.xa), num(v.ya)}))
			z := c.Mul(c.MulBase(num(v.db)), num(v.da))
			assert.True(t, z.Equal(Point{num(v.z), num(v.y)}))
			assert.Equal(t, num(v.z).FillBytes(make([]byte, c.ByteLen())), c.XBytes(z))
		})
	}
}

func TestGroupLaw(t *testing.T) {
	each(t, func(t *testing.T, c *Curve) {
		d, p, err := c.GenerateKey(nil)
		require.NoError(t, err)
		e, q, err := c.GenerateKey(nil)
		require.NoError(t, err)
		sum := new(big.Int).Add(d, e)
		assert.True(t, c.Add(p, q).Equal(c.MulBase(sum)))
		assert.True(t, c.Add(p, p).Equal(c.MulBase(new(big.Int).Lsh(d, 1))))
		assert.True(t, c.Add(p, c.Negate(p)).IsIdentity())
		assert.True(t, c.Add(Point{}, p).Equal(p))
		assert.True(t, c.Add(p, Point{}).Equal(p))
		assert.True(t, c.MulAdd(d, q, e).Equal(c.Add(p, c.Mul(q, e))))
		assert.True(t, c.Mul(p, new(big.Int)).IsIdentity())
		assert.True(t, c.Negate(Point{}).IsIdentity())
	})
}

func TestDecodeRefuses(t *testing.T) {
	each(t, func(t *testing.T, c *Curve) {
		good := c.Encode(c.Generator())
		p, err := c.Decode(good)
		require.NoError(t, err)
		assert.True(t, p.Equal(c.Generator()))

		n := c.ByteLen()
		off := append([]byte(nil), good...)
		off[len(off)-1] ^= 1
		over := append([]byte{4}, new(big.Int).Add(c.Gx, c.P).FillBytes(make([]byte, n+1))[1:]...)
		over = append(over, c.Gy.FillBytes(make([]byte, n))...)
		atP := append(append([]byte{4}, c.P.FillBytes(make([]byte, n))...), c.Gy.FillBytes(make([]byte, n))...)
		for name, b := range map[string][]byte{
			"empty": nil, "identity": {0}, "off the curve": off, "over p": over, "x = p": atP,
			"compressed": append([]byte{2}, good[1:1+n]...), "hybrid": append([]byte{6}, good[1:]...),
			"short": good[:len(good)-1], "long": append(good[:len(good):len(good)], 0),
			"zeros": append([]byte{4}, make([]byte, 2*n)...),
		} {
			_, err := c.Decode(b)
			assert.ErrorIs(t, err, ErrPoint, name)
		}
		assert.Nil(t, c.Encode(Point{}))
		assert.False(t, c.Contains(Point{new(big.Int).Neg(c.Gx), c.Gy}))
	})
}

func TestExplicitParametersMustEqualInEveryValue(t *testing.T) {
	c, _ := ByID(13)
	one := big.NewInt(1)
	other := c.MulBase(big.NewInt(2))
	plus := func(v *big.Int) *big.Int { return new(big.Int).Add(v, one) }
	got, ok := ByExplicit(c.P, c.A, c.B, c.Generator(), c.N, one)
	assert.True(t, ok)
	assert.Same(t, c, got)
	_, ok = ByExplicit(c.P, c.A, c.B, c.Generator(), c.N, nil)
	assert.True(t, ok)
	for name, try := range map[string]func() (*Curve, bool){
		"generator": func() (*Curve, bool) { return ByExplicit(c.P, c.A, c.B, other, c.N, one) },
		"−G":        func() (*Curve, bool) { return ByExplicit(c.P, c.A, c.B, c.Negate(c.Generator()), c.N, one) },
		"identity":  func() (*Curve, bool) { return ByExplicit(c.P, c.A, c.B, Point{}, c.N, one) },
		"p":         func() (*Curve, bool) { return ByExplicit(plus(c.P), c.A, c.B, c.Generator(), c.N, one) },
		"a":         func() (*Curve, bool) { return ByExplicit(c.P, plus(c.A), c.B, c.Generator(), c.N, one) },
		"b":         func() (*Curve, bool) { return ByExplicit(c.P, c.A, plus(c.B), c.Generator(), c.N, one) },
		"n":         func() (*Curve, bool) { return ByExplicit(c.P, c.A, c.B, c.Generator(), plus(c.N), one) },
		"cofactor":  func() (*Curve, bool) { return ByExplicit(c.P, c.A, c.B, c.Generator(), c.N, big.NewInt(2)) },
		"nothing":   func() (*Curve, bool) { return ByExplicit(nil, nil, nil, c.Generator(), nil, nil) },
	} {
		_, ok := try()
		assert.False(t, ok, name)
	}
}

func TestECDSARefuses(t *testing.T) {
	each(t, func(t *testing.T, c *Curve) {
		d, q, err := c.GenerateKey(nil)
		require.NoError(t, err)
		digest := sha256.Sum256([]byte(c.Name))
		r, s, err := c.SignECDSA(d, digest[:], nil)
		require.NoError(t, err)
		require.True(t, c.VerifyECDSA(q, digest[:], r, s))
		zero, n := new(big.Int), c.N
		wrong := sha256.Sum256([]byte("other"))
		assert.False(t, c.VerifyECDSA(q, wrong[:], r, s), "digest")
		assert.False(t, c.VerifyECDSA(c.Generator(), digest[:], r, s), "key")
		assert.False(t, c.VerifyECDSA(q, digest[:], zero, s), "r = 0")
		assert.False(t, c.VerifyECDSA(q, digest[:], r, zero), "s = 0")
		assert.False(t, c.VerifyECDSA(q, digest[:], new(big.Int).Add(r, n), s), "r ≥ n")
		assert.False(t, c.VerifyECDSA(q, digest[:], r, new(big.Int).Add(s, n)), "s ≥ n")
		assert.False(t, c.VerifyECDSA(Point{}, digest[:], r, s), "identity key")
		assert.False(t, c.VerifyECDSA(Point{q.X, new(big.Int).Add(q.Y, big.NewInt(1))}, digest[:], r, s), "key off the curve")
	})
	c, _ := ByID(13)
	_, _, err := c.SignECDSA(new(big.Int), make([]byte, 32), nil)
	assert.ErrorIs(t, err, ErrScalar)
}

// OpenSSL knows all eleven curves: it verifies what we sign and we verify what it signs.
func TestAgainstOpenSSL(t *testing.T) {
	names := map[int]string{8: "prime192v1", 10: "secp224r1", 12: "prime256v1", 15: "secp384r1", 18: "secp521r1"}
	dir := t.TempDir()
	message := filepath.Join(dir, "message")
	require.NoError(t, os.WriteFile(message, []byte("chipid"), 0o600))
	digest := sha256.Sum256([]byte("chipid"))
	openssl := func(args ...string) {
		t.Helper()
		out, err := exec.Command("openssl", args...).CombinedOutput()
		require.NoError(t, err, "openssl %v: %s", args, out)
	}
	each(t, func(t *testing.T, c *Curve) {
		name := names[c.ID]
		if name == "" {
			name = c.Name
		}
		key, pub, sig := filepath.Join(dir, "key"), filepath.Join(dir, "pub"), filepath.Join(dir, "sig")
		openssl("ecparam", "-name", name, "-genkey", "-noout", "-outform", "DER", "-out", key)
		openssl("ec", "-in", key, "-inform", "DER", "-pubout", "-out", pub)
		openssl("dgst", "-sha256", "-sign", key, "-keyform", "DER", "-out", sig, message)

		der, err := os.ReadFile(key)
		require.NoError(t, err)
		var parsed struct {
			Version int
			D       []byte
			OID     asn1.ObjectIdentifier `asn1:"explicit,tag:0"`
			Q       asn1.BitString        `asn1:"explicit,tag:1"`
		}
		_, err = asn1.Unmarshal(der, &parsed)
		require.NoError(t, err)
		found, ok := ByOID(parsed.OID)
		require.True(t, ok)
		require.Same(t, c, found)
		q, err := c.Decode(parsed.Q.Bytes)
		require.NoError(t, err)
		d := new(big.Int).SetBytes(parsed.D)
		require.True(t, c.MulBase(d).Equal(q))

		raw, err := os.ReadFile(sig)
		require.NoError(t, err)
		var rs struct{ R, S *big.Int }
		_, err = asn1.Unmarshal(raw, &rs)
		require.NoError(t, err)
		assert.True(t, c.VerifyECDSA(q, digest[:], rs.R, rs.S))

		rs.R, rs.S, err = c.SignECDSA(d, digest[:], nil)
		require.NoError(t, err)
		raw, err = asn1.Marshal(rs)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(sig, raw, 0o600))
		openssl("dgst", "-sha256", "-verify", pub, "-signature", sig, message)
	})
}

func TestWithGenerator(t *testing.T) {
	c, _ := ByID(13)
	g := c.MulBase(big.NewInt(7))
	m, err := c.WithGenerator(g)
	require.NoError(t, err)
	assert.True(t, m.MulBase(big.NewInt(3)).Equal(c.MulBase(big.NewInt(21))))
	assert.False(t, m.SameDomain(c))
	assert.True(t, c.SameDomain(c))
	_, err = c.WithGenerator(Point{})
	assert.ErrorIs(t, err, ErrPoint)
}

// zeroReader yields no scalar in range.
type zeroReader struct{}

func (zeroReader) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestGenerateKeyGivesUp(t *testing.T) {
	c, _ := ByID(12)
	_, _, err := c.GenerateKey(zeroReader{})
	assert.ErrorContains(t, err, "no scalar")
}

func FuzzDecode(f *testing.F) {
	c, _ := ByID(13)
	f.Add(c.Encode(c.Generator()))
	spki, _ := hex.DecodeString("04")
	f.Add(spki)
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := c.Decode(b)
		if err == nil {
			require.Equal(t, b, c.Encode(p))
		}
	})
}

func BenchmarkVerifyECDSA(b *testing.B) {
	for _, c := range All() {
		d, q, _ := c.GenerateKey(nil)
		digest := sha256.Sum256([]byte(c.Name))
		r, s, _ := c.SignECDSA(d, digest[:], nil)
		b.Run(c.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.VerifyECDSA(q, digest[:], r, s)
			}
		})
	}
}
