package issuer

import (
	"bytes"
	"crypto"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"chipid/cardlib/tlv"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/persona"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// openssl runs the openssl tool, the second opinion on what this package
// writes. It must be installed: without it these tests fail.
func openssl(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("openssl", args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	require.NoError(t, cmd.Run(), "openssl %v: %s", args, &errs)
	return out.String()
}

func file(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, content, 0o600))
	return path
}

func certificatePEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// sod returns the ContentInfo of a persona's EF.SOD and the signer's certificate.
func sod(t *testing.T, i *Issuer, p persona.Persona, o Options) (contentInfo, certificate []byte, profile chip.Profile) {
	t.Helper()
	profile, err := i.Personalise(p, o)
	require.NoError(t, err)
	e, err := tlv.ReadTag(profile.LDS[chip.FileSOD], tagSOD)
	require.NoError(t, err)
	o.Signer.NamedCurve = o.Signer.NamedCurve || p.Generation == persona.CanCuoc2024
	signer, err := i.documentSigner(o.Signer, signingTime(p))
	require.NoError(t, err)
	return e.Value, signer.certificate, profile
}

func TestOpenSSLReadsCertificates(t *testing.T) {
	i := New(PublishedSeed)
	_, signer, _ := sod(t, i, persona.All()[0], Options{})
	csca, err := i.CSCA(Genuine)
	require.NoError(t, err)
	for _, c := range []struct {
		name string
		der  []byte
		want []string
	}{
		{"CSCA", csca, []string{
			"Subject: C = VN, O = SYNTHETIC, CN = VN TEST CSCA", "Issuer: C = VN, O = SYNTHETIC, CN = VN TEST CSCA",
			"CA:TRUE, pathlen:0", "Certificate Sign, CRL Sign", "ecdsa-with-SHA384", "DirName:/L=VNM",
		}},
		{"document signer", signer, []string{
			"Subject: C = VN, O = SYNTHETIC, CN = VN DOCUMENT SIGNER 2021", "Issuer: C = VN, O = SYNTHETIC, CN = VN TEST CSCA",
			"X509v3 Key Usage: critical\n                Digital Signature\n",
			"X509v3 Private Key Usage Period: \n                Not Before: Jan  1 00:00:00 2021 GMT, Not After: Jan  1 00:00:00 2022 GMT",
			"2.23.136.1.1.6.2",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := openssl(t, "x509", "-noout", "-text", "-in", file(t, "c.pem", certificatePEM(c.der)))
			for _, w := range c.want {
				assert.Contains(t, text, w)
			}
		})
	}
}

// TestOpenSSLVerifiesCertificateSignatures checks what is signed with explicit
// curve parameters, which openssl refuses in a chain, by its digest command.
func TestOpenSSLVerifiesCertificateSignatures(t *testing.T) {
	i := New(PublishedSeed)
	_, signer, _ := sod(t, i, persona.All()[0], Options{})
	csca, err := i.CSCA(Genuine)
	require.NoError(t, err)
	cscaFile := file(t, "csca.pem", certificatePEM(csca))
	public := file(t, "csca.pub", []byte(openssl(t, "x509", "-noout", "-pubkey", "-in", cscaFile)))
	for name, der := range map[string][]byte{"CSCA": csca, "document signer": signer} {
		t.Run(name, func(t *testing.T) {
			whole, err := tlv.ReadTag(der, tagSequence)
			require.NoError(t, err)
			parts, err := whole.Children()
			require.NoError(t, err)
			require.Len(t, parts, 3)
			out := openssl(t, "dgst", "-sha384", "-verify", public,
				"-signature", file(t, "sig", parts[2].Value[1:]), file(t, "tbs", parts[0].Raw))
			assert.Contains(t, out, "Verified OK")
		})
	}
}

func TestOpenSSLVerifiesSOD(t *testing.T) {
	i := New(PublishedSeed)
	for _, c := range []struct {
		name   string
		signer SignerOptions
	}{
		{"brainpool, explicit parameters", SignerOptions{}},
		{"brainpool, named curve", SignerOptions{NamedCurve: true}},
		{"P-256, explicit parameters", SignerOptions{Algorithm: ECDSAP256}},
		{"RSA PKCS #1", SignerOptions{Algorithm: RSAPKCS1}},
		{"RSA-PSS", SignerOptions{Algorithm: RSAPSS}},
		{"unknown CSCA", SignerOptions{Authority: Unknown}},
	} {
		t.Run(c.name, func(t *testing.T) {
			contentInfo, _, profile := sod(t, i, persona.All()[0], Options{Signer: c.signer})
			content := filepath.Join(t.TempDir(), "content")
			openssl(t, "cms", "-verify", "-noverify", "-inform", "DER", "-in", file(t, "sod", contentInfo), "-out", content)
			text := openssl(t, "asn1parse", "-inform", "DER", "-in", content)
			digest := openssl(t, "dgst", "-sha256", "-r", file(t, "dg13", profile.LDS[chip.FileDG(13)]))
			assert.Contains(t, text, ":"+upper(digest[:64]), "hash of DG13")
		})
	}
}

