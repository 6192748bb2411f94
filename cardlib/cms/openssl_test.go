package cms

import (
	"bytes"
	"crypto"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	return fileIn(t, filepath.Join("testdata", "openssl"), name)
}

func parseFixture(t testing.TB, name string) *SignedData {
	t.Helper()
	return parseIn(t, filepath.Join("testdata", "openssl"), name)
}

func parseIn(t testing.TB, dir, name string) *SignedData {
	t.Helper()
	sd, err := ParseSignedData(fileIn(t, dir, name+".cms.der"))
	require.NoError(t, err)
	require.Empty(t, sd.BadCertificates)
	return sd
}

func fileIn(t testing.TB, dir, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	return b
}

// opensslCases are the fixtures that must verify, with what is to be read of them.
var opensslCases = []struct {
	name   string
	key    string
	signer SignatureAlgorithm
	policy Policy
}{
	{name: "bp224", key: "EC brainpoolP224r1", signer: SignatureAlgorithm{Scheme: ECDSA, Hash: crypto.SHA224}},
	{name: "bp256", key: "EC brainpoolP256r1", signer: SignatureAlgorithm{Scheme: ECDSA, Hash: crypto.SHA256}},
	{name: "bp256-explicit", key: "EC brainpoolP256r1 (explicit parameters)", signer: SignatureAlgorithm{Scheme: ECDSA, Hash: crypto.SHA256}},
	{name: "bp256-indefinite", key: "EC brainpoolP256r1", signer: SignatureAlgorithm{Scheme: ECDSA, Hash: crypto.SHA256}},
	{name: "bp320", key: "EC brainpoolP320r1", signer: SignatureAlgorithm{Scheme: ECDSA, Hash: crypto.SHA384}},
	{name: "bp384", key: "EC brainpoolP384r1", signer: SignatureAlgorithm{Scheme: ECDSA, Hash: crypto.SHA256}},
	{name: "bp384-explicit", key: "EC brainpoolP384r1 (explicit parameters)", signer: SignatureAlgorithm{Scheme: ECDSA, Hash: crypto.SHA384}},
	{name: "bp512", key: "EC brainpoolP512r1", signer: SignatureAlgorithm{Scheme: ECDSA, Hash: crypto.SHA512}},
	{name: "p224", key: "EC P-224", signer: SignatureAlgorithm{Scheme: ECDSA, Hash: crypto.SHA224}},
	{name: "p256", key: "EC P-256", signer: SignatureAlgorithm{Scheme: ECDSA, Hash: crypto.SHA256}},
	{name: "p256-explicit", key: "EC P-256 (explicit parameters)", signer: SignatureAlgorithm{Scheme: ECDSA, Hash: crypto.SHA256}},
	{name: "p256-keyid", key: "EC P-256", signer: SignatureAlgorithm{Scheme: ECDSA, Hash: crypto.SHA256}},
	{name: "p384", key: "EC P-384", signer: SignatureAlgorithm{Scheme: ECDSA, Hash: crypto.SHA384}},
	{name: "p521", key: "EC P-521", signer: SignatureAlgorithm{Scheme: ECDSA, Hash: crypto.SHA512}},
	{name: "rsa-pkcs1-sha256", key: "RSA-2048", signer: SignatureAlgorithm{Scheme: RSAPKCS1, Hash: crypto.SHA256}},
	{name: "rsa-pkcs1-sha512", key: "RSA-3072", signer: SignatureAlgorithm{Scheme: RSAPKCS1, Hash: crypto.SHA512}},
	{name: "rsa-pss-sha384", key: "RSA-3072", signer: SignatureAlgorithm{RSAPSS, crypto.SHA384, crypto.SHA384, 48}},
	{name: "rsa-pss-sha512-salt0", key: "RSA-2048", signer: SignatureAlgorithm{RSAPSS, crypto.SHA512, crypto.SHA512, 0}},
	{name: "rsa-pss-other-mgf", key: "RSA-2048", signer: SignatureAlgorithm{RSAPSS, crypto.SHA256, crypto.SHA1, 20}},
	{name: "rsa-pss-key", key: "RSA-2048", signer: SignatureAlgorithm{RSAPSS, crypto.SHA256, crypto.SHA256, 32}},
	{name: "sha1-ecdsa", key: "EC P-256", signer: SignatureAlgorithm{Scheme: ECDSA, Hash: crypto.SHA1}, policy: Policy{AllowSHA1: true}},
	{name: "sha1-pss-defaults", key: "RSA-2048", signer: SignatureAlgorithm{RSAPSS, crypto.SHA1, crypto.SHA1, 20}, policy: Policy{AllowSHA1: true}},
}

func TestOpenSSLSignatures(t *testing.T) { judgeOpenSSL(t, filepath.Join("testdata", "openssl")) }

// TestFreshByOpenSSL judges what the openssl of this machine makes now, with new
// keys, by the script that made the files.
func TestFreshByOpenSSL(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "regenerate.sh")
	require.NoError(t, os.WriteFile(script, fixture(t, "regenerate.sh"), 0o700))
	out, err := exec.Command("sh", script).CombinedOutput()
	require.NoError(t, err, "%s", out)
	judgeOpenSSL(t, dir)

	list, err := ParseSignedData(fileIn(t, dir, "masterlist.cms.der"))
	require.NoError(t, err)
	_, err = list.Verify(OIDCSCAMasterList, Policy{})
	assert.NoError(t, err)
	csca, err := ParseCertificate(fileIn(t, dir, "p384.csca.der"))
	require.NoError(t, err)
	crl, err := ParseCRL(fileIn(t, dir, "p384.crl.der"))
	require.NoError(t, err)
	assert.NoError(t, crl.VerifySignedBy(csca.PublicKey, Policy{}))
}

