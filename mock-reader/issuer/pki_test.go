package issuer_test

import (
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/cms"
	"chipid/cardlib/trust"
	"chipid/mock-reader/issuer"
)

// openssl runs the openssl tool, which must be installed.
func openssl(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("openssl", args...).CombinedOutput()
	require.NoError(t, err, "openssl %v: %s", args, out)
	return string(out)
}

func write(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, content, 0o600))
	return path
}

// TestTrustDirectory loads the trust directory as a reader does, object by object
// and all at once.
func TestTrustDirectory(t *testing.T) {
	anchors, err := issuer.New(issuer.PublishedSeed).Anchors()
	require.NoError(t, err)
	dir := t.TempDir()
	single := &trust.Store{}
	for _, a := range anchors {
		require.Empty(t, single.Add(a.File, a.PEM()), a.File)
		require.NoError(t, os.WriteFile(filepath.Join(dir, a.File), a.PEM(), 0o600))
		assert.Equal(t, a.IsCRL, filepath.Ext(a.File) == ".crl")
	}
	store, problems, err := trust.Open(dir)
	require.NoError(t, err)
	assert.Empty(t, problems)
	for _, s := range []*trust.Store{single, store} {
		assert.Len(t, s.Anchors(), 4)
		for _, a := range s.Anchors() {
			assert.True(t, a.Synthetic)
		}
	}
}

// TestLinkCertificate: the next CSCA is trusted through the former one, not else.
func TestLinkCertificate(t *testing.T) {
	i := issuer.New(issuer.PublishedSeed)
	link, err := i.Link(issuer.Genuine, issuer.Successor)
	require.NoError(t, err)
	former, err := i.CSCA(issuer.Genuine)
	require.NoError(t, err)
	alone := &trust.Store{}
	assert.Len(t, alone.Add("link", link), 1, "nobody vouches for it")
	assert.Empty(t, alone.Anchors())
	both := &trust.Store{}
	require.Empty(t, both.Add("former", former))
	require.Empty(t, both.Add("link", link))
	require.Len(t, both.Anchors(), 2)
	text := openssl(t, "x509", "-noout", "-text", "-inform", "DER", "-in", write(t, "link", link))
	assert.Contains(t, text, "Issuer: C = VN, O = SYNTHETIC, CN = VN TEST CSCA\n")
	assert.Contains(t, text, "Subject: C = VN, O = SYNTHETIC, CN = VN TEST CSCA 2\n")
}

// TestRevocationList has openssl read and verify a list.
func TestRevocationList(t *testing.T) {
	i := issuer.New(issuer.PublishedSeed)
	authority := issuer.Genuine
	authority.Algorithm.NamedCurve = true // openssl verifies with named curves only
	serial := i.SignerSerial(issuer.SignerOptions{}, 2024)
	list := issuer.CRL{Number: 5, ThisUpdate: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), NextUpdate: time.Date(2026, 4, 2, 0, 0, 0, 0, time.UTC),
		Revoked: []issuer.Revoked{{Serial: serial, Since: time.Date(2025, 12, 24, 0, 0, 0, 0, time.UTC)}}}
	der, err := i.SignCRL(authority, list)
	require.NoError(t, err)
	csca, err := i.CSCA(authority)
	require.NoError(t, err)
	pem := write(t, "csca.pem", issuer.Anchor{DER: csca}.PEM())
	text := openssl(t, "crl", "-noout", "-text", "-inform", "DER", "-in", write(t, "crl", der), "-CAfile", pem)
	for _, want := range []string{"verify OK", "Version 2", "Last Update: Jan  2 00:00:00 2026 GMT", "Next Update: Apr  2 00:00:00 2026 GMT",
		"X509v3 CRL Number: \n                5", "Revocation Date: Dec 24 00:00:00 2025 GMT"} {
		assert.Contains(t, text, want)
	}
	crl, err := cms.ParseCRL(der)
	require.NoError(t, err)
	_, listed := crl.Revoked(serial.Bytes())
	assert.True(t, listed)
}

// TestMasterList loads a list whose signer an anchor vouches for, with a
// certificate in it that nobody can read.
func TestMasterList(t *testing.T) {
	i := issuer.New(issuer.PublishedSeed)
	genuine, err := i.CSCA(issuer.Genuine)
	require.NoError(t, err)
	foreign, err := i.CSCA(issuer.Foreign)
	require.NoError(t, err)
	broken := append([]byte(nil), foreign...)
	broken[30] ^= 0xFF
	list, err := i.MasterList(issuer.Genuine, [][]byte{genuine, foreign, broken}, time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	store := &trust.Store{}
	require.Empty(t, store.Add("csca", genuine))
	assert.Len(t, store.Add("list", list), 1, "the broken one")
	assert.Len(t, store.Anchors(), 2)
	stranger := &trust.Store{}
	require.Empty(t, stranger.Add("csca", foreign))
	assert.NotEmpty(t, stranger.Add("list", list))
	assert.Len(t, stranger.Anchors(), 1)
	openssl(t, "cms", "-verify", "-noverify", "-inform", "DER", "-in", write(t, "list", list), "-out", filepath.Join(t.TempDir(), "content"))
}

// TestKeptIssuer revokes in a directory.
func TestKeptIssuer(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "office")
	_, err := issuer.Open(dir)
	assert.ErrorIs(t, err, issuer.ErrNoIssuer)
	require.NoError(t, issuer.Create(dir, "my own seed"))
	assert.ErrorIs(t, issuer.Create(dir, "another"), issuer.ErrIssuer)
	i, err := issuer.Open(dir)
	require.NoError(t, err)
	own, err := i.CSCA(issuer.Genuine)
	require.NoError(t, err)
	published, err := issuer.New(issuer.PublishedSeed).CSCA(issuer.Genuine)
	require.NoError(t, err)
	assert.NotEqual(t, published, own)
	before, err := i.Anchors()
	require.NoError(t, err)

	serial := i.SignerSerial(issuer.SignerOptions{}, 2023)
	for range 2 { // the second time changes nothing
		require.NoError(t, issuer.Revoke(dir, issuer.Genuine.Label, serial, time.Now()))
	}
	i, err = issuer.Open(dir)
	require.NoError(t, err)
	after, err := i.Anchors()
	require.NoError(t, err)
	assert.Len(t, after, len(before)+1, "the list of Genuine")
	list, ok := i.CRLOf(issuer.Genuine)
	require.True(t, ok)
	require.Len(t, list.Revoked, 1)
	items, err := i.Inventory(issuer.Genuine, issuer.Algorithm{})
	require.NoError(t, err)
	revoked := 0
	for _, item := range items {
		cert, err := cms.ParseCertificate(item.DER)
		require.NoError(t, err)
		assert.Zero(t, item.Serial.Cmp(new(big.Int).SetBytes(cert.Serial)), item.File)
		assert.Equal(t, item.Subject, cert.Subject.String())
		assert.Equal(t, item.NotAfter, cert.NotAfter)
		if item.Revoked {
			revoked++
			assert.Equal(t, "csca-signer-2023", item.File)
		}
	}
	assert.Equal(t, 1, revoked)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "issuer.json"), []byte("{"), 0o600))
	_, err = issuer.Open(dir)
	assert.ErrorIs(t, err, issuer.ErrState)
}
