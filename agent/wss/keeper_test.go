package wss

import (
	"context"
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/durable"
	"chipid/agent/localca"
	"chipid/agent/truststores"
)

var start = time.Date(2027, 3, 1, 9, 30, 0, 0, time.UTC)

// clock is a clock that tests move.
type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

// store is a trust store that can be made to refuse.
type store struct {
	name  string
	in    []*x509.Certificate
	wrong error
}

func (s *store) Name() string { return s.name }

func (s *store) Usable() error { return s.wrong }

func (s *store) Has(_ context.Context, ca *x509.Certificate) (bool, error) {
	for _, c := range s.in {
		if c.Equal(ca) {
			return true, s.wrong
		}
	}
	return false, s.wrong
}

func (s *store) Install(ctx context.Context, ca *x509.Certificate) error {
	if has, err := s.Has(ctx, ca); has || err != nil {
		return err
	}
	s.in = append(s.in, ca)
	return nil
}

func (s *store) Remove(_ context.Context, ca *x509.Certificate) error {
	if s.wrong != nil {
		return s.wrong
	}
	var left []*x509.Certificate
	for _, c := range s.in {
		if !c.Equal(ca) {
			left = append(left, c)
		}
	}
	s.in = left
	return nil
}

// bench is a keeper with a clock and two stores of the test's own.
func bench(t *testing.T) (*Keeper, *clock, *store, *store) {
	t.Helper()
	c, a, b := &clock{start}, &store{name: "nss:a"}, &store{name: "nss:b"}
	return Open(filepath.Join(t.TempDir(), "wss"), []truststores.Store{a, b}, c.now), c, a, b
}

// handshake connects to a server that serves the keeper's leaf, as a browser does
// that trusts what is in the store, at the keeper's time.
func handshake(t *testing.T, k *Keeper, trusted *store, name string) error {
	t.Helper()
	roots := x509.NewCertPool()
	for _, c := range trusted.in {
		roots.AddCert(c)
	}
	here, there := net.Pipe()
	defer here.Close()
	defer there.Close()
	server := tls.Server(there, &tls.Config{GetCertificate: k.Certificate})
	go func() { _ = server.Handshake() }()
	return tls.Client(here, &tls.Config{RootCAs: roots, ServerName: name, Time: k.now}).Handshake()
}

func TestInstallAndRemove(t *testing.T) {
	k, _, a, b := bench(t)
	_, err := k.Certificate(nil)
	assert.ErrorIs(t, err, fs.ErrNotExist, "nothing is served before")
	results, err := k.Install(t.Context())
	require.NoError(t, err)
	require.Len(t, results, 2)
	for _, name := range []string{"localhost", "127.0.0.1", "::1"} {
		assert.NoError(t, handshake(t, k, a, name), name)
	}
	_, err = k.Install(t.Context())
	require.NoError(t, err)
	assert.Len(t, a.in, 1, "twice is once")

	_, err = k.Remove(t.Context())
	require.NoError(t, err)
	assert.Empty(t, a.in)
	assert.Empty(t, b.in)
	assert.NoDirExists(t, k.Dir())
	_, err = k.Certificate(nil)
	assert.ErrorIs(t, err, fs.ErrNotExist, "nothing is served after")
}

// TestNothingCanIssueAnother looks through all that is kept for a key that fits
// the authority.
func TestNothingCanIssueAnother(t *testing.T) {
	k, _, a, _ := bench(t)
	_, err := k.Install(t.Context())
	require.NoError(t, err)
	set, err := k.Set()
	require.NoError(t, err)
	keys := 0
	require.NoError(t, filepath.WalkDir(k.Dir(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		require.NoError(t, err)
		if runtime.GOOS != "windows" {
			assert.Zero(t, info.Mode().Perm()&0o077, "%s is this user's alone", path)
		}
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		if filepath.Base(path) == leavesName {
			b, err = durable.ReadSecret(path)
			require.NoError(t, err)
		}
		for block, rest := pem.Decode(b); block != nil; block, rest = pem.Decode(rest) {
			if key, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
				keys++
				assert.False(t, key.(*ecdsa.PrivateKey).PublicKey.Equal(a.in[0].PublicKey))
			}
		}
		return nil
	}))
	require.Len(t, set.Leaves, localca.Leaves)
	assert.Equal(t, localca.Leaves, keys, "the search finds keys, and these alone")
}

