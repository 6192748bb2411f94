package cvc

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/curves"
	"chipid/cardlib/tlv"
)

// authority is a holder of a test PKI.
type authority struct {
	key  crypto.Signer
	cert *Certificate
}

func generate(t *testing.T, alg Algorithm, curve string) crypto.Signer {
	t.Helper()
	var key crypto.Signer
	var err error
	switch {
	case !alg.EC():
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	case curve == "P-256":
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	default:
		key, err = GenerateECKey(curveNamed(curve), nil)
	}
	require.NoError(t, err)
	return key
}

func (a authority) public(t *testing.T) PublicKey {
	t.Helper()
	k, err := NewPublicKey(a.cert.PublicKey.Algorithm, a.key.Public())
	require.NoError(t, err)
	return k
}

// issue makes a holder below a; the zero authority makes a CVCA.
func (a authority) issue(t *testing.T, name Reference, role Role, alg Algorithm, curve string) authority {
	t.Helper()
	key := generate(t, alg, curve)
	public, err := NewPublicKey(alg, key.Public())
	require.NoError(t, err)
	template := Template{Authority: name, Holder: name, PublicKey: public, Authorization: NewAuthorization(role, ReadDG3),
		Effective: day(2024, 1, 1), Expiration: day(2026, 12, 31), Parameters: role == CountryCVCA}
	signer, signerKey := key, public
	if a.cert != nil {
		template.Authority, signer, signerKey = a.cert.Holder, a.key, a.public(t)
	}
	cert, err := template.Issue(signerKey, signer, nil)
	require.NoError(t, err)
	return authority{key, cert}
}

func TestIssuedChains(t *testing.T) {
	for name, tc := range map[string]struct {
		alg   Algorithm
		curve string
	}{
		"RSA PKCS#1":          {RSAv15SHA256, ""},
		"RSA PSS":             {RSAPSSSHA512, ""},
		"ECDSA P-256":         {ECDSASHA256, "P-256"},
		"ECDSA P-521":         {ECDSASHA512, "P-521"},
		"ECDSA brainpoolP224": {ECDSASHA224, "brainpoolP224r1"},
		"ECDSA brainpoolP384": {ECDSASHA384, "brainpoolP384r1"},
		"ECDSA with SHA-1":    {ECDSASHA1, "brainpoolP320r1"},
	} {
		t.Run(name, func(t *testing.T) {
			cvca := authority{}.issue(t, "UTCVCA00001", CountryCVCA, tc.alg, tc.curve)
			dv := cvca.issue(t, "UTDV00001", DVOfficial, tc.alg, tc.curve)
			terminal := dv.issue(t, "UTTERM00001", Terminal, tc.alg, tc.curve)
			chain, err := Chain([]Reference{"UTCVCA00001"}, []*Certificate{cvca.cert, dv.cert}, terminal.cert)
			require.NoError(t, err)
			assert.Equal(t, []*Certificate{dv.cert, terminal.cert}, chain)

			stranger := authority{}.issue(t, "UTCVCA00001", CountryCVCA, tc.alg, tc.curve)
			_, err = Chain([]Reference{"UTCVCA00001"}, []*Certificate{stranger.cert, dv.cert}, terminal.cert)
			assert.ErrorIs(t, err, ErrSignature, "another CVCA of that name")
		})
	}
}

func TestChainOverLinks(t *testing.T) {
	const alg, curve = ECDSASHA256, "brainpoolP256r1"
	first := authority{}.issue(t, "UTCVCA00001", CountryCVCA, alg, curve)
	second := first.issue(t, "UTCVCA00002", CountryCVCA, alg, curve)
	third := second.issue(t, "UTCVCA00003", CountryCVCA, alg, curve)
	dv := third.issue(t, "UTDV00001", DVOfficial, alg, curve)
	terminal := dv.issue(t, "UTTERM00001", Terminal, alg, curve)
	all := []*Certificate{dv.cert, third.cert, second.cert, first.cert, terminal.cert}
	assert.True(t, second.cert.Link())
	assert.False(t, first.cert.Link())
	for name, tc := range map[string]struct {
		known []Reference
		certs []*Certificate
		want  []*Certificate
	}{
		"the chip knows the newest":     {[]Reference{"UTCVCA00003", "UTCVCA00002"}, all, []*Certificate{dv.cert, terminal.cert}},
		"one behind":                    {[]Reference{"UTCVCA00002"}, all, []*Certificate{third.cert, dv.cert, terminal.cert}},
		"two behind":                    {[]Reference{"UTCVCA00001"}, all, []*Certificate{second.cert, third.cert, dv.cert, terminal.cert}},
		"without the CVCA's own":        {[]Reference{"UTCVCA00003"}, []*Certificate{dv.cert}, []*Certificate{dv.cert, terminal.cert}},
		"another State's":               {[]Reference{"XXCVCA00001"}, all, nil},
		"no references":                 {nil, all, nil},
		"the document verifier missing": {[]Reference{"UTCVCA00003"}, []*Certificate{third.cert}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			chain, err := Chain(tc.known, tc.certs, terminal.cert)
			assert.Equal(t, tc.want, chain)
			if tc.want == nil {
				assert.ErrorIs(t, err, ErrNoChain)
			}
		})
	}
}

