package cms_test

import (
	"crypto"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/cms"
	"chipid/cardlib/curves"
	"chipid/cardlib/internal/wycheproof"
)

var wycheproofHashes = map[string]crypto.Hash{
	"SHA-1": crypto.SHA1, "SHA-224": crypto.SHA224, "SHA-256": crypto.SHA256, "SHA-384": crypto.SHA384, "SHA-512": crypto.SHA512,
}

// lenient lets old algorithms through: what is allowed is not the question here.
var lenient = cms.Policy{AllowSHA1: true, MinRSA: 1024, MinEC: 160}

func vectors(t *testing.T, name string) []wycheproof.Group {
	t.Helper()
	groups, err := wycheproof.Load(name)
	require.NoError(t, err)
	return groups
}

// TestWycheproofSignatures: exactly the valid signatures verify. The one kind of
// "acceptable" vector, a DigestInfo without NULL, is refused.
func TestWycheproofSignatures(t *testing.T) {
	for _, tc := range []struct {
		file string
		alg  cms.SignatureAlgorithm
	}{
		{"ecdsa_secp224r1_sha224", cms.SignatureAlgorithm{Scheme: cms.ECDSA}},
		{"ecdsa_secp256r1_sha256", cms.SignatureAlgorithm{Scheme: cms.ECDSA}},
		{"ecdsa_secp384r1_sha384", cms.SignatureAlgorithm{Scheme: cms.ECDSA}},
		{"ecdsa_secp521r1_sha512", cms.SignatureAlgorithm{Scheme: cms.ECDSA}},
		{"ecdsa_brainpoolP224r1_sha224", cms.SignatureAlgorithm{Scheme: cms.ECDSA}},
		{"ecdsa_brainpoolP256r1_sha256", cms.SignatureAlgorithm{Scheme: cms.ECDSA}},
		{"ecdsa_brainpoolP320r1_sha384", cms.SignatureAlgorithm{Scheme: cms.ECDSA}},
		{"ecdsa_brainpoolP384r1_sha384", cms.SignatureAlgorithm{Scheme: cms.ECDSA}},
		{"ecdsa_brainpoolP512r1_sha512", cms.SignatureAlgorithm{Scheme: cms.ECDSA}},
		{"ecdsa_secp256r1_sha256_p1363", cms.SignatureAlgorithm{Scheme: cms.ECDSAPlain}},
		{"ecdsa_brainpoolP256r1_sha256_p1363", cms.SignatureAlgorithm{Scheme: cms.ECDSAPlain}},
		{"ecdsa_brainpoolP384r1_sha384_p1363", cms.SignatureAlgorithm{Scheme: cms.ECDSAPlain}},
		{"rsa_signature_2048_sha224", cms.SignatureAlgorithm{Scheme: cms.RSAPKCS1}},
		{"rsa_signature_2048_sha256", cms.SignatureAlgorithm{Scheme: cms.RSAPKCS1}},
		{"rsa_signature_3072_sha384", cms.SignatureAlgorithm{Scheme: cms.RSAPKCS1}},
		{"rsa_signature_4096_sha512", cms.SignatureAlgorithm{Scheme: cms.RSAPKCS1}},
		{"rsa_pss_2048_sha1_mgf1_20_params", cms.SignatureAlgorithm{Scheme: cms.RSAPSS}},
		{"rsa_pss_2048_sha256_mgf1_0_params", cms.SignatureAlgorithm{Scheme: cms.RSAPSS}},
		{"rsa_pss_2048_sha256_mgf1_32_params", cms.SignatureAlgorithm{Scheme: cms.RSAPSS}},
		{"rsa_pss_2048_sha512_mgf1sha256_32_params", cms.SignatureAlgorithm{Scheme: cms.RSAPSS}},
		{"rsa_pss_3072_sha256_mgf1_32_params", cms.SignatureAlgorithm{Scheme: cms.RSAPSS}},
		{"rsa_pss_4096_sha512_mgf1_64_params", cms.SignatureAlgorithm{Scheme: cms.RSAPSS}},
		{"rsa_pss_misc_params", cms.SignatureAlgorithm{Scheme: cms.RSAPSS}},
	} {
		t.Run(tc.file, func(t *testing.T) {
			t.Parallel()
			judged := 0
			for _, g := range vectors(t, tc.file) {
				judged += checkSignatures(t, tc.alg, g)
			}
			assert.Greater(t, judged, 50, "not passed over")
		})
	}
}

