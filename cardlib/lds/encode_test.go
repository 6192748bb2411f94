package lds_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/lds"
	"chipid/cardlib/tlv"
)

func TestEncodeDG3(t *testing.T) {
	wsq := []byte{0xFF, 0xA0, 0xFF, 0xA4, 1, 2, 3}
	fingers := []lds.Finger{
		{Position: 2, Quality: 90, Width: 200, Height: 300, Format: lds.WSQ, Image: wsq},
		{Position: 10, Width: 24, Height: 32, Format: lds.JP2, Image: testdata(t, "gradient.jp2")},
		{Width: 2, Height: 2, Image: []byte{1, 2, 3, 4}},
	}
	file, err := lds.EncodeDG3(fingers)
	require.NoError(t, err)
	got, err := lds.ParseDG3(file)
	require.NoError(t, err)
	assert.Equal(t, fingers, got)
	templates, err := lds.ParseTemplates(file, lds.DG3)
	require.NoError(t, err)
	for i, want := range []byte{0x09, 0x16, 0} { // right index, left little, unknown: ISO/IEC 19785-3
		subtype, found := templates[i].Header.Find(0x82)
		require.True(t, found)
		assert.Equal(t, []byte{want}, subtype.Value)
	}

	none, err := lds.EncodeDG3(nil)
	require.NoError(t, err)
	assert.Equal(t, unhex(t, "63 06 7F61 03 020100"), none)
	for name, f := range map[string]lds.Finger{
		"the format lies": {Format: lds.WSQ, Image: []byte{1}}, "no format of fingers": {Format: "gif", Image: []byte("GIF")},
		"an image that says it is raw": {Image: wsq},
	} {
		_, err := lds.EncodeDG3([]lds.Finger{f})
		assert.ErrorIs(t, err, lds.ErrNoImage, name)
	}
	_, err = lds.EncodeDG3([]lds.Finger{{Width: 1 << 16}})
	assert.ErrorIs(t, err, lds.ErrTooLarge)
	_, err = lds.EncodeDG3(make([]lds.Finger, 17))
	assert.ErrorIs(t, err, lds.ErrTooLarge)
}

// irisRecord writes a record by hand, from ISO/IEC 19794-6:2005 clause 6.5: of each
// eye the images given.
func irisRecord(eyes ...[][]byte) []byte {
	b := append([]byte("IIR\x00010\x00"), 0, 0, 0, 0, 0, 0, byte(len(eyes)), 0, 45)
	b = append(b, 0, 0, 0, 0, 0, 2, 2, 128, 1, 224, 8, 0) // properties, diameter, raw, 640 × 480, 8 bits
	b = append(b, make([]byte, 16)...)
	for eye, images := range eyes {
		b = append(b, byte(eye+1), 0, byte(len(images)))
		for i, image := range images {
			b = append(b, 0, byte(i+1), 70, 0, 0, 0, 0, 0, 0, 0, byte(len(image)))
			b = append(b, image...)
		}
	}
	return b
}

func dg4(blocks ...[]byte) []byte {
	file := dg2(0x5F2E, blocks...)
	file[0] = 0x76
	return file
}