func TestAuthorization(t *testing.T) {
	cvca, dv, terminal := NewAuthorization(CountryCVCA, 3), NewAuthorization(DVForeign, ReadDG3), NewAuthorization(Terminal, 3)
	assert.Equal(t, []byte{0xC3}, cvca.Bits)
	effective := cvca.And(dv).And(terminal)
	assert.Equal(t, Terminal, effective.Role())
	assert.True(t, effective.Allows(ReadDG3))
	assert.False(t, effective.Allows(ReadDG4), "the DV has not the right to give")
	other := Authorization{AuthenticationTerminal, []byte{0xFF}}
	assert.False(t, other.Allows(ReadDG3))
	assert.False(t, cvca.And(other).And(terminal).Allows(ReadDG3))
	assert.Equal(t, "official domestic DV", DVOfficial.String())
}

func TestReferences(t *testing.T) {
	for name, tc := range map[string]struct {
		hex  string
		want []Reference
		bad  bool
	}{
		"two":              {"420B5554435643413030303032" + "420B5554435643413030303031" + strings.Repeat("00", 10), []Reference{"UTCVCA00002", "UTCVCA00001"}, false},
		"one":              {"420B5554435643413030303031" + strings.Repeat("00", 23), []Reference{"UTCVCA00001"}, false},
		"without filling":  {"420B5554435643413030303031", []Reference{"UTCVCA00001"}, false},
		"empty":            {"", nil, false},
		"zeros":            {"0000", nil, false},
		"another object":   {"430155", nil, true},
		"too long":         {"4211" + strings.Repeat("41", 17), nil, true},
		"cut off":          {"420B5554", nil, true},
		"a control":        {"42020A41", nil, true},
		"too many of them": {strings.Repeat("420155", 5), nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := hex.DecodeString(tc.hex)
			require.NoError(t, err)
			got, err := ParseReferences(b)
			assert.Equal(t, tc.bad, err != nil, "%v", err)
			if !tc.bad {
				assert.Equal(t, tc.want, got)
			}
		})
	}
	for r, good := range map[Reference]bool{"UTCVCA00001": true, NewReference("VN", "DV", "VN0A1"): true, "ut": false, "utCVCA00001": false,
		"UTCVCA0000a": false, "UTMNEMONICLONGER00001": false} {
		assert.Equal(t, good, r.Check() == nil, string(r))
	}
	assert.Empty(t, Reference("AB").Country())
}