// checkSignatures returns how many vectors of the group it judged: all, or none if
// the group's hash (SHA-512/256 and the like) is none that States use.
func checkSignatures(t *testing.T, alg cms.SignatureAlgorithm, g wycheproof.Group) int {
	t.Helper()
	hash, known := wycheproofHashes[g.Hash]
	mgf := wycheproofHashes[g.MGFHash]
	if !known || alg.Scheme == cms.RSAPSS && mgf == 0 {
		return 0
	}
	alg.Hash = hash
	if alg.Scheme == cms.RSAPSS {
		alg.MGFHash, alg.SaltLength = mgf, g.SaltLength
	}
	key, err := cms.ParsePublicKey(g.Public)
	require.NoError(t, err)
	for _, v := range g.Tests {
		if alg.Scheme == cms.RSAPSS && slices.Contains(v.Flags, "ModifiedSignature") && v.Result == wycheproof.Valid {
			alg.SaltLength = cms.AnySalt // a good signature with another salt than the group says
		}
		err := key.Verify(alg, lenient, v.Signature, v.Message)
		if v.Result == wycheproof.Valid {
			assert.NoError(t, err, v)
			continue
		}
		assert.ErrorIs(t, err, cms.ErrSignature, v)
	}
	return len(g.Tests)
}

// TestWycheproofKeyAgreement: keys as certificates and DG14 spell them. Exactly
// the shared secrets of the vectors come out; keys off the curve, of other
// curves and with altered parameters are refused.
func TestWycheproofKeyAgreement(t *testing.T) {
	for _, name := range []string{
		"secp224r1", "secp256r1", "secp384r1", "secp521r1",
		"brainpoolP224r1", "brainpoolP256r1", "brainpoolP320r1", "brainpoolP384r1", "brainpoolP512r1",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			curve := curveNamed(t, name)
			agreed, refused := 0, 0
			for _, g := range vectors(t, "ecdh_"+name) {
				for _, v := range g.Tests {
					if checkAgreement(t, curve, v) {
						agreed++
					} else {
						refused++
					}
				}
			}
			assert.Greater(t, agreed, 300)
			assert.Greater(t, refused, 40)
		})
	}
}

// checkAgreement tells whether the key was taken. What may be refused for its
// form must give the right secret if it is taken.
func checkAgreement(t *testing.T, curve *curves.Curve, v wycheproof.Test) (taken bool) {
	t.Helper()
	key, err := cms.ParsePublicKey(v.Public)
	if err == nil && (key.Curve == nil || !key.Curve.SameDomain(curve)) {
		err = cms.ErrUnsupported // whoever agrees on a key compares the curve with its own
	}
	if err != nil {
		assert.NotEqual(t, wycheproof.Valid, v.Result, "%v: %v", v, err)
		return false
	}
	// An absent cofactor follows from n and p; whoever writes none alters nothing.
	if !slices.Contains(v.Flags, "NoCofactor") {
		assert.NotEqual(t, wycheproof.Invalid, v.Result, v)
	}
	shared := curve.Mul(key.Point, new(big.Int).SetBytes(v.Private))
	require.False(t, shared.IsIdentity(), v)
	assert.Equal(t, []byte(v.Shared), curve.XBytes(shared), v)
	return true
}

// curveNamed finds a curve by the name that SEC 2 and RFC 5639 give it.
func curveNamed(t *testing.T, name string) *curves.Curve {
	t.Helper()
	nist := map[string]string{"secp224r1": "P-224", "secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
	for _, c := range curves.All() {
		if c.Name == name || c.Name == nist[name] {
			return c
		}
	}
	require.Fail(t, "no such curve", name)
	return nil
}

// TestWycheproofPSSKeys: the keys of these files are restricted to RSASSA-PSS, and
// to the very parameters that the group names.
func TestWycheproofPSSKeys(t *testing.T) {
	restricted := 0
	for _, g := range vectors(t, "rsa_pss_misc_params") {
		hash, mgf := wycheproofHashes[g.Hash], wycheproofHashes[g.MGFHash]
		if hash == 0 || mgf == 0 {
			continue
		}
		key, err := cms.ParsePublicKey(g.Public)
		require.NoError(t, err)
		if !assert.True(t, key.PSSOnly) || !assert.NotNil(t, key.PSS) {
			continue
		}
		restricted++
		assert.Equal(t, cms.SignatureAlgorithm{Scheme: cms.RSAPSS, Hash: hash, MGFHash: mgf, SaltLength: g.SaltLength}, *key.PSS)
	}
	assert.Greater(t, restricted, 60)
}
