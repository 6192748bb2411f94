package cms_test

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/cms"
	"chipid/cardlib/cms/cmstest"
)

var (
	start = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	end   = time.Date(2034, 1, 1, 0, 0, 0, 0, time.UTC)
	csca  = cmstest.DN("VN", "SYNTHETIC", "csca")
	ds    = cmstest.DN("VN", "SYNTHETIC", "signer")
)

// signed is a right SignedData over "content" by a key, to be made wrong.
func signed(key *cmstest.Key) cmstest.SignedData {
	cert := cmstest.Certificate{Subject: ds, Issuer: csca, Serial: 7, NotBefore: start, NotAfter: end, Key: key}
	return cmstest.SignedData{
		Content:      []byte("content"),
		Certificates: [][]byte{cert.Sign(key)},
		Signers:      []cmstest.Signer{{Key: key, Issuer: csca, Serial: 7, SigningTime: start}},
	}
}

func TestVerifySignedData(t *testing.T) {
	key, other := cmstest.NewKey("brainpoolP256r1"), cmstest.NewKey("brainpoolP256r1")
	small := cmstest.NewKey("brainpoolP192r1")
	digest := sha256.Sum256([]byte("content"))
	contentType, messageDigest := cmstest.ContentType(cmstest.LDSSecurityObject), cmstest.MessageDigest(digest[:])
	cases := []struct {
		name   string
		change func(*cmstest.SignedData)
		want   error
	}{
		{"right, attributes in another order than DER's", func(*cmstest.SignedData) {}, nil},
		{"signer named by key id", func(sd *cmstest.SignedData) { sd.Signers[0].KeyID = key.KeyID() }, nil},
		{"digest and signature with different hashes", func(sd *cmstest.SignedData) {
			sd.Signers[0].Digest, sd.Signers[0].Hash = crypto.SHA512, crypto.SHA384
		}, nil},
		{"signature algorithm names only the key", func(sd *cmstest.SignedData) {
			sd.Signers[0].Algorithm = cmstest.Seq(cmstest.OID(1, 2, 840, 10045, 2, 1))
		}, nil},
		{"digest algorithm names a signature algorithm", func(sd *cmstest.SignedData) {
			sd.Signers[0].DigestAlgorithm = cmstest.Seq(cmstest.OID(1, 2, 840, 10045, 4, 3, 2))
		}, nil},
		{"ecdsa-with-Specified", func(sd *cmstest.SignedData) {
			sd.Signers[0].Algorithm = cmstest.Seq(cmstest.OID(1, 2, 840, 10045, 4, 3), cmstest.Seq(cmstest.OID(2, 16, 840, 1, 101, 3, 4, 2, 1)))
		}, nil},
		{"plain ECDSA", func(sd *cmstest.SignedData) {
			sd.Signers[0].Plain = true
			sd.Signers[0].Algorithm = cmstest.Seq(cmstest.OID(0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 3))
		}, nil},
		{"plain signature under the DER algorithm", func(sd *cmstest.SignedData) { sd.Signers[0].Plain = true }, cms.ErrSignature},
		{"another certificate of the same name before the right one", func(sd *cmstest.SignedData) {
			sd.Certificates = append(signed(other).Certificates, sd.Certificates...)
		}, nil},
		{"a certificate that is none beside the right one", func(sd *cmstest.SignedData) {
			sd.Certificates = append(sd.Certificates, cmstest.Seq(cmstest.Seq()))
		}, nil},

		{"signed by another key", func(sd *cmstest.SignedData) { sd.Signers[0].Key = other }, cms.ErrSignature},
		{"attributes put into another order after signing", func(sd *cmstest.SignedData) { sd.Signers[0].Reorder = true }, cms.ErrSignature},
		{"content exchanged", func(sd *cmstest.SignedData) {
			sd.Signers[0].Attributes = [][]byte{contentType, messageDigest}
			sd.Content = []byte("c0ntent")
		}, cms.ErrDigest},
		{"messageDigest missing", func(sd *cmstest.SignedData) { sd.Signers[0].Attributes = [][]byte{contentType} }, cms.ErrAttributes},
		{"contentType missing", func(sd *cmstest.SignedData) { sd.Signers[0].Attributes = [][]byte{messageDigest} }, cms.ErrAttributes},
		{"contentType of a master list", func(sd *cmstest.SignedData) {
			sd.Signers[0].Attributes = [][]byte{cmstest.ContentType(cmstest.OID(2, 23, 136, 1, 1, 2)), messageDigest}
		}, cms.ErrAttributes},
		{"content of another type altogether", func(sd *cmstest.SignedData) { sd.ContentType = cmstest.OID(2, 23, 136, 1, 1, 2) }, cms.ErrAttributes},
		{"no attributes", func(sd *cmstest.SignedData) { sd.Signers[0].NoAttributes = true }, cms.ErrAttributes},
		{"SHA-1 digest", func(sd *cmstest.SignedData) { sd.Signers[0].Digest = crypto.SHA1 }, cms.ErrPolicy},
		{"SHA-1 signature", func(sd *cmstest.SignedData) { sd.Signers[0].Hash = crypto.SHA1 }, cms.ErrPolicy},
		{"small curve", func(sd *cmstest.SignedData) { *sd = signed(small) }, cms.ErrPolicy},
		{"unknown signature algorithm", func(sd *cmstest.SignedData) { sd.Signers[0].Algorithm = cmstest.Seq(cmstest.OID(1, 2, 3)) }, cms.ErrUnsupported},
		{"unknown digest algorithm", func(sd *cmstest.SignedData) { sd.Signers[0].DigestAlgorithm = cmstest.Seq(cmstest.OID(1, 2, 3)) }, cms.ErrUnsupported},
		{"RSA algorithm with an EC key", func(sd *cmstest.SignedData) {
			sd.Signers[0].Algorithm = cmstest.Seq(cmstest.OID(1, 2, 840, 113549, 1, 1, 11))
		}, cms.ErrSignature},
		{"nobody signed", func(sd *cmstest.SignedData) { sd.Signers = nil }, cms.ErrNoSigner},
		{"no certificate", func(sd *cmstest.SignedData) { sd.Certificates = nil }, cms.ErrNoSignerCertificate},
		{"certificate of another serial number", func(sd *cmstest.SignedData) { sd.Signers[0].Serial = 8 }, cms.ErrNoSignerCertificate},
		{"certificate of another issuer", func(sd *cmstest.SignedData) { sd.Signers[0].Issuer = ds }, cms.ErrNoSignerCertificate},
		{"certificate of another key id", func(sd *cmstest.SignedData) { sd.Signers[0].KeyID = other.KeyID() }, cms.ErrNoSignerCertificate},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			object := signed(key)
			tc.change(&object)
			sd, err := cms.ParseSignedData(object.Encode())
			require.NoError(t, err)
			signers, err := sd.Verify(cms.OIDLDSSecurityObject, cms.Policy{})
			if tc.want != nil {
				assert.ErrorIs(t, err, tc.want)
				assert.Empty(t, signers)
				return
			}
			require.NoError(t, err)
			assert.True(t, start.Equal(signers[0].Info.SigningTime))
		})
	}
}

