package securityinfo

import (
	"bytes"
	"encoding/json"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/curves"
	"chipid/cardlib/dh"
	"chipid/cardlib/internal/script"
	"chipid/cardlib/tlv"
)

// opensslKey is one key of testdata/openssl-keys.json; its origin is told there.
type opensslKey struct{ Kind, Encoding, Name, DER string }

func opensslKeys(t testing.TB) []opensslKey {
	t.Helper()
	raw, err := os.ReadFile("testdata/openssl-keys.json")
	require.NoError(t, err)
	var file struct{ Keys []opensslKey }
	require.NoError(t, json.Unmarshal(raw, &file))
	require.NotEmpty(t, file.Keys)
	return file.Keys
}

func findKey(t testing.TB, kind, encoding, name string) []byte {
	t.Helper()
	for _, k := range opensslKeys(t) {
		if k.Kind == kind && k.Encoding == encoding && k.Name == name {
			return script.Hex(k.DER)
		}
	}
	t.Fatalf("no key %s %s %s", kind, encoding, name)
	return nil
}

func TestKeysByOpenSSL(t *testing.T) {
	for _, k := range opensslKeys(t) {
		t.Run(k.Kind+" "+k.Encoding+" "+k.Name, func(t *testing.T) {
			key, err := ParsePublicKey(script.Hex(k.DER))
			if k.Kind == "unsupported" {
				require.ErrorIs(t, err, ErrParameters)
				require.ErrorIs(t, err, ErrKey)
				assert.Equal(t, PublicKey{}, key)
				return
			}
			require.NoError(t, err)
			switch k.Kind {
			case "EC":
				assert.Equal(t, k.Name, key.Curve.Name)
				assert.True(t, key.Curve.Contains(key.Point))
				assert.Equal(t, ECDH, key.Agreement())
			case "RSA":
				assert.Equal(t, k.Name, strconv.Itoa(key.N.BitLen()))
				assert.EqualValues(t, 65537, key.E.Int64())
				assert.Zero(t, key.Agreement())
			case "DH":
				assert.Equal(t, k.Name, strconv.Itoa(key.Group.ID))
				assert.NoError(t, key.Group.Check(key.Y))
				assert.Equal(t, DH, key.Agreement())
			}
		})
	}
}

// explicit is an explicit key on brainpoolP256r1 with one of its parts replaced.
func explicit(t *testing.T, old, new []byte) []byte {
	t.Helper()
	der := findKey(t, "EC", "explicit", "brainpoolP256r1")
	require.Equal(t, len(old), len(new))
	require.Equal(t, 1, bytes.Count(der, old))
	return bytes.Replace(der, old, new, 1)
}

// TestExplicitParametersMustEqualAStandardCurve is CVE-2020-0601 and its kin.
func TestExplicitParametersMustEqualAStandardCurve(t *testing.T) {
	c, _ := curves.ByID(13)
	flip := func(b []byte) []byte {
		b = bytes.Clone(b)
		b[len(b)-1] ^= 1
		return b
	}
	otherG := c.Encode(c.MulBase(c.A))
	for _, x := range []struct {
		name     string
		old, new []byte
	}{
		{"another generator", c.Encode(c.Generator()), otherG},
		{"generator reflected", c.Encode(c.Generator()), c.Encode(c.Negate(c.Generator()))},
		{"generator off the curve", c.Encode(c.Generator()), flip(c.Encode(c.Generator()))},
		{"another prime", c.P.Bytes(), flip(c.P.Bytes())},
		{"another order", c.N.Bytes(), flip(c.N.Bytes())},
		{"cofactor 2", append(c.N.Bytes(), 2, 1, 1), append(c.N.Bytes(), 2, 1, 2)},
		{"version 4", []byte{2, 1, 1, 0x30, 0x2C}, []byte{2, 1, 4, 0x30, 0x2C}},
		{"another field", []byte{0x2A, 0x86, 0x48, 0xCE, 0x3D, 1, 1, 2}, []byte{0x2A, 0x86, 0x48, 0xCE, 0x3D, 1, 2, 2}},
	} {
		t.Run(x.name, func(t *testing.T) {
			_, err := ParsePublicKey(explicit(t, x.old, x.new))
			assert.ErrorIs(t, err, ErrKey)
		})
	}
	for name, coefficient := range map[string][]byte{"a": c.A.Bytes(), "b": c.B.Bytes()} {
		octets := tlv.Encode(tagOctetString, coefficient)
		_, err := ParsePublicKey(explicit(t, octets, tlv.Encode(tagOctetString, flip(coefficient))))
		assert.ErrorIs(t, err, ErrParameters, "another %s", name)
	}
}

