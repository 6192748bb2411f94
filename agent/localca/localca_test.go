package localca

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var start = time.Date(2027, 3, 1, 9, 30, 0, 0, time.UTC)

func issue(t *testing.T) *Set {
	t.Helper()
	s, err := Issue(start)
	require.NoError(t, err)
	return s
}

func TestTheAuthorityMayNameNothingElse(t *testing.T) {
	ca := issue(t).CA
	assert.True(t, ca.PermittedDNSDomainsCritical)
	assert.Equal(t, []string{"localhost"}, ca.PermittedDNSDomains)
	require.Len(t, ca.PermittedIPRanges, 2)
	assert.Equal(t, "127.0.0.1/32", ca.PermittedIPRanges[0].String())
	assert.Equal(t, "::1/128", ca.PermittedIPRanges[1].String())
	assert.True(t, ca.MaxPathLenZero)
	assert.Equal(t, x509.KeyUsageCertSign, ca.KeyUsage)
	assert.Equal(t, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, ca.ExtKeyUsage)
	assert.NotEqual(t, ca.Subject.CommonName, issue(t).CA.Subject.CommonName, "two authorities are never mixed up")
}

// TestTheAuthoritysKeyIsGone looks at the very words in which the secret number stood.
func TestTheAuthoritysKeyIsGone(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	//lint:ignore SA1019 there is no other way to the number's words
	words := key.D.Bits()
	require.NotZero(t, words[0])
	s, err := issueWith(start, key)
	require.NoError(t, err)
	assert.Equal(t, make([]big.Word, len(words)), words)
	assert.True(t, key.PublicKey.Equal(s.CA.PublicKey), "it was this one")
	_, err = ecdsa.SignASN1(rand.Reader, key, make([]byte, 32))
	assert.Error(t, err, "it signs nothing more")
}

func TestNoLeafIsTooLong(t *testing.T) {
	for _, l := range issue(t).Leaves {
		assert.LessOrEqual(t, l.Certificate.NotAfter.Sub(l.Certificate.NotBefore), 398*24*time.Hour, "the longest that browsers take")
		assert.False(t, l.Certificate.IsCA)
	}
}

// TestEveryMomentOfThreeYears moves the clock through the whole life of an
// authority: a leaf serves at each moment, and crypto/x509 accepts it for each name.
func TestEveryMomentOfThreeYears(t *testing.T) {
	s := issue(t)
	roots := x509.NewCertPool()
	roots.AddCert(s.CA)
	served := map[string]bool{}
	for now := start; now.Before(s.End()); now = now.Add(36 * time.Hour) {
		l, err := s.At(now)
		require.NoError(t, err, now)
		served[l.Certificate.SerialNumber.String()] = true
		for _, name := range []string{"localhost", "127.0.0.1", "::1"} {
			_, err := l.Certificate.Verify(x509.VerifyOptions{DNSName: name, Roots: roots, CurrentTime: now})
			require.NoError(t, err, "%s at %v", name, now)
		}
		require.Equal(t, !now.Add(RenewBefore).Before(s.End()), s.Due(now), now)
	}
	assert.Len(t, served, Leaves, "each leaf has its turn")
	assert.WithinDuration(t, start.AddDate(3, 0, 0), s.End(), 3*day, "three years")
}

func TestAClockThatIsWrong(t *testing.T) {
	s := issue(t)
	_, err := s.At(start.Add(-30 * day))
	assert.NoError(t, err, "a month behind does no harm")
	for _, now := range []time.Time{start.Add(-32 * day), s.End(), s.End().AddDate(10, 0, 0)} {
		_, err := s.At(now)
		assert.ErrorIs(t, err, ErrNoLeaf)
		assert.True(t, s.Due(now))
	}
}

func TestPEM(t *testing.T) {
	s := issue(t)
	b, err := s.PEM()
	require.NoError(t, err)
	assert.Less(t, len(b), 16<<10, "fits a secret's file")
	back, err := Parse(b)
	require.NoError(t, err)
	assert.Equal(t, s.Fingerprint(), back.Fingerprint())
	assert.Equal(t, Leaves, strings.Count(string(b), "PRIVATE KEY-----")/2, "the leaves' keys, and no other")
	for i, l := range back.Leaves {
		assert.True(t, l.Key.Equal(s.Leaves[i].Key))
		assert.False(t, l.Key.PublicKey.Equal(s.CA.PublicKey), "the authority's key is not among them")
	}
}