func TestAttributeTwice(t *testing.T) {
	object := signed(cmstest.NewKey("P-256"))
	right := cmstest.ContentType(cmstest.LDSSecurityObject)
	object.Signers[0].Attributes = [][]byte{right, right}
	_, err := cms.ParseSignedData(object.Encode())
	assert.ErrorIs(t, err, cms.ErrAttributes)
}

func TestAttributeWithTwoValues(t *testing.T) {
	object := signed(cmstest.NewKey("P-256"))
	object.Signers[0].Attributes = [][]byte{cmstest.Seq(
		cmstest.OID(1, 2, 840, 113549, 1, 9, 4), cmstest.Set(cmstest.Octets([]byte{1}), cmstest.Octets([]byte{2})),
	)}
	_, err := cms.ParseSignedData(object.Encode())
	assert.ErrorIs(t, err, cms.ErrMalformed)
}

// TestForgedGenerator is CVE-2020-0601: the victim's public point under another
// generator, to which the private key is known.
func TestForgedGenerator(t *testing.T) {
	for _, curve := range []string{"brainpoolP384r1", "P-256"} {
		t.Run(curve, func(t *testing.T) {
			victim := cmstest.NewKey(curve)
			object := signed(cmstest.Forge(victim))
			sd, err := cms.ParseSignedData(object.Encode())
			require.NoError(t, err)
			_, err = sd.Verify(cms.OIDLDSSecurityObject, cms.Policy{})
			assert.ErrorIs(t, err, cms.ErrNoSignerCertificate)
			assert.ErrorIs(t, err, cms.ErrCurveAltered)
		})
	}
}