func judgeOpenSSL(t *testing.T, dir string) {
	for _, tc := range opensslCases {
		t.Run(tc.name, func(t *testing.T) {
			sd := parseIn(t, dir, tc.name)
			signers, err := sd.Verify(OIDLDSSecurityObject, tc.policy)
			require.NoError(t, err)
			require.Len(t, signers, 1)
			info, cert := signers[0].Info, signers[0].Certificate
			digest, err := info.DigestHash()
			require.NoError(t, err)
			alg, err := info.Signature.Signature(digest)
			require.NoError(t, err)
			assert.Equal(t, tc.signer, alg)
			assert.Equal(t, tc.key, cert.PublicKey.String())
			assert.False(t, info.SigningTime.IsZero())

			csca, err := ParseCertificate(fileIn(t, dir, tc.name+".csca.der"))
			require.NoError(t, err)
			assert.NoError(t, cert.VerifySignedBy(csca.PublicKey, Policy{}))
			assert.NoError(t, csca.VerifySignedBy(csca.PublicKey, Policy{}))
			assert.ErrorIs(t, cert.VerifySignedBy(cert.PublicKey, Policy{}), ErrSignature)
		})
	}
}

func TestOpenSSLCertificateFields(t *testing.T) {
	csca, err := ParseCertificate(fixture(t, "bp384-explicit.csca.der"))
	require.NoError(t, err)
	assert.Equal(t, "C=VN, O=SYNTHETIC, CN=bp384-explicit csca", csca.Subject.String())
	assert.Equal(t, "VN", csca.Subject.Country())
	assert.True(t, csca.SelfIssued())
	assert.True(t, csca.IsCA())
	assert.Equal(t, 0, csca.Extensions.PathLen)
	assert.Equal(t, KeyCertSign|CRLSign, csca.Extensions.KeyUsage)
	assert.Equal(t, time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), csca.NotBefore)
	assert.Equal(t, time.Date(2049, 12, 31, 23, 59, 59, 0, time.UTC), csca.NotAfter)
	assert.Equal(t, csca.PublicKey.KeyID(), csca.Extensions.SubjectKeyID)
	assert.True(t, csca.PublicKey.Explicit)

	ds := parseFixture(t, "bp384-explicit").Certificates[0]
	assert.Equal(t, csca.KeyID(), ds.Extensions.AuthorityKeyID)
	assert.False(t, ds.IsCA())
	assert.True(t, ds.Extensions.HasKeyUsage)
	assert.Equal(t, DigitalSignature, ds.Extensions.KeyUsage)
	assert.Equal(t, []string{"ID"}, ds.Extensions.DocumentTypes)
	assert.Empty(t, ds.Extensions.UnknownCritical)
}

func TestOpenSSLTwoSigners(t *testing.T) {
	sd := parseFixture(t, "two-signers")
	signers, err := sd.Verify(OIDLDSSecurityObject, Policy{})
	require.NoError(t, err)
	require.Len(t, signers, 2)
	assert.False(t, signers[0].Certificate.PublicKey.Equal(signers[1].Certificate.PublicKey))
}

func TestOneOfTwoSignersWrong(t *testing.T) {
	sd := parseFixture(t, "two-signers")
	sd.Signers[0].value = bytes.Clone(sd.Signers[0].value)
	sd.Signers[0].value[20] ^= 1
	signers, err := sd.Verify(OIDLDSSecurityObject, Policy{})
	require.NoError(t, err)
	require.Len(t, signers, 1)
	assert.Same(t, sd.Signers[1], signers[0].Info)
}

func TestOpenSSLCRL(t *testing.T) {
	csca, err := ParseCertificate(fixture(t, "p384.csca.der"))
	require.NoError(t, err)
	crl, err := ParseCRL(fixture(t, "p384.crl.der"))
	require.NoError(t, err)
	require.NoError(t, crl.VerifySignedBy(csca.PublicKey, Policy{}))
	ds := parseFixture(t, "p384").Certificates[0]
	since, listed := crl.Revoked(ds.Serial)
	assert.True(t, listed)
	assert.False(t, since.IsZero())
	_, listed = crl.Revoked(csca.Serial)
	assert.False(t, listed)
	assert.Equal(t, 1, crl.Len())
	assert.Equal(t, csca.KeyID(), crl.AuthorityKeyID)
	assert.True(t, crl.Issuer.Equal(csca.Subject))

	assert.True(t, crl.FreshAt(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)))
	assert.False(t, crl.FreshAt(time.Date(2025, 12, 31, 0, 0, 0, 0, time.UTC)))
	assert.False(t, crl.FreshAt(time.Date(2036, 1, 2, 0, 0, 0, 0, time.UTC)))

	other, err := ParseCertificate(fixture(t, "bp384.csca.der"))
	require.NoError(t, err)
	assert.ErrorIs(t, crl.VerifySignedBy(other.PublicKey, Policy{}), ErrSignature)
}

func TestOpenSSLRefused(t *testing.T) {
	for name, want := range map[string]error{
		"sha1-ecdsa":        ErrPolicy,
		"sha1-pss-defaults": ErrPolicy,
		"no-attributes":     ErrAttributes,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseFixture(t, name).Verify(OIDLDSSecurityObject, Policy{})
			assert.ErrorIs(t, err, want)
		})
	}
}