// TestOpenSSLVerifiesEveryAlgorithm has openssl verify an EF.SOD of every algorithm
// that a signer here can have, and of every form of EF.SOD.
func TestOpenSSLVerifiesEveryAlgorithm(t *testing.T) {
	i := New(PublishedSeed)
	judged := 0
	verify := func(name string, o Options) {
		judged++
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			contentInfo, _, _ := sod(t, i, persona.All()[0], o)
			openssl(t, "cms", "-verify", "-noverify", "-inform", "DER", "-in", file(t, "sod", contentInfo), "-out", filepath.Join(t.TempDir(), "content"))
		})
	}
	for _, a := range Algorithms() {
		// What openssl does not know: r ‖ s, ecdsa-with-Specified, PSS without parameters.
		if a.Scheme == ECDSAPlain || a.Naming == NamedApart || a.Scheme == PSS && a.Naming == NamedByKey {
			continue
		}
		verify(a.Name(), Options{Signer: SignerOptions{Algorithm: a}})
	}
	verify("version 1", Options{SOD: SODOptions{Version1: true}})
	verify("signer by key identifier", Options{SOD: SODOptions{ByKeyID: true}})
	verify("without signing time", Options{SOD: SODOptions{NoSigningTime: true}})
	verify("hashes with SHA-512", Options{SOD: SODOptions{Hash: crypto.SHA512}})
	verify("two signers", Options{SOD: SODOptions{CoSigner: &SignerOptions{Algorithm: RSAPSS}}})
	assert.GreaterOrEqual(t, judged, 40)
}

// TestOpenSSLBuildsChain has openssl follow the chain to the CSCA; it does so
// only where every certificate names its curve.
func TestOpenSSLBuildsChain(t *testing.T) {
	i := New(PublishedSeed)
	named := Genuine
	named.Algorithm.NamedCurve = true
	csca, err := i.CSCA(named)
	require.NoError(t, err)
	for _, c := range []struct {
		name   string
		signer SignerOptions
	}{
		{"brainpool", SignerOptions{NamedCurve: true}},
		{"P-256", SignerOptions{NamedCurve: true, Algorithm: ECDSAP256}},
		{"RSA-PSS", SignerOptions{Algorithm: RSAPSS}},
	} {
		t.Run(c.name, func(t *testing.T) {
			contentInfo, _, _ := sod(t, i, persona.All()[0], Options{Signer: c.signer})
			openssl(t, "cms", "-verify", "-inform", "DER", "-in", file(t, "sod", contentInfo), "-purpose", "any",
				"-attime", "1700000000", "-CAfile", file(t, "csca.pem", certificatePEM(csca)), "-out", filepath.Join(t.TempDir(), "content"))
		})
	}
}

func TestOpenSSLReadsChipKeys(t *testing.T) {
	i := New(PublishedSeed)
	rsaCard, err := i.Personalise(persona.All()[0], Options{})
	require.NoError(t, err)
	ecCard, err := i.Personalise(mustPersona(t, "can-cuoc-2024"), Options{})
	require.NoError(t, err)
	for _, c := range []struct {
		name string
		dg15 []byte
		want string
	}{
		{"RSA", rsaCard.LDS[chip.FileDG(15)], "Public-Key: (2048 bit)"},
		{"ECDSA", ecCard.LDS[chip.FileDG(15)], "ASN1 OID: prime256v1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, err := tlv.ReadTag(c.dg15, tagDG15)
			require.NoError(t, err)
			assert.Contains(t, openssl(t, "pkey", "-pubin", "-inform", "DER", "-noout", "-text", "-in", file(t, "key", e.Value)), c.want)
		})
	}
}

func upper(s string) string { return string(bytes.ToUpper([]byte(s))) }

func mustPersona(t *testing.T, name string) persona.Persona {
	t.Helper()
	p, err := persona.ByName(name)
	require.NoError(t, err)
	return p
}