func TestMalformedCertificates(t *testing.T) {
	good := examples(t)["ecdh"].certificate(t, "terminal")
	edit := func(do func(parts tlv.Elements) [][]byte) []byte {
		body, err := tlv.ReadTag(good.Body, tagBody)
		require.NoError(t, err)
		parts, err := body.Children()
		require.NoError(t, err)
		return tlv.Encode(tagCertificate, tlv.Encode(tagBody, do(parts)...), tlv.Encode(tagSignature, good.Signature))
	}
	raws := func(parts tlv.Elements) (all [][]byte) {
		for _, p := range parts {
			all = append(all, p.Raw)
		}
		return all
	}
	replace := func(i int, with []byte) []byte {
		return edit(func(parts tlv.Elements) [][]byte {
			all := raws(parts)
			all[i] = with
			return all
		})
	}
	for name, b := range map[string][]byte{
		"empty":               nil,
		"another tag":         tlv.Encode(0x7F22, []byte{1}),
		"no signature":        tlv.Encode(tagCertificate, good.Body),
		"something after it":  append(append([]byte(nil), good.Raw...), 0),
		"profile 1":           replace(0, tlv.Encode(tagProfile, []byte{1})),
		"no authority":        replace(1, tlv.Encode(tagAuthority)),
		"key of no algorithm": replace(2, tlv.Encode(tagPublicKey, tlv.Encode(tagPoint, []byte{4, 1, 1}), tlv.Encode(tagPoint))),
		"an unknown one":      replace(2, tlv.Encode(tagPublicKey, tlv.Encode(tagOID, []byte{1, 2}), tlv.Encode(tagPoint, []byte{4, 1, 1}))),
		"an even point":       replace(2, tlv.Encode(tagPublicKey, tlv.Encode(tagOID, []byte(ECDSASHA256)), tlv.Encode(tagPoint, []byte{4, 1}))),
		"an RSA key of 8 bits": replace(2, tlv.Encode(tagPublicKey, tlv.Encode(tagOID, []byte(RSAv15SHA256)), tlv.Encode(tagModulus, []byte{0xFF}),
			tlv.Encode(tagExponent, []byte{3}))),
		"a date of letters":   replace(5, tlv.Encode(tagEffective, []byte("240101"))),
		"30 February":         replace(6, tlv.Encode(tagExpiration, []byte{2, 4, 0, 2, 3, 0})),
		"rights of no length": replace(4, tlv.Encode(tagAuthorization, tlv.Encode(tagOID, []byte(InspectionSystem)), tlv.Encode(tagDiscretionary))),
		"one object too few":  edit(func(parts tlv.Elements) [][]byte { return raws(parts[:6]) }),
		"the order changed": edit(func(parts tlv.Elements) [][]byte {
			all := raws(parts)
			all[5], all[6] = all[6], all[5]
			return all
		}),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(b)
			require.Error(t, err)
			assert.True(t, strings.HasPrefix(err.Error(), "cvc: "), err)
		})
	}
	all, err := ParseAll(append(append([]byte(nil), good.Raw...), good.Raw...))
	require.NoError(t, err)
	assert.Len(t, all, 2)
	_, err = ParseAll(append(append([]byte(nil), good.Raw...), 0x7F))
	assert.Error(t, err)
}

// TestAlteredDomainParameters: parameters that are a standard curve but for the
// generator would let anybody sign for the CVCA's point.
func TestAlteredDomainParameters(t *testing.T) {
	c := curveNamed("brainpoolP256r1")
	key, err := GenerateECKey(c, nil)
	require.NoError(t, err)
	half := c.Mul(key.public.Point, key.d)
	other, err := c.WithGenerator(half)
	require.NoError(t, err)
	raw, err := PublicKey{Algorithm: ECDSASHA256, Curve: other, Point: c.Encode(key.public.Point)}.encode(true)
	require.NoError(t, err)
	e, err := tlv.ReadOnly(raw)
	require.NoError(t, err)
	_, err = parsePublicKey(e)
	assert.ErrorIs(t, err, ErrUnsupported)
}

func TestKeysThatDoNotFit(t *testing.T) {
	ec := generate(t, ECDSASHA256, "P-256")
	_, err := NewPublicKey(RSAv15SHA256, ec.Public())
	assert.ErrorIs(t, err, ErrUnsupported)
	_, err = NewPublicKey(ECDSASHA256, "no key")
	assert.ErrorIs(t, err, ErrUnsupported)
	k, err := NewPublicKey(ECDSASHA256, ec.Public())
	require.NoError(t, err)
	assert.True(t, k.Is(ec.Public()))
	assert.False(t, k.Is(generate(t, ECDSASHA256, "P-256").Public()))
	assert.False(t, k.Is("no key"))
	bare := PublicKey{Algorithm: k.Algorithm, Point: k.Point}
	assert.ErrorIs(t, bare.Verify(nil, nil), ErrNoParameters)
	p384, _ := curves.ByID(15)
	_, err = bare.Inherit(p384)
	assert.ErrorIs(t, err, ErrMalformed)
	_, err = bare.Inherit(nil)
	assert.ErrorIs(t, err, ErrNoParameters)
	_, err = Template{Authority: "UTCVCA00001", Holder: "UTCVCA00001", PublicKey: bare, Parameters: true}.body()
	assert.ErrorIs(t, err, ErrNoParameters)
	_, err = NewECKey(p384, p384.N)
	assert.ErrorIs(t, err, ErrKey)
	assert.Equal(t, "id-TA-ECDSA-SHA-256", ECDSASHA256.String())
	assert.Equal(t, "unknown algorithm", Algorithm("x").String())
}
