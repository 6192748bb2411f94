package cms

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/tlv"
)

func nameOf(t *testing.T, parts ...[]byte) Name {
	t.Helper()
	e, err := tlv.ReadOnly(tlv.Encode(tagSequence, parts...))
	require.NoError(t, err)
	n, err := parseName(e)
	require.NoError(t, err)
	return n
}

func part(oid OID, tag tlv.Tag, value string) []byte {
	return tlv.Encode(tagSet, tlv.Encode(tagSequence, tlv.Encode(tagOID, []byte(oid)), tlv.Encode(tag, []byte(value))))
}

func TestNames(t *testing.T) {
	one := nameOf(t, part(oidCountry, 0x13, "VN"), part(oidOrganization, 0x13, "Test  Office"), part(oidCommonName, 0x13, "CSCA"))
	cases := []struct {
		name string
		with Name
		same bool
	}{
		{"other string types, letter case and spaces", nameOf(t, part(oidCountry, 0x0C, "vn"), part(oidOrganization, 0x0C, " test office"), part(oidCommonName, 0x1E, "\x00C\x00S\x00C\x00A")), true},
		{"UniversalString and TeletexString", nameOf(t, part(oidCountry, 0x14, "VN"), part(oidOrganization, 0x14, "Test Office"), part(oidCommonName, 0x1C, "\x00\x00\x00C\x00\x00\x00S\x00\x00\x00C\x00\x00\x00A")), true},
		{"another value", nameOf(t, part(oidCountry, 0x13, "VN"), part(oidOrganization, 0x13, "Test Office"), part(oidCommonName, 0x13, "CSCB")), false},
		{"another type", nameOf(t, part(oidCountry, 0x13, "VN"), part(oidOrganizationUnit, 0x13, "Test Office"), part(oidCommonName, 0x13, "CSCA")), false},
		{"a part less", nameOf(t, part(oidCountry, 0x13, "VN"), part(oidOrganization, 0x13, "Test Office")), false},
		{"values that run together", nameOf(t, part(oidCountry, 0x13, "VN"), part(oidOrganization, 0x13, "Test Office\x00"), part(oidCommonName, 0x13, "CSCA")), false},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) { assert.Equal(t, tc.same, one.Equal(tc.with)) })
	}
	assert.Equal(t, "C=VN, O=Test  Office, CN=CSCA", one.String())
	assert.Equal(t, "CSCA", one.CommonName())
	assert.True(t, one.HasOrganization("Test  Office"))
	assert.False(t, one.HasOrganization("Test"))
}

func TestNameIsShownSafely(t *testing.T) {
	n := nameOf(t, part(oidCommonName, 0x0C, "a, O=b\x1b[2J\u202e"), part(NewOID("1.2.3"), 0x14, "\xe9"))
	assert.Equal(t, "CN=a\\, O\\=b\uFFFD[2J\uFFFD, 1.2.3=é", n.String())
}

func TestTimes(t *testing.T) {
	utc := func(y int, m time.Month, d, h, min, s int) time.Time {
		return time.Date(y, m, d, h, min, s, 0, time.UTC)
	}
	cases := []struct {
		name, value string
		tag         tlv.Tag
		want        time.Time
	}{
		{"UTCTime", "240229235959Z", tagUTCTime, utc(2024, 2, 29, 23, 59, 59)},
		{"UTCTime of 2049", "491231000000Z", tagUTCTime, utc(2049, 12, 31, 0, 0, 0)},
		{"UTCTime of 1950", "500101000000Z", tagUTCTime, utc(1950, 1, 1, 0, 0, 0)},
		{"UTCTime of 1969", "690101000000Z", tagUTCTime, utc(1969, 1, 1, 0, 0, 0)},
		{"UTCTime without seconds", "2402290102Z", tagUTCTime, utc(2024, 2, 29, 1, 2, 0)},
		{"UTCTime with a zone", "240301060000+0700", tagUTCTime, utc(2024, 2, 29, 23, 0, 0)},
		{"GeneralizedTime", "20500101000000Z", tagGenTime, utc(2050, 1, 1, 0, 0, 0)},
		{"GeneralizedTime with a fraction", "20500101000000.0Z", tagGenTime, utc(2050, 1, 1, 0, 0, 0)},
		{"no such day", "230229000000Z", tagUTCTime, time.Time{}},
		{"no zone", "240229000000", tagUTCTime, time.Time{}},
		{"UTCTime in a GeneralizedTime", "240229235959Z", tagGenTime, time.Time{}},
		{"not a time", "240229235959Z", 0x13, time.Time{}},
		{"empty", "", tagUTCTime, time.Time{}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			got, err := parseTime(tlv.Element{Tag: tc.tag, Value: []byte(tc.value)})
			if tc.want.IsZero() {
				assert.ErrorIs(t, err, ErrMalformed)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tc.want, got)
		})
	}
}

func TestOIDs(t *testing.T) {
	for _, dotted := range []string{"0.4.0.127.0.7.3.2.1", "1.2.840.113549.1.7.2", "2.23.136.1.1.1", "2.999.3", "2.16.840.1.101.3.4.2.1"} {
		oid := NewOID(dotted)
		parsed, err := parseOID([]byte(oid))
		require.NoError(t, err)
		assert.Equal(t, dotted, parsed.String())
	}
	assert.Equal(t, OID("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"), OIDSignedData)
	for name, bad := range map[string][]byte{
		"empty": {}, "ends inside a number": {0x2A, 0x86}, "leading zero": {0x2A, 0x80, 0x01}, "too long": make([]byte, maxOID+1),
	} {
		_, err := parseOID(bad)
		assert.ErrorIs(t, err, ErrMalformed, name)
	}
	assert.Contains(t, OID("\x2a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f").String(), "?")
}
