package cms_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/cms"
	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/tlv"
)

func TestCRLKinds(t *testing.T) {
	key := cmstest.NewKey("P-256")
	distribution := func(parts ...[]byte) []byte {
		return cmstest.Extension(cmstest.OID(2, 5, 29, 28), true, cmstest.Seq(parts...))
	}
	where := tlv.Encode(0xA0, tlv.Encode(0xA0, tlv.Encode(0x86, []byte("http://crl.example"))))
	yes := func(tag tlv.Tag) []byte { return tlv.Encode(tag, []byte{0xFF}) }
	cases := []struct {
		name      string
		extension []byte
		want      error
	}{
		{"number", cmstest.Extension(cmstest.OID(2, 5, 29, 20), false, cmstest.Small(3)), nil},
		{"unknown", cmstest.Extension(cmstest.OID(1, 2, 3), false, cmstest.Small(3)), nil},
		{"says where it is found", distribution(where), nil},
		{"delta", cmstest.Extension(cmstest.OID(2, 5, 29, 27), true, cmstest.Small(1)), cms.ErrUnsupported},
		{"unknown and critical", cmstest.Extension(cmstest.OID(1, 2, 3), true, cmstest.Small(3)), cms.ErrUnsupported},
		{"of CA certificates only", distribution(yes(0x82)), cms.ErrUnsupported},
		{"of other certificates only", distribution(where, yes(0x81)), cms.ErrUnsupported},
		{"indirect", distribution(yes(0x84)), cms.ErrUnsupported},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			list := cmstest.CRL{Issuer: csca, ThisUpdate: start, NextUpdate: end, Serials: []int64{5, 200}, Extensions: [][]byte{tc.extension}}
			crl, err := cms.ParseCRL(list.Sign(key))
			if tc.want != nil {
				assert.ErrorIs(t, err, tc.want)
				return
			}
			require.NoError(t, err)
			_, listed := crl.Revoked([]byte{0, 200})
			assert.True(t, listed)
			_, listed = crl.Revoked([]byte{6})
			assert.False(t, listed)
		})
	}
}

func TestCRLFreshness(t *testing.T) {
	key := cmstest.NewKey("P-256")
	parse := func(next time.Time) *cms.CRL {
		crl, err := cms.ParseCRL(cmstest.CRL{Issuer: csca, ThisUpdate: start, NextUpdate: next}.Sign(key))
		require.NoError(t, err)
		return crl
	}
	crl := parse(end)
	for name, tc := range map[string]struct {
		at   time.Time
		want bool
	}{
		"before": {start.Add(-time.Second), false}, "at its making": {start, true},
		"until the next": {end, true}, "after the next": {end.Add(time.Second), false},
	} {
		assert.Equal(t, tc.want, crl.FreshAt(tc.at), name)
	}
	assert.False(t, parse(time.Time{}).FreshAt(start), "a list that promises no next one")
}

func TestCRLWithoutEntries(t *testing.T) {
	key := cmstest.NewKey("P-256")
	crl, err := cms.ParseCRL(cmstest.CRL{Issuer: csca, ThisUpdate: start, NextUpdate: end}.Sign(key))
	require.NoError(t, err)
	assert.Zero(t, crl.Len())
}

func TestCRLEntries(t *testing.T) {
	key := cmstest.NewKey("P-256")
	reason := cmstest.Extension(cmstest.OID(2, 5, 29, 21), true, []byte{0x0A, 1, 1})
	issuer := cmstest.Extension(cmstest.OID(2, 5, 29, 29), true, cmstest.Seq())
	list := cmstest.CRL{Issuer: csca, ThisUpdate: start, NextUpdate: end, Serials: []int64{5}, EntryExtensions: [][]byte{reason}}
	crl, err := cms.ParseCRL(list.Sign(key))
	require.NoError(t, err)
	since, listed := crl.Revoked([]byte{5})
	assert.True(t, listed)
	assert.Equal(t, start, since)
	list.EntryExtensions = [][]byte{issuer}
	_, err = cms.ParseCRL(list.Sign(key))
	assert.ErrorIs(t, err, cms.ErrUnsupported, "entry of another issuer's certificate")
}

func TestCRLWithTwoAlgorithms(t *testing.T) {
	other := cmstest.Seq(cmstest.OID(1, 2, 840, 10045, 4, 3, 4))
	list := cmstest.CRL{Issuer: csca, ThisUpdate: start, NextUpdate: end, Algorithm: other}
	_, err := cms.ParseCRL(list.Sign(cmstest.NewKey("P-256")))
	assert.ErrorIs(t, err, cms.ErrMalformed)
}
