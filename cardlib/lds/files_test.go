package lds_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/lds"
	"chipid/cardlib/mrz"
	"chipid/cardlib/tlv"
)

func unhex(t testing.TB, s string) []byte {
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	require.NoError(t, err)
	return b
}

func TestGroupIdentifiers(t *testing.T) {
	// Doc 9303-10, table of file identifiers and tags.
	tags := []tlv.Tag{0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70}
	names := strings.Fields("DG1 DG2 DG3 DG4 DG5 DG6 DG7 DG8 DG9 DG10 DG11 DG12 DG13 DG14 DG15 DG16")
	require.Len(t, lds.Groups(), 16)
	for i, g := range lds.Groups() {
		t.Run(names[i], func(t *testing.T) {
			assert.Equal(t, names[i], g.String())
			assert.Equal(t, tags[i], g.Tag())
			assert.Equal(t, lds.FileID(0x0101+i), g.FileID())
			assert.Equal(t, []byte{1, byte(i + 1)}, g.FileID().Bytes())
			assert.Equal(t, byte(i+1), g.ShortID())
			for _, found := range []func() (lds.Group, bool){
				func() (lds.Group, bool) { return lds.ByTag(tags[i]) },
				func() (lds.Group, bool) { return lds.ByName(names[i]) },
				func() (lds.Group, bool) { return lds.ByName(strings.ToLower(names[i])) },
				func() (lds.Group, bool) { return lds.ByFileID(g.FileID()) },
			} {
				got, ok := found()
				assert.True(t, ok)
				assert.Equal(t, g, got)
			}
		})
	}
}

func TestNoGroup(t *testing.T) {
	for _, g := range []lds.Group{-1, 0, 17, 1 << 20} {
		assert.False(t, g.Valid())
		assert.Zero(t, g.Tag())
		assert.Zero(t, g.FileID())
		assert.Zero(t, g.ShortID())
	}
	for _, name := range []string{"", "DG", "DG0", "DG17", "DG01", "DG+1", "COM", "1", "DG1 "} {
		_, ok := lds.ByName(name)
		assert.False(t, ok, name)
	}
	for _, id := range []lds.FileID{lds.EFCOM, lds.EFSOD, lds.EFDIR, 0x0100, 0x0111, 0x0201} {
		_, ok := lds.ByFileID(id)
		assert.False(t, ok, id)
	}
	_, ok := lds.ByTag(lds.TagCOM)
	assert.False(t, ok)
	assert.Equal(t, "011E", lds.EFCOM.String())
	assert.Equal(t, "a0000002471001", hex.EncodeToString(lds.AID()))
}

func TestCOM(t *testing.T) {
	// The example of Doc 9303-10 appendix A.1: LDS 1.7, Unicode 4.0.0, four groups.
	mapping := unhex(t, "60165F0104303130375F36063034303030305C046175766C")
	com, err := lds.ParseCOM(mapping)
	require.NoError(t, err)
	assert.Equal(t, []lds.Group{lds.DG1, lds.DG2, lds.DG4, lds.DG12}, com.Groups)
	assert.Equal(t, mapping, lds.EncodeCOM(com))

	// Doc 9303-11 appendix D.4 reads this one: DG1 and DG2.
	example := unhex(t, "60145F0104303130375F36063034303030305C026175")
	com, err = lds.ParseCOM(example)
	require.NoError(t, err)
	want := lds.COM{LDSVersion: "0107", UnicodeVersion: "040000", Groups: []lds.Group{lds.DG1, lds.DG2}}
	assert.Equal(t, want, com)
	assert.Equal(t, example, lds.EncodeCOM(com))

	tests := []struct {
		name, file string
		want       lds.COM
	}{
		{"list only, twice DG1, unknown tag", "6006 5C04 61 61 6D 42",
			lds.COM{Groups: []lds.Group{lds.DG1, lds.DG13}, UnknownTags: []tlv.Tag{0x42}}},
		{"empty list", "6002 5C00", lds.COM{}},
		{"version is no digits", "6009 5F0104FF313037 5C00", lds.COM{}},
		{"version too long", "600E 5F0109303130373031303730 5C00", lds.COM{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			com, err := lds.ParseCOM(unhex(t, tt.file))
			require.NoError(t, err)
			assert.Equal(t, tt.want, com)
		})
	}
	for name, file := range map[string]string{
		"empty": "", "two bytes": "6000", "other tag": "6100", "no list": "6007 5F010430313037",
		"length of 2^32": "6085 0100000000", "trailing byte": "6002 5C00 00", "cut": "6014 5F01",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := lds.ParseCOM(unhex(t, file))
			require.Error(t, err)
			assert.Contains(t, err.Error(), "EF.COM")
		})
	}
}

var vietnam = []string{"IDVNM1900000185000190000018<<5", "9001158F3001156VNM<<<<<<<<<<<6", "NGUYEN<<THI<MAU<<<<<<<<<<<<<<<"}

func TestDG1(t *testing.T) {
	file := lds.EncodeDG1(vietnam...)
	assert.Equal(t, "615d5f1f5a", hex.EncodeToString(file[:5]))
	assert.Equal(t, file, lds.EncodeDG1(strings.Join(vietnam, "\r\n")))
	doc, err := lds.ParseDG1(file)
	require.NoError(t, err)
	assert.Equal(t, vietnam, doc.Lines)

	// The composite check digit is printed wrong there: by Doc 9303-5 §4.2.4 it is 8.
	t.Run("TD1 of Doc 9303-10 appendix A.2.1", func(t *testing.T) {
		doc, err := lds.ParseDG1([]byte("\x61\x5D\x5F\x1F\x5A" +
			"I<NLDXI85935F86999999990<<<<<<7208148F1108268NLD<<<<<<<<<<<4VAN<DER<STEEN<<MARIANNE<LOUISE"))
		var wrong *mrz.CheckDigitError
		require.ErrorAs(t, err, &wrong)
		assert.Equal(t, []mrz.Fault{{Line: 2, Field: mrz.FieldComposite}}, wrong.Faults)
		assert.Equal(t, "XI85935F8", doc.DocumentNumber)
		assert.Equal(t, "999999990", doc.OptionalData1)
		assert.Equal(t, "VAN DER STEEN", doc.PrimaryIdentifier)
	})
	t.Run("wrong check digit", func(t *testing.T) {
		wrong := append([]byte(nil), file...)
		wrong[5+59] = '7' // the composite
		doc, err := lds.ParseDG1(wrong)
		require.ErrorIs(t, err, mrz.ErrCheckDigit)
		assert.EqualError(t, err, "DG1: mrz: wrong check digit of line 2, composite")
		assert.Equal(t, "190000018", doc.DocumentNumber)
	})
	for name, file := range map[string][]byte{
		"empty": nil, "other group": {0x75, 0}, "no MRZ": {0x61, 0}, "two letters": unhex(t, "61055F1F024142"),
		"cut": file[:40],
	} {
		t.Run(name, func(t *testing.T) {
			_, err := lds.ParseDG1(file)
			require.Error(t, err)
		})
	}
}