func TestDG4(t *testing.T) {
	jpeg := []byte{0xFF, 0xD8, 0xFF, 0xE0, 1}
	irises, err := lds.ParseDG4(dg4(irisRecord([][]byte{jpeg, {9}}, [][]byte{{1, 2}}), irisRecord()))
	require.NoError(t, err)
	assert.Equal(t, []lds.Iris{
		{Eye: 1, Quality: 70, Width: 640, Height: 480, Format: lds.JPEG, Image: jpeg},
		{Eye: 1, Quality: 70, Width: 640, Height: 480, Image: []byte{9}},
		{Eye: 2, Quality: 70, Width: 640, Height: 480, Image: []byte{1, 2}},
	}, irises)

	want := []lds.Iris{
		{Eye: 2, Quality: 99, Width: 24, Height: 32, Format: lds.J2K, Image: testdata(t, "gradient.j2k")},
		{Eye: 1, Width: 2, Height: 1, Image: []byte{3, 4}},
	}
	file, err := lds.EncodeDG4(want)
	require.NoError(t, err)
	got, err := lds.ParseDG4(file)
	require.NoError(t, err)
	assert.Equal(t, want, got)

	long := irisRecord([][]byte{{1}})
	long[45+3+10] = 2 // the image is said to have two bytes
	many := irisRecord([][]byte{})
	many[46], many[47] = 0xFF, 0xFF
	for name, block := range map[string][]byte{
		"finger record": []byte("FIR\x00"), "header cut": irisRecord()[:44], "feature cut": irisRecord([][]byte{{1}})[:46],
		"image header cut": irisRecord([][]byte{{1}})[:50], "image cut": long, "65,535 images that are not there": many,
	} {
		_, err := lds.ParseDG4(dg4(block))
		assert.ErrorIs(t, err, lds.ErrMalformed, name)
	}
	_, err = lds.ParseDG4(dg4(irisRecord(make([][][]byte, 1)[:1]...), irisRecord(make([][]byte, 17))))
	assert.ErrorIs(t, err, lds.ErrTooLarge)
	_, err = lds.ParseDG4([]byte{0x76, 0x84, 0xFF, 0xFF, 0xFF, 0xFF})
	assert.ErrorIs(t, err, tlv.ErrTooLong)
	_, err = lds.EncodeDG4([]lds.Iris{{Format: lds.JPEG, Image: []byte{1}}})
	assert.ErrorIs(t, err, lds.ErrNoImage)
	_, err = lds.EncodeDG4([]lds.Iris{{Format: lds.PNG, Image: pngOf(t, 1, 1)}})
	assert.ErrorIs(t, err, lds.ErrNoImage)
	_, err = lds.EncodeDG4([]lds.Iris{{Height: -1}})
	assert.ErrorIs(t, err, lds.ErrTooLarge)
}

func TestFeatures(t *testing.T) {
	for _, g := range []lds.Group{lds.DG6, lds.DG8, lds.DG9, lds.DG10} {
		file, err := lds.EncodeFeatures(g, tlv.Elements{{Tag: 0xA1, Value: unhex(t, "800101")}, {Tag: 0x5F2E, Value: []byte{7}}})
		require.NoError(t, err)
		assert.Equal(t, append([]byte{byte(g.Tag())}, unhex(t, "0C 020102 A103800101 5F2E0107")...), file)
		got, err := lds.ParseFeatures(file, g)
		require.NoError(t, err)
		require.Len(t, got, 2)
		again, err := lds.EncodeFeatures(g, got)
		require.NoError(t, err)
		assert.Equal(t, file, again)
	}
	_, err := lds.ParseFeatures([]byte{0x65, 0}, lds.DG5)
	assert.ErrorIs(t, err, lds.ErrMalformed)
	_, err = lds.EncodeFeatures(lds.DG5, nil)
	assert.ErrorIs(t, err, lds.ErrMalformed)
	_, err = lds.EncodeFeatures(lds.DG8, make(tlv.Elements, 17))
	assert.ErrorIs(t, err, lds.ErrTooLarge)
	_, err = lds.ParseFeatures([]byte{0x68, 2, 0xA1}, lds.DG8)
	assert.ErrorIs(t, err, tlv.ErrTruncated)
	_, err = lds.ParseFeatures(tlv.Encode(0x68, bytes.Repeat([]byte{0xA1, 0}, 17)), lds.DG8)
	assert.ErrorIs(t, err, lds.ErrTooLarge)
}

