package trust_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/cms"
	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/trust"
)

func TestIssuers(t *testing.T) {
	real, fake := newAuthority("VN", "csca"), newAuthority("VN", "csca")
	elsewhere := newAuthority("VN", "elsewhere")
	fakeNamed := authority{key: fake.key, name: cmstest.DN("VN", "Test", "home-made")}
	s := store(t, newAuthority("FR", "other").der, real.der)
	aki := func(a authority) []byte { return cmstest.AuthorityKeyID(a.key.KeyID()) }
	bc := cmstest.BasicConstraints(false)
	cases := []struct {
		name   string
		signer *cms.Certificate
		want   error
	}{
		{"by key id", real.signer(t, 5), nil},
		{"by name, without a key id", real.signer(t, 5, bc), nil},
		{"by name, with a key id that is not the anchor's", real.signer(t, 5, aki(elsewhere)), nil},
		{"by key id, under another issuer name", authority{key: real.key, name: elsewhere.name}.signer(t, 5, aki(real)), nil},
		{"unknown", elsewhere.signer(t, 5), trust.ErrNoAnchor},
		{"home-made CSCA with the real one's name", fake.signer(t, 5), trust.ErrNoAnchor},
		{"home-made CSCA with the real one's name, no key id", fake.signer(t, 5, bc), trust.ErrNoAnchor},
		{"home-made CSCA with the real one's key id", fakeNamed.signer(t, 5, aki(real)), trust.ErrNoAnchor},
		{"home-made CSCA with the real one's name and key id", fake.signer(t, 5, aki(real)), trust.ErrForged},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			found, err := s.Issuers(tc.signer)
			if tc.want != nil {
				assert.ErrorIs(t, err, tc.want)
				assert.Empty(t, found)
				return
			}
			require.NoError(t, err)
			require.Len(t, found, 1)
			assert.Equal(t, real.der, found[0].Certificate.Raw)
		})
	}
}

func TestIssuersOfOneKey(t *testing.T) {
	a := newAuthority("VN", "csca")
	renewed := a.certify(a.name, a.key, 2, ca(a.key)...)
	namesake := newAuthority("VN", "csca")
	s := store(t, namesake.der, a.der, renewed)
	found, err := s.Issuers(a.signer(t, 5))
	require.NoError(t, err)
	require.Len(t, found, 2)
	for _, anchor := range found {
		assert.True(t, anchor.Certificate.PublicKey.Equal(found[0].Certificate.PublicKey))
	}
}

func TestPolicyOfTheStore(t *testing.T) {
	a := newAuthority("VN", "csca")
	s := store(t, a.der)
	s.Policy = cms.Policy{MinEC: 384}
	_, err := s.Issuers(a.signer(t, 5))
	assert.ErrorIs(t, err, trust.ErrNoAnchor, "too weak is no forgery")
}

// link makes the certificate of a new key, signed by the old one.
func link(old authority, subject []byte, key *cmstest.Key) []byte {
	return old.certify(subject, key, 77, append(ca(key), cmstest.AuthorityKeyID(old.key.KeyID()))...)
}

func TestLinkCertificates(t *testing.T) {
	old := newAuthority("VN", "csca")
	second := authority{key: cmstest.NewKey("P-256"), name: old.name}
	third := authority{key: cmstest.NewKey("P-256"), name: cmstest.DN("VN", "Test", "csca of a new name")}
	toSecond, toThird := link(old, second.name, second.key), link(second, third.name, third.key)

	t.Run("a chain, in whatever order", func(t *testing.T) {
		s := &trust.Store{}
		require.NoError(t, s.AddCertificate("third", toThird))
		require.NoError(t, s.AddCertificate("second", toSecond))
		assert.Len(t, s.Resolve(), 2)
		assert.True(t, s.Empty(), "links alone anchor nothing")
		require.NoError(t, s.AddCertificate("old", old.der))
		assert.Empty(t, s.Resolve())
		found, err := s.Issuers(third.signer(t, 5))
		require.NoError(t, err)
		assert.Equal(t, trust.Linked, found[0].Kind)
		assert.Equal(t, "second", found[0].Voucher.Source)
		assert.Equal(t, "old", found[0].Voucher.Voucher.Source)
	})
	t.Run("not signed by the anchor that it names", func(t *testing.T) {
		s := store(t, old.der)
		forger := authority{key: cmstest.NewKey("P-256"), name: old.name}
		forged := forger.certify(second.name, second.key, 77, append(ca(second.key), cmstest.AuthorityKeyID(old.key.KeyID()))...)
		problems := s.Add("forged", forged)
		require.Len(t, problems, 1)
		assert.ErrorIs(t, problems[0], trust.ErrUnlinked)
		_, err := s.Issuers(second.signer(t, 5))
		assert.Error(t, err)
	})
	t.Run("to another country", func(t *testing.T) {
		s := store(t, old.der)
		problems := s.Add("abroad", link(old, cmstest.DN("FR", "Test", "csca"), second.key))
		require.Len(t, problems, 1)
		assert.ErrorIs(t, problems[0], trust.ErrUnlinked)
	})
}
