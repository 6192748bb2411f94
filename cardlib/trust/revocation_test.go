package trust_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/cms"
	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/trust"
)

func TestRevocation(t *testing.T) {
	now := start.AddDate(1, 0, 0)
	past := start.AddDate(0, 6, 0)
	a, namesake := newAuthority("VN", "csca"), newAuthority("VN", "csca")
	elsewhere := newAuthority("VN", "elsewhere")
	noCRLs := authority{key: cmstest.NewKey("P-256"), name: cmstest.DN("VN", "Test", "no CRLs")}
	noCRLs.der = noCRLs.certify(noCRLs.name, noCRLs.key, 1, cmstest.BasicConstraints(true), cmstest.KeyUsage(cmstest.KeyCertSign))
	list := func(next time.Time, serials ...int64) cmstest.CRL {
		return cmstest.CRL{Issuer: a.name, ThisUpdate: start, NextUpdate: next, Serials: serials}
	}
	named := func(name []byte, c cmstest.CRL) cmstest.CRL { c.Issuer = name; return c }
	cases := []struct {
		name                  string
		crls                  [][]byte
		issuer                authority
		known, fresh, revoked bool
	}{
		{"no list", nil, a, false, false, false},
		{"fresh, not on it", [][]byte{list(end, 6).Sign(a.key)}, a, true, true, false},
		{"fresh, on it", [][]byte{list(end, 6, 5).Sign(a.key)}, a, true, true, true},
		{"stale, not on it", [][]byte{list(past, 6).Sign(a.key)}, a, true, false, false},
		{"stale, on it", [][]byte{list(past, 5).Sign(a.key)}, a, true, false, true},
		{"on a stale one, not on the fresh one", [][]byte{list(past, 5).Sign(a.key), list(end).Sign(a.key)}, a, true, true, true},
		{"no next update", [][]byte{list(time.Time{}).Sign(a.key)}, a, true, false, false},
		{"signed by a stranger in its name", [][]byte{list(end, 5).Sign(cmstest.NewKey("P-256"))}, a, false, false, false},
		{"signed by another anchor in its name", [][]byte{list(end, 5).Sign(elsewhere.key)}, a, false, false, false},
		{"another anchor's", [][]byte{named(elsewhere.name, list(end, 5)).Sign(elsewhere.key)}, a, false, false, false},
		{"signed by its new key", [][]byte{list(end, 5).Sign(namesake.key)}, a, true, true, true},
		{"the CSCA itself is on it", [][]byte{list(end, 1).Sign(a.key)}, a, true, true, true},
		{"signed by a key that may not", [][]byte{named(noCRLs.name, list(end, 5)).Sign(noCRLs.key)}, noCRLs, false, false, false},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			s := store(t, a.der, namesake.der, elsewhere.der, noCRLs.der)
			for _, crl := range tc.crls {
				require.NoError(t, s.AddCRL("crl", crl))
			}
			signer := tc.issuer.signer(t, 5)
			found, err := s.Issuers(signer)
			require.NoError(t, err)
			got := s.Revocation(found[0], now, signer, found[0].Certificate)
			assert.Equal(t, tc.known, got.Known, "known")
			assert.Equal(t, tc.fresh, got.Fresh, "fresh")
			assert.Equal(t, tc.revoked, got.Revoked, "revoked")
		})
	}
}

func TestRevocationIsByIssuer(t *testing.T) {
	a, b := newAuthority("VN", "csca"), newAuthority("VN", "csca b")
	s := store(t, a.der, b.der)
	require.NoError(t, s.AddCRL("crl", cmstest.CRL{Issuer: a.name, ThisUpdate: start, NextUpdate: end, Serials: []int64{5}}.Sign(a.key)))
	got := s.Revocation(s.Anchors()[0], start, b.signer(t, 5))
	assert.Equal(t, trust.Revocation{Known: true, Fresh: true, ThisUpdate: start, NextUpdate: end}, got)
}

// TestRevokedLink: a State that takes back its link certificate takes back the
// trust in the new key.
func TestRevokedLink(t *testing.T) {
	old := newAuthority("VN", "csca")
	next := authority{key: cmstest.NewKey("P-256"), name: cmstest.DN("VN", "Test", "csca of a new name")}
	for name, serials := range map[string][]int64{"revoked": {77}, "another revoked": {78}} {
		t.Run(name, func(t *testing.T) {
			s := store(t, old.der, link(old, next.name, next.key))
			require.NoError(t, s.AddCRL("old", cmstest.CRL{Issuer: old.name, ThisUpdate: start, NextUpdate: end, Serials: serials}.Sign(old.key)))
			require.NoError(t, s.AddCRL("next", cmstest.CRL{Issuer: next.name, ThisUpdate: start, NextUpdate: end}.Sign(next.key)))
			found, err := s.Issuers(next.signer(t, 5))
			require.NoError(t, err)
			r := s.Revocation(found[0], start, next.signer(t, 5))
			assert.True(t, r.Fresh)
			assert.Equal(t, name == "revoked", r.Revoked)
		})
	}
}

// TestLists: every list is named with whose it is, or why it counts for nothing.
func TestLists(t *testing.T) {
	a, stranger := newAuthority("VN", "csca"), newAuthority("FR", "stranger")
	s := store(t, a.der)
	crl := cmstest.CRL{Issuer: a.name, ThisUpdate: start, NextUpdate: end, Serials: []int64{4, 5}}
	require.NoError(t, s.AddCRL("b", crl.Sign(a.key)))
	require.NoError(t, s.AddCRL("a", crl.Sign(stranger.key)))
	crl.Issuer = stranger.name
	require.NoError(t, s.AddCRL("c", crl.Sign(stranger.key)))
	lists := s.Lists()
	require.Len(t, lists, 3)
	assert.Equal(t, "a", lists[0].Source)
	assert.ErrorIs(t, lists[0].Err, cms.ErrSignature)
	assert.Nil(t, lists[0].Signer)
	require.NoError(t, lists[1].Err)
	assert.Same(t, s.Anchors()[0], lists[1].Signer)
	assert.Equal(t, 2, lists[1].CRL.Len())
	assert.ErrorIs(t, lists[2].Err, trust.ErrNoAnchor)
	var none *trust.Store
	assert.Empty(t, none.Lists())
}
