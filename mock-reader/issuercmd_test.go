package main

import (
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestIssuerUsage(t *testing.T) {
	empty := t.TempDir()
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"nothing", []string{"issuer"}, "init, print, export, revoke"},
		{"unknown", []string{"issuer", "dance"}, `no command issuer "dance"`},
		{"init without place", []string{"issuer", "init"}, "--issuer"},
		{"no issuer there", []string{"issuer", "print", "--issuer", empty}, "mock-reader issuer init --issuer " + empty},
		{"trust of no issuer", []string{"trust", "--out", empty, "--issuer", empty}, "mock-reader issuer init"},
		{"unknown authority", []string{"issuer", "print", "--authority", "x"}, "csca-foreign"},
		{"unknown algorithm", []string{"issuer", "print", "--algorithm", "md5"}, "print --algorithms"},
		{"export without place", []string{"issuer", "export"}, "--out"},
		{"export in another form", []string{"issuer", "export", "--out", empty, "--form", "xml"}, "pem, der"},
		{"revoke of the published", []string{"issuer", "revoke", "--serial", "1f"}, "--issuer"},
		{"revoke without number", []string{"issuer", "revoke", "--issuer", empty}, "--serial"},
		{"revoke for nobody", []string{"issuer", "revoke", "--authority", "x", "--serial", "1"}, "--authority"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, errs := start(t, c.args...)
			assert.Equal(t, exitUsage, code)
			assert.Contains(t, errs, c.want)
			assert.Empty(t, out)
		})
	}
	code, _, errs := start(t, "issuer", "--help")
	assert.Equal(t, exitOK, code)
	assert.Contains(t, errs, "issuer init|print|export|revoke")
}

// TestIssuerOfOnesOwn makes an issuer, revokes a signer and writes what readers need.
func TestIssuerOfOnesOwn(t *testing.T) {
	office := filepath.Join(t.TempDir(), "office")
	code, _, errs := start(t, "issuer", "init", "--issuer", office, "--seed", "own")
	require.Equal(t, exitOK, code, errs)
	code, _, errs = start(t, "issuer", "init", "--issuer", office)
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, errs, "already")

	code, out, errs := start(t, "issuer", "print", "--issuer", office, "--json")
	require.Equal(t, exitOK, code, errs)
	var printed struct {
		Certificates []struct {
			File, Serial, Subject string
			Revoked               bool
		}
	}
	require.NoError(t, json.Unmarshal([]byte(out), &printed))
	require.Equal(t, "csca", printed.Certificates[0].File)
	signer := printed.Certificates[1]
	assert.Equal(t, "C=VN, O=SYNTHETIC, CN=VN DOCUMENT SIGNER 2021", signer.Subject)

	code, _, errs = start(t, "issuer", "revoke", "--issuer", office, "--serial", signer.Serial)
	require.Equal(t, exitOK, code, errs)
	code, out, _ = start(t, "issuer", "print", "--issuer", office)
	assert.Equal(t, exitOK, code)
	assert.Contains(t, out, signer.File+"  (đã thu hồi / revoked)")

	trust := filepath.Join(t.TempDir(), "trust")
	code, out, errs = start(t, "trust", "--issuer", office, "--out", trust)
	require.Equal(t, exitOK, code, errs)
	assert.Contains(t, out, "synthetic-vn-test-csca.crl")
}

func TestIssuerExport(t *testing.T) {
	for _, form := range []string{"pem", "der"} {
		dir := t.TempDir()
		code, out, errs := start(t, "issuer", "export", "--out", dir, "--form", form, "--authority", "csca-2", "--algorithm", "pss-3072-sha256")
		require.Equal(t, exitOK, code, errs)
		for _, name := range []string{"csca-2." + form, "csca-2-link." + form, "csca-2-signer-2024." + form, "csca-2.crl", "csca-2-master-list.ml"} {
			assert.Contains(t, out, filepath.Join(dir, name))
			content, err := os.ReadFile(filepath.Join(dir, name))
			require.NoError(t, err)
			block, _ := pem.Decode(content)
			assert.Equal(t, form == "pem" && !strings.HasSuffix(name, ".ml"), block != nil, name)
			assert.Contains(t, string(content)+string(derOf(block)), "SYNTHETIC")
		}
	}
	code, out, _ := start(t, "issuer", "print", "--algorithms")
	assert.Equal(t, exitOK, code)
	assert.Contains(t, out, "ecdsa-brainpoolP384r1-sha256\n")
}

func derOf(block *pem.Block) []byte {
	if block == nil {
		return nil
	}
	return block.Bytes
}