func TestExplicitCurve(t *testing.T) {
	for _, curve := range []string{"brainpoolP384r1", "P-521"} {
		t.Run(curve, func(t *testing.T) {
			key := cmstest.NewKey(curve)
			named, err := cms.ParsePublicKey(key.SPKI())
			require.NoError(t, err)
			key.Explicit = true
			explicit, err := cms.ParsePublicKey(key.SPKI())
			require.NoError(t, err)
			assert.True(t, explicit.Explicit)
			assert.True(t, named.Equal(explicit), "one key, written in two ways")
			assert.Equal(t, named.KeyID(), explicit.KeyID())
		})
	}
}

// TestManyCandidates: an object cannot make us try every certificate that it holds.
func TestManyCandidates(t *testing.T) {
	object := signed(cmstest.NewKey("P-256"))
	for len(object.Certificates) < cms.MaxCertificates {
		object.Certificates = append(object.Certificates, object.Certificates[0])
	}
	sd, err := cms.ParseSignedData(object.Encode())
	require.NoError(t, err)
	assert.Len(t, sd.Candidates(sd.Signers[0]), cms.MaxCandidates)
}

func TestPlainSignatureLength(t *testing.T) {
	der := cmstest.NewKey("brainpoolP256r1")
	key, err := cms.ParsePublicKey(der.SPKI())
	require.NoError(t, err)
	message := []byte("message")
	_, plain := der.Sign(crypto.SHA256, message)
	alg := cms.SignatureAlgorithm{Scheme: cms.ECDSAPlain, Hash: crypto.SHA256}
	require.NoError(t, key.Verify(alg, cms.Policy{}, plain, message))
	longer := append(append(append([]byte(nil), plain[:32]...), 0), plain[32:]...)
	for _, bad := range [][]byte{longer, plain[:63], plain[:20], nil} {
		assert.ErrorIs(t, key.Verify(alg, cms.Policy{}, bad, message), cms.ErrSignature, "%d bytes", len(bad))
	}
}

// TestSignatureEncoding: Ecdsa-Sig-Value in DER and in nothing looser.
func TestSignatureEncoding(t *testing.T) {
	signer := cmstest.NewKey("brainpoolP256r1")
	key, err := cms.ParsePublicKey(signer.SPKI())
	require.NoError(t, err)
	message := []byte("message")
	der, plain := signer.Sign(crypto.SHA256, message)
	require.NoError(t, key.Verify(cms.SignatureAlgorithm{Scheme: cms.ECDSA, Hash: crypto.SHA256}, cms.Policy{}, der, message))
	integer := func(b []byte) []byte { return append([]byte{2, byte(len(b))}, b...) }
	r, s := append([]byte{0, 0}, plain[:32]...), append([]byte{0}, plain[32:]...)
	for name, bad := range map[string][]byte{
		"zeros before r":      cmstest.Seq(integer(r), integer(s)),
		"long form of length": append([]byte{0x30, 0x81}, der[1:]...),
		"bytes after it":      append(bytes.Clone(der), 0),
		"a third number":      cmstest.Seq(der[2:], integer([]byte{1})),
		"r alone":             cmstest.Seq(integer(r[1:])),
		"empty":               nil,
	} {
		err := key.Verify(cms.SignatureAlgorithm{Scheme: cms.ECDSA, Hash: crypto.SHA256}, cms.Policy{}, bad, message)
		assert.ErrorIs(t, err, cms.ErrSignature, name)
	}
}

func TestContentInfoOfAnotherType(t *testing.T) {
	object := signed(cmstest.NewKey("P-256")).Encode()
	at := bytes.Index(object, []byte(cms.OIDSignedData))
	object[at+len(cms.OIDSignedData)-1] = 3 // EnvelopedData
	_, err := cms.ParseSignedData(object)
	assert.ErrorIs(t, err, cms.ErrMalformed)
}

func TestPolicy(t *testing.T) {
	object := signed(cmstest.NewKey("P-256"))
	sd, err := cms.ParseSignedData(object.Encode())
	require.NoError(t, err)
	_, err = sd.Verify(cms.OIDLDSSecurityObject, cms.Policy{MinEC: 384})
	assert.ErrorIs(t, err, cms.ErrPolicy)

	object.Signers[0].Digest, object.Signers[0].Hash = crypto.SHA1, crypto.SHA1
	sd, err = cms.ParseSignedData(object.Encode())
	require.NoError(t, err)
	_, err = sd.Verify(cms.OIDLDSSecurityObject, cms.Policy{AllowSHA1: true})
	assert.NoError(t, err)
}