// nested is an element in an element, so many levels deep, every length true.
func nested(levels int) []byte {
	length, header := 0, make([]byte, 0, 5*levels)
	for range levels { // from the innermost, written from the end
		var start []byte
		switch {
		case length < 0x80:
			start = []byte{byte(length), 0xA1}
		case length <= 0xFF:
			start = []byte{byte(length), 0x81, 0xA1}
		case length <= 0xFFFF:
			start = []byte{byte(length), byte(length >> 8), 0x82, 0xA1}
		default:
			start = []byte{byte(length), byte(length >> 8), byte(length >> 16), 0x83, 0xA1}
		}
		header = append(header, start...)
		length += len(start)
	}
	for i, j := 0, len(header)-1; i < j; i, j = i+1, j-1 {
		header[i], header[j] = header[j], header[i]
	}
	return header
}

// TestHundredThousandNestedTags: the depth of a file costs no stack and no time.
func TestHundredThousandNestedTags(t *testing.T) {
	deep := nested(100_000)
	e, err := tlv.ReadOnly(deep)
	require.NoError(t, err, "the lengths are true")
	require.Equal(t, tlv.Tag(0xA1), e.Tag)
	for _, g := range lds.Groups() {
		file := tlv.Encode(g.Tag(), deep)
		for name, parse := range parsers(g) {
			// What is deep is passed over or refused, whatever the parser; it must come back.
			if err := parse(file); err != nil {
				assert.Less(t, len(err.Error()), 500, "%v %s", g, name)
			}
		}
	}
	_, err = lds.ParseCOM(tlv.Encode(lds.TagCOM, deep))
	require.Error(t, err)
	require.ErrorIs(t, tlv.Walk(deep, func(int, tlv.Element) bool { return true }), tlv.ErrTooDeep)
}

// parsers are those of a group.
func parsers(g lds.Group) map[string]func([]byte) error {
	return map[string]func([]byte) error{
		"DG1":                 func(b []byte) error { _, err := lds.ParseDG1(b); return err },
		"DG2":                 func(b []byte) error { _, err := lds.ParseDG2(b); return err },
		"DG3":                 func(b []byte) error { _, err := lds.ParseDG3(b); return err },
		"DG4":                 func(b []byte) error { _, err := lds.ParseDG4(b); return err },
		"DG5 and DG7":         func(b []byte) error { _, err := lds.ParseDisplayed(b, g); return err },
		"DG6 and DG8 to DG10": func(b []byte) error { _, err := lds.ParseFeatures(b, g); return err },
		"DG11":                parse11, "DG12": parse12, "DG16": parse16,
	}
}

func FuzzDG4(f *testing.F) {
	f.Add(dg4(irisRecord([][]byte{{1}}, [][]byte{{2}})))
	f.Add([]byte{0x76, 0})
	f.Add([]byte{0x30, 0})
	f.Add([]byte{0x76, 0x85, 1, 0, 0, 0, 0})
	f.Add([]byte{0x68, 0x84, 0xFF, 0xFF, 0xFF, 0xFF})
	f.Add(tlv.Encode(0x68, nested(1000)))
	f.Fuzz(func(t *testing.T, file []byte) {
		if templates, err := lds.ParseTemplates(file, lds.DG4); err == nil {
			require.LessOrEqual(t, len(templates), lds.MaxTemplates)
		}
		if irises, err := lds.ParseDG4(file); err == nil {
			require.LessOrEqual(t, len(irises), lds.MaxTemplates*lds.MaxTemplates)
			if again, err := lds.EncodeDG4(irises); err == nil {
				got, err := lds.ParseDG4(again)
				require.NoError(t, err)
				require.Equal(t, len(irises), len(got))
			}
		}
		for _, g := range []lds.Group{lds.DG6, lds.DG8, lds.DG9, lds.DG10} {
			templates, err := lds.ParseFeatures(file, g)
			if err != nil {
				continue
			}
			again, err := lds.EncodeFeatures(g, templates)
			require.NoError(t, err)
			got, err := lds.ParseFeatures(again, g)
			require.NoError(t, err)
			require.Equal(t, len(templates), len(got))
		}
	})
}
