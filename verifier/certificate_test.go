package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/internal/evidencetest"
)

// writePair puts a new self-signed certificate of that serial number and its key into the folder.
func writePair(t *testing.T, dir string, serial int64) (cert, key string, roots *x509.CertPool) {
	t.Helper()
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "verifier"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, secret.Public(), secret)
	require.NoError(t, err)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(secret)
	require.NoError(t, err)
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	require.NoError(t, os.WriteFile(cert, certPEM, 0o600))
	require.NoError(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}), 0o600))
	roots = x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(certPEM))
	return cert, key, roots
}

// TestTLS: with a certificate the service speaks TLS 1.2 and 1.3 and nothing else.
func TestTLS(t *testing.T) {
	database := sqliteAddress(t)
	b := addTenant(t, database)
	cert, key, roots := writePair(t, t.TempDir(), 1)
	service := startReplica(t, database, evidencetest.TrustFolder(t), "--tls-cert", cert, "--tls-key", key)
	require.True(t, strings.HasPrefix(service.address, "https://"), service.address)
	over := func(c *tls.Config) *http.Client {
		return &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{TLSClientConfig: c, DisableKeepAlives: true}}
	}
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		b.client = over(&tls.Config{RootCAs: roots, MinVersion: version, MaxVersion: version})
		require.Eventually(t, func() bool { status, _ := b.get(service.address + "/readyz"); return status == http.StatusNoContent }, time.Minute, 50*time.Millisecond)
		assert.NotEmpty(t, b.issue(t, service.address).Nonce)
	}
	for name, client := range map[string]*http.Client{
		"TLS 1.1":            over(&tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}),
		"a root of another":  over(&tls.Config{RootCAs: x509.NewCertPool()}),
		"a name that is not": over(&tls.Config{RootCAs: roots, ServerName: "evil.example"}),
	} {
		_, err := client.Get(service.address + "/healthz")
		assert.Error(t, err, name)
	}
	resp, err := http.Get("http" + strings.TrimPrefix(service.address, "https") + "/healthz")
	if err == nil {
		_ = resp.Body.Close()
		assert.Equal(t, http.StatusBadRequest, resp.StatusCode, "plain HTTP")
	}
}

// TestARenewedCertificateIsUsed without a restart; a broken one is not.
func TestARenewedCertificateIsUsed(t *testing.T) {
	dir := t.TempDir()
	cert, key, _ := writePair(t, dir, 1)
	var log bytes.Buffer
	c, err := openCertificate(cert, key, slog.New(slog.NewTextHandler(&log, nil)))
	require.NoError(t, err)
	serial := func() int64 {
		c.looked = time.Time{} // the pause is over
		pair, err := c.get(nil)
		require.NoError(t, err)
		leaf, err := x509.ParseCertificate(pair.Certificate[0])
		require.NoError(t, err)
		return leaf.SerialNumber.Int64()
	}
	later := func() {
		at := time.Now().Add(time.Minute)
		require.NoError(t, os.Chtimes(cert, at, at))
	}
	assert.EqualValues(t, 1, serial())
	require.NoError(t, os.WriteFile(cert, []byte("half a file"), 0o600))
	later()
	assert.EqualValues(t, 1, serial(), "the former one stays in force")
	assert.Contains(t, log.String(), "not used")
	writePair(t, dir, 2)
	assert.EqualValues(t, 2, serial())
	require.NoError(t, os.Remove(cert))
	assert.EqualValues(t, 2, serial())

	_, err = openCertificate(filepath.Join(dir, "nothing"), key, slog.Default())
	assert.Error(t, err)
}