// TestTheClockRunsForSevenYears lives through two renewals, five days at a time, as
// the task of the installer does that now and then finds the computer on.
func TestTheClockRunsForSevenYears(t *testing.T) {
	k, c, a, b := bench(t)
	_, err := k.Install(t.Context())
	require.NoError(t, err)
	seen := map[string]bool{}
	for ; c.t.Before(start.AddDate(7, 0, 0)); c.t = c.t.Add(5 * 24 * time.Hour) {
		before := a.in[0]
		renewed, _, err := k.Renew(t.Context(), false)
		require.NoError(t, err, c.t)
		require.Len(t, a.in, 1, "the old one has gone, at %v", c.t)
		require.Equal(t, a.in, b.in)
		require.Equal(t, renewed, !before.Equal(a.in[0]))
		seen[localca.Fingerprint(a.in[0])] = true
		if c.t.Day()%4 == 1 || renewed {
			require.NoError(t, handshake(t, k, a, "127.0.0.1"), c.t)
		}
	}
	assert.Len(t, seen, 3, "an authority serves three years less the time of renewal")
}

func TestWithoutTheTaskItEnds(t *testing.T) {
	k, c, a, _ := bench(t)
	_, err := k.Install(t.Context())
	require.NoError(t, err)
	c.t = start.AddDate(3, 0, 5)
	assert.Error(t, handshake(t, k, a, "localhost"))
	s, err := k.Status(t.Context())
	require.NoError(t, err)
	assert.True(t, s.Due)
	assert.False(t, s.Valid)
	renewed, _, err := k.Renew(t.Context(), false)
	require.NoError(t, err)
	assert.True(t, renewed)
	assert.NoError(t, handshake(t, k, a, "localhost"), "renewed late is renewed")
}

func TestNoStoreNoAuthority(t *testing.T) {
	k, _, a, b := bench(t)
	a.wrong, b.wrong = truststores.ErrTool, truststores.ErrTool
	_, err := k.Install(t.Context())
	assert.ErrorIs(t, err, ErrNoStore)
	assert.ErrorIs(t, err, truststores.ErrTool)
	assert.False(t, k.CanInstall())
	assert.NoFileExists(t, k.LeavesFile(), "nothing is served that nobody trusts")
	all, err := k.noted()
	require.NoError(t, err)
	assert.Empty(t, all)
	b.wrong = nil
	_, err = k.Install(t.Context())
	assert.NoError(t, err, "one store is enough")
	assert.True(t, k.CanInstall())
}

// TestACutOffRenewalLeavesNothing stops a renewal at its worst points: the new
// authority is in a store, and the process is gone.
func TestACutOffRenewalLeavesNothing(t *testing.T) {
	k, _, a, b := bench(t)
	_, err := k.Install(t.Context())
	require.NoError(t, err)
	half, err := localca.Issue(start)
	require.NoError(t, err)
	require.NoError(t, k.note(half.CA))
	require.NoError(t, a.Install(t.Context(), half.CA))

	again := Open(k.Dir(), k.stores, k.now)
	_, _, err = again.Renew(t.Context(), false)
	require.NoError(t, err)
	assert.Len(t, a.in, 1, "the stranded one has gone")
	assert.NoError(t, handshake(t, again, a, "localhost"))

	require.NoError(t, k.note(half.CA))
	require.NoError(t, b.Install(t.Context(), half.CA))
	_, err = Open(k.Dir(), k.stores, k.now).Remove(t.Context())
	require.NoError(t, err)
	assert.Empty(t, b.in)
}

func TestAStoreThatRefusesKeepsTheOldAuthorityNoted(t *testing.T) {
	k, c, a, b := bench(t)
	_, err := k.Install(t.Context())
	require.NoError(t, err)
	old := a.in[0]
	c.t = start.AddDate(3, 0, 0)
	b.wrong = errors.New("locked by the browser")
	renewed, _, err := k.Renew(t.Context(), false)
	assert.True(t, renewed)
	assert.Error(t, err, "the old one is still in b")
	assert.NoError(t, handshake(t, k, a, "localhost"))
	b.wrong = nil
	_, _, err = k.Renew(t.Context(), false)
	require.NoError(t, err)
	assert.Empty(t, b.in, "taken out at the next try")
	_, err = k.Install(t.Context())
	require.NoError(t, err)
	assert.False(t, b.in[0].Equal(old))
}

func TestATornFileIsSaidAndForced(t *testing.T) {
	k, _, a, _ := bench(t)
	_, err := k.Install(t.Context())
	require.NoError(t, err)
	b, err := os.ReadFile(k.LeavesFile())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(k.LeavesFile(), []byte(strings.Replace(string(b), "PRIVATE KEY", "PRIVATE", 1)), 0o600))
	_, _, err = k.Renew(t.Context(), false)
	if runtime.GOOS != "windows" {
		assert.ErrorIs(t, err, localca.ErrSet)
		_, _, err = k.Renew(t.Context(), true)
		require.NoError(t, err)
		assert.NoError(t, handshake(t, k, a, "localhost"))
		assert.Len(t, a.in, 1)
	}
}