func TestParseRefuses(t *testing.T) {
	s, other := issue(t), issue(t)
	whole, err := s.PEM()
	require.NoError(t, err)
	blocks := strings.SplitAfter(string(whole), "-----END CERTIFICATE-----\n")
	swapped := *s
	swapped.Leaves = append([]Leaf(nil), s.Leaves...)
	swapped.Leaves[1].Key = other.Leaves[1].Key
	foreign := *s
	foreign.Leaves = other.Leaves
	for name, text := range map[string]string{
		"nothing":               "",
		"only the authority":    blocks[0],
		"a leaf is missing":     strings.Join(blocks[:3], ""),
		"without the authority": strings.Join(blocks[1:], ""),
		"another's key":         pemOf(t, &swapped),
		"another's leaves":      pemOf(t, &foreign),
		"no PEM":                "localhost",
	} {
		_, err := Parse([]byte(text))
		assert.ErrorIs(t, err, ErrSet, name)
	}
}

func pemOf(t *testing.T, s *Set) string {
	t.Helper()
	b, err := s.PEM()
	require.NoError(t, err)
	return string(b)
}

func FuzzParse(f *testing.F) {
	s, err := Issue(start)
	require.NoError(f, err)
	b, err := s.PEM()
	require.NoError(f, err)
	f.Add(b)
	f.Add(s.Authority())
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Parse(b)
		if err == nil {
			assert.Len(t, s.Leaves, Leaves)
		}
	})
}

// TestOpensslAgrees asks an independent program about every leaf at a moment of
// its turn, and about leaves that an authority with the same constraints signed
// for names outside: those must be refused.
func TestOpensslAgrees(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	require.NoError(t, err, "install the package openssl")
	s := issue(t)
	dir := t.TempDir()
	ca := filepath.Join(dir, "ca.pem")
	require.NoError(t, os.WriteFile(ca, s.Authority(), 0o600))
	verify := func(l *x509.Certificate, at time.Time, name ...string) (string, error) {
		file := filepath.Join(dir, "leaf.pem")
		require.NoError(t, os.WriteFile(file, pemCertificate(l), 0o600))
		args := append([]string{"verify", "-x509_strict", "-purpose", "sslserver", "-attime", fmt.Sprint(at.Unix()), "-CAfile", ca}, name...)
		out, err := exec.Command(openssl, append(args, file)...).CombinedOutput()
		return string(out), err
	}
	for i, l := range s.Leaves {
		at := start.Add(time.Duration(i)*turn + 40*day)
		for _, name := range [][]string{{"-verify_hostname", "localhost"}, {"-verify_ip", "127.0.0.1"}, {"-verify_ip", "::1"}} {
			out, err := verify(l.Certificate, at, name...)
			assert.NoError(t, err, "leaf %d, %v: %s", i+1, name, out)
		}
		out, err := verify(l.Certificate, l.Certificate.NotAfter.Add(time.Second))
		assert.Error(t, err)
		assert.Contains(t, out, "expired")
		out, err = verify(l.Certificate, at, "-verify_hostname", "evil.example")
		assert.Error(t, err, out)
	}
}

// TestOpensslRefusesOutsideNames signs leaves of other names with an authority of
// ours whose key is still at hand, which only this test can have.
func TestOpensslRefusesOutsideNames(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	require.NoError(t, err, "install the package openssl")
	ca, key := authorityWithKey(t)
	dir := t.TempDir()
	root := filepath.Join(dir, "ca.pem")
	require.NoError(t, os.WriteFile(root, pemCertificate(ca), 0o600))
	for name, names := range map[string]struct {
		dns   []string
		ips   []net.IP
		right bool
	}{
		"loopback":            {[]string{"localhost"}, []net.IP{net.IPv4(127, 0, 0, 1).To4()}, true},
		"another DNS name":    {[]string{"dichvucong.example"}, nil, false},
		"one more DNS name":   {[]string{"localhost", "dichvucong.example"}, nil, false},
		"a name that ends so": {[]string{"evillocalhost"}, nil, false},
		"another address":     {nil, []net.IP{net.IPv4(192, 168, 1, 1).To4()}, false},
		"another loopback":    {nil, []net.IP{net.IPv4(127, 0, 0, 2).To4()}, false},
		"another IPv6":        {nil, []net.IP{net.ParseIP("fe80::1")}, false},
	} {
		t.Run(name, func(t *testing.T) {
			leaf := filepath.Join(t.TempDir(), "leaf.pem")
			require.NoError(t, os.WriteFile(leaf, pemCertificate(signFor(t, ca, key, names.dns, names.ips)), 0o600))
			out, err := exec.Command(openssl, "verify", "-purpose", "sslserver", "-attime", fmt.Sprint(start.Unix()), "-CAfile", root, leaf).CombinedOutput()
			assert.Equal(t, names.right, err == nil, "%s", out)
			if !names.right {
				assert.Contains(t, string(out), "permitted subtree violation")
			}
		})
	}
}