func TestExplicitWithCompressedGenerator(t *testing.T) {
	c, _ := curves.ByID(13)
	build := func(first byte, x []byte) []byte {
		num := func(b []byte) []byte { return tlv.Encode(tagInteger, append([]byte{0}, b...)) }
		oid := tlv.Encode(tagOID, []byte{0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1})
		field := tlv.Encode(tagSequence, tlv.Encode(tagOID, []byte{0x2A, 0x86, 0x48, 0xCE, 0x3D, 1, 1}), num(c.P.Bytes()))
		curve := tlv.Encode(tagSequence, tlv.Encode(tagOctetString, c.A.Bytes()), tlv.Encode(tagOctetString, c.B.Bytes()))
		base := tlv.Encode(tagOctetString, append([]byte{first}, x...))
		params := tlv.Encode(tagSequence, tlv.Encode(tagInteger, []byte{1}), field, curve, base, num(c.N.Bytes()))
		key := tlv.Encode(tagBitString, append([]byte{0}, c.Encode(c.MulBase(c.B))...))
		return tlv.Encode(tagSequence, tlv.Encode(tagSequence, oid, params), key)
	}
	right := byte(2 + c.Gy.Bit(0))
	key, err := ParsePublicKey(build(right, c.XBytes(c.Generator())))
	require.NoError(t, err, "compressed generator, no cofactor")
	assert.Equal(t, c, key.Curve)
	_, err = ParsePublicKey(build(right^1, c.XBytes(c.Generator())))
	assert.ErrorIs(t, err, ErrParameters, "the other y")
	_, err = ParsePublicKey(build(right, c.XBytes(c.MulBase(c.A))))
	assert.ErrorIs(t, err, ErrParameters, "another x")
}

func TestKeysOutOfRange(t *testing.T) {
	named := findKey(t, "EC", "named_curve", "brainpoolP256r1")
	offCurve := bytes.Clone(named)
	offCurve[len(offCurve)-1] ^= 1
	group, _ := dh.ByID(0)
	x942 := findKey(t, "DH", "X9.42", "0")
	y := x942[len(x942)-128:]
	outside := append(bytes.Clone(x942[:len(x942)-128]), append(make([]byte, 127), 2)...)
	require.Error(t, group.Check(group.P))
	require.Len(t, y, 128)
	rsa := findKey(t, "RSA", "", "2048")
	even := bytes.Clone(rsa)
	even[len(even)-6] &^= 1
	exponent := func(e ...byte) []byte {
		n := rsa[33 : 33+256]
		body := tlv.Encode(tagSequence, tlv.Encode(tagInteger, append([]byte{0}, n...)), tlv.Encode(tagInteger, e))
		return tlv.Encode(tagSequence, rsa[4:19], tlv.Encode(tagBitString, append([]byte{0}, body...)))
	}
	_, err := ParsePublicKey(exponent(1, 0, 1))
	require.NoError(t, err)
	for _, c := range []struct {
		name string
		der  []byte
	}{
		{"point off the curve", offCurve},
		{"number outside the subgroup", outside},
		{"even modulus", even},
		{"exponent 1", exponent(1)},
		{"even exponent", exponent(1, 0, 0)},
		{"negative exponent", exponent(0x81)},
		{"huge exponent", exponent(1, 0, 0, 0, 0, 0, 0, 0, 1)},
		{"empty exponent", exponent()},
		{"cut off", named[:len(named)-1]},
		{"a byte too many", append(bytes.Clone(named), 0)},
		{"nothing", nil},
		{"no sequence", []byte{4, 1, 0}},
		{"empty sequence", []byte{0x30, 0}},
		{"unused bits", bytes.Replace(named, []byte{3, 0x42, 0}, []byte{3, 0x42, 1}, 1)},
		{"implicit curve", tlv.Encode(tagSequence, tlv.Encode(tagSequence, named[4:13], []byte{5, 0}), named[len(named)-68:])},
		{"too large", make([]byte, MaxSize+1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			key, err := ParsePublicKey(c.der)
			assert.ErrorIs(t, err, ErrKey)
			assert.Equal(t, PublicKey{}, key)
		})
	}
}

func FuzzPublicKey(f *testing.F) {
	for _, k := range opensslKeys(f) {
		f.Add(script.Hex(k.DER))
	}
	f.Add([]byte{0x30, 0})
	f.Fuzz(func(t *testing.T, der []byte) {
		key, err := ParsePublicKey(der)
		if err != nil {
			return
		}
		kinds := 0
		for _, is := range []bool{key.Curve != nil, key.Group != nil, key.N != nil} {
			if is {
				kinds++
			}
		}
		if kinds != 1 {
			t.Fatalf("a key of %d kinds", kinds)
		}
		if key.Curve != nil && !key.Curve.Contains(key.Point) {
			t.Fatal("a point off its curve came through")
		}
	})
}
