package lds_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/lds"
	"chipid/cardlib/tlv"
)

// The example of DG11 in Doc 9303-10 appendix A.5; the telephone number fills its length of 14.
func TestDG11(t *testing.T) {
	file := []byte("\x6B\x63" +
		"\x5C\x0A\x5F\x0E\x5F\x11\x5F\x42\x5F\x12\x5F\x13" +
		"\x5F\x0E\x0DSMITH<<JOHN<J" +
		"\x5F\x11\x0AANYTOWN<MN" +
		"\x5F\x42\x17123 MAPLE RD<ANYTOWN<MN" +
		"\x5F\x12\x0E1-612-555-1212" +
		"\x5F\x13\x0CTRAVEL<AGENT")
	got, err := lds.ParseDG11(file)
	require.NoError(t, err)
	assert.Equal(t, lds.PersonDetails{
		Name: "SMITH<<JOHN<J", PlaceOfBirth: []string{"ANYTOWN", "MN"}, Address: []string{"123 MAPLE RD", "ANYTOWN", "MN"},
		Telephone: "1-612-555-1212", Profession: "TRAVEL<AGENT",
	}, got)
}

// The example of DG16 in Doc 9303-10 appendix A.6.
func TestDG16(t *testing.T) {
	file := []byte("\x70\x81\xA2\x02\x01\x02" +
		"\xA1\x4C\x5F\x50\x0820020101\x5F\x51\x10SMITH<<CHARLES<R\x5F\x52\x0B19525551212" +
		"\x5F\x53\x1D123 MAPLE RD<ANYTOWN<MN<55100" +
		"\xA2\x4F\x5F\x50\x0820020315\x5F\x51\x0DBROWN<<MARY<J\x5F\x52\x0B14155551212" +
		"\x5F\x53\x2349 REDWOOD LN<OCEAN BREEZE<CA<94000")
	got, err := lds.ParseDG16(file)
	require.NoError(t, err)
	assert.Equal(t, []lds.Contact{
		{Recorded: "20020101", Name: "SMITH<<CHARLES<R", Telephone: "19525551212", Address: []string{"123 MAPLE RD", "ANYTOWN", "MN", "55100"}},
		{Recorded: "20020315", Name: "BROWN<<MARY<J", Telephone: "14155551212", Address: []string{"49 REDWOOD LN", "OCEAN BREEZE", "CA", "94000"}},
	}, got)
	again, err := lds.EncodeDG16(got)
	require.NoError(t, err)
	assert.Equal(t, file, again)
}

func TestDetailsRoundTrip(t *testing.T) {
	person := lds.PersonDetails{
		Name: "NGUYỄN<<THỊ<MẪU", OtherNames: []string{"A", "B"}, PersonalNumber: "000190000018", DateOfBirth: "19900115",
		PlaceOfBirth: []string{"Tỉnh C"}, Address: []string{"Số 1", "Xã A"}, Telephone: "+84", Profession: "P", Title: "T",
		Summary: "S", Citizenship: []byte{0xFF, 0xD8, 0xFF}, OtherDocuments: []string{"1", "2"}, Custody: "C",
	}
	file := lds.EncodeDG11(person)
	got, err := lds.ParseDG11(file)
	require.NoError(t, err)
	assert.Equal(t, person, got)

	document := lds.DocumentDetails{
		Authority: "Bộ Công an", DateOfIssue: "20240701", OtherPersons: []string{"X"}, Endorsements: "E", TaxOrExit: "T",
		Front: []byte{1}, Rear: []byte{2}, Personalised: "20240701120000", System: "7",
	}
	got12, err := lds.ParseDG12(lds.EncodeDG12(document))
	require.NoError(t, err)
	assert.Equal(t, document, got12)

	contacts := []lds.Contact{{Recorded: "20240701", Name: "A<<B", Telephone: "1", Address: []string{"x", "y"}}, {Name: "C"}}
	file16, err := lds.EncodeDG16(contacts)
	require.NoError(t, err)
	got16, err := lds.ParseDG16(file16)
	require.NoError(t, err)
	assert.Equal(t, contacts, got16)

	for name, empty := range map[string]func() (any, error){
		"DG11": func() (any, error) { return lds.ParseDG11(lds.EncodeDG11(lds.PersonDetails{})) },
		"DG12": func() (any, error) { return lds.ParseDG12(lds.EncodeDG12(lds.DocumentDetails{})) },
	} {
		got, err := empty()
		require.NoError(t, err, name)
		assert.Zero(t, got, name)
	}
}

func TestDetailDates(t *testing.T) {
	for name, tt := range map[string]struct{ value, want string }{
		"ASCII": {"3139393030313135", "19900115"}, "packed": {"19900115", "19900115"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := lds.ParseDG11(tlv.Encode(0x6B, tlv.Encode(0x5F2B, unhex(t, tt.value))))
			require.NoError(t, err)
			assert.Equal(t, tt.want, got.DateOfBirth)
		})
	}
	got, err := lds.ParseDG12(tlv.Encode(0x6C, tlv.Encode(0x5F55, unhex(t, "20240701120000"))))
	require.NoError(t, err)
	assert.Equal(t, "20240701120000", got.Personalised)
}

func TestDetailErrors(t *testing.T) {
	tests := []struct {
		name  string
		parse func([]byte) error
		file  []byte
		want  error
	}{
		{"DG11 of two bytes cut", parse11, []byte{0x6B}, tlv.ErrTruncated},
		{"DG11 not UTF-8", parse11, tlv.Encode(0x6B, tlv.Encode(0x5F0E, []byte{0xFF})), lds.ErrMalformed},
		{"DG11 no date", parse11, tlv.Encode(0x6B, tlv.Encode(0x5F2B, []byte("hello"))), lds.ErrMalformed},
		{"DG11 packed letters", parse11, tlv.Encode(0x6B, tlv.Encode(0x5F2B, []byte{0xAA, 0, 0, 0})), lds.ErrMalformed},
		{"DG11 megabytes", parse11, tlv.Encode(0x6B, tlv.Encode(0x5F0E, make([]byte, lds.MaxDetail+1))), lds.ErrTooLarge},
		{"DG11 a thousand names", parse11, tlv.Encode(0x6B, tlv.Encode(0xA0, bytes.Repeat(tlv.Encode(0x5F0F), 1000))), lds.ErrTooLarge},
		{"DG11 name not UTF-8", parse11, tlv.Encode(0x6B, tlv.Encode(0xA0, tlv.Encode(0x5F0F, []byte{0xFF}))), lds.ErrMalformed},
		{"DG11 list cut", parse11, tlv.Encode(0x6B, tlv.Encode(0xA0, []byte{0x5F})), tlv.ErrTruncated},
		{"DG12 length of 2^32-1", parse12, []byte{0x6C, 0x84, 0xFF, 0xFF, 0xFF, 0xFF}, tlv.ErrTooLong},
		{"DG16 cut", parse16, []byte{0x70, 2, 0xA1}, tlv.ErrTruncated},
		{"DG16 inside cut", parse16, tlv.Encode(0x70, tlv.Encode(0xA1, []byte{0x5F})), tlv.ErrTruncated},
		{"DG16 a thousand persons", parse16, tlv.Encode(0x70, bytes.Repeat(tlv.Encode(0xA1), 1000)), lds.ErrTooLarge},
		{"DG16 no date", parse16, tlv.Encode(0x70, tlv.Encode(0xA1, tlv.Encode(0x5F50, []byte("x")))), lds.ErrMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.parse(tt.file)
			require.ErrorIs(t, err, tt.want)
			assert.Contains(t, err.Error(), strings.Fields(tt.name)[0])
		})
	}
	_, err := lds.EncodeDG16(make([]lds.Contact, 16))
	require.ErrorIs(t, err, lds.ErrTooLarge)
}

func parse11(b []byte) error { _, err := lds.ParseDG11(b); return err }
func parse12(b []byte) error { _, err := lds.ParseDG12(b); return err }
func parse16(b []byte) error { _, err := lds.ParseDG16(b); return err }

func TestDisplayed(t *testing.T) {
	for _, g := range []lds.Group{lds.DG5, lds.DG7} {
		images := [][]byte{jpegOf(t, 2, 3), jpegOf(t, 4, 5)}
		file, err := lds.EncodeDisplayed(g, images)
		require.NoError(t, err)
		got, err := lds.ParseDisplayed(file, g)
		require.NoError(t, err)
		assert.Equal(t, images, got)
	}
	_, err := lds.ParseDisplayed([]byte{0x75, 0}, lds.DG2)
	require.ErrorIs(t, err, lds.ErrMalformed)
	_, err = lds.ParseDisplayed([]byte{0x65, 5}, lds.DG5)
	require.ErrorIs(t, err, tlv.ErrTruncated)
	_, err = lds.EncodeDisplayed(lds.DG2, nil)
	require.ErrorIs(t, err, lds.ErrMalformed)
	_, err = lds.EncodeDisplayed(lds.DG5, make([][]byte, 17))
	require.ErrorIs(t, err, lds.ErrTooLarge)
	many, err := lds.ParseDisplayed(tlv.Encode(0x65, bytes.Repeat(tlv.Encode(0x5F40), 100)), lds.DG5)
	require.NoError(t, err)
	assert.Len(t, many, lds.MaxTemplates)
}

// fingerRecord writes a record by hand, from ISO/IEC 19794-4:2005 clause 7.
func fingerRecord(images ...[]byte) []byte {
	b := append([]byte("FIR\x00010\x00"), make([]byte, 10)...) // length of six bytes, device, level
	b = append(b, byte(len(images)), 1)                        // fingers, scale units
	b = append(b, make([]byte, 12)...)                         // resolutions, depth, compression, reserved
	for i, image := range images {
		n := 14 + len(image)
		b = append(b, 0, 0, byte(n>>8), byte(n), byte(i+2), 1, 1, 90, 0, 0, 200, 1, 44, 0)
		b = append(b, image...)
	}
	return b
}

func dg3(blocks ...[]byte) []byte {
	file := dg2(0x5F2E, blocks...)
	file[0] = 0x63
	return file
}

func TestDG3(t *testing.T) {
	wsq := []byte{0xFF, 0xA0, 0xFF, 0xA4, 1, 2, 3}
	fingers, err := lds.ParseDG3(dg3(fingerRecord(wsq), fingerRecord(testdata(t, "gradient.jp2"), wsq)))
	require.NoError(t, err)
	require.Len(t, fingers, 3)
	assert.Equal(t, lds.Finger{Position: 2, Quality: 90, Width: 200, Height: 300, Format: lds.WSQ, Image: wsq}, fingers[0])
	assert.Equal(t, lds.JP2, fingers[1].Format)
	assert.Equal(t, testdata(t, "gradient.jp2"), fingers[1].Image)
	assert.Equal(t, wsq, fingers[2].Image)
	assert.Equal(t, byte(3), fingers[2].Position)

	none, err := lds.ParseDG3(unhex(t, "63 0C 7F61 03 020100 5304 01020304"))
	require.NoError(t, err, "DG3 of a person without fingerprints, Doc 9303-10 §4.7.3")
	assert.Empty(t, none)

	for name, file := range map[string][]byte{
		"face record":         dg3([]byte("FAC\x00")),
		"record header cut":   dg3(fingerRecord(wsq)[:20]),
		"finger header cut":   dg3(fingerRecord(wsq)[:40]),
		"more fingers than 1": dg3(append(fingerRecord(wsq)[:18:18], append([]byte{9}, fingerRecord(wsq)[19:]...)...)),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := lds.ParseDG3(file)
			require.ErrorIs(t, err, lds.ErrMalformed)
		})
	}
	_, err = lds.ParseDG3([]byte{0x63, 0x84, 0xFF, 0xFF, 0xFF, 0xFF})
	require.ErrorIs(t, err, tlv.ErrTooLong)
}

func TestEncodeISO39794(t *testing.T) {
	faces := []lds.Face{{Image: jpegOf(t, 48, 64)}, {Image: testdata(t, "gradient.jp2")}}
	file, err := lds.EncodeDG2ISO39794(faces)
	require.NoError(t, err)
	got, err := lds.ParseDG2(file)
	require.NoError(t, err)
	require.Len(t, got, 2)
	assert.Equal(t, faces[0].Image, got[0].Image)
	assert.Equal(t, lds.JP2, got[1].Format)
	_, err = lds.EncodeDG2ISO39794([]lds.Face{{Image: pngOf(t, 1, 1)}})
	require.ErrorIs(t, err, lds.ErrNoImage)
}

func TestATRInfo(t *testing.T) {
	tests := []struct {
		name, file string
		want       lds.ATRInfo
	}{
		{"all", "4703 0000E0 7F660A 0203 010000 0203 010001", lds.ATRInfo{Chaining: true, ExtendedLength: true, MaxCommand: 65536, MaxResponse: 65537}},
		{"two bytes each", "43 01 B8 47 03 940040 7F6608 02020800 02020400", lds.ATRInfo{ExtendedLength: true, MaxCommand: 2048, MaxResponse: 1024}},
		{"one limit", "7F6604 02020800", lds.ATRInfo{MaxCommand: 2048}},
		{"no capabilities", "4301B8", lds.ATRInfo{}},
		{"short capabilities", "470100", lds.ATRInfo{}},
		{"empty", "", lds.ATRInfo{}},
		{"zeros after it", "4703000080 0000000000", lds.ATRInfo{Chaining: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := lds.ParseATRInfo(unhex(t, tt.file))
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
	for _, want := range []lds.ATRInfo{{}, {Chaining: true}, {ExtendedLength: true, MaxCommand: 65536, MaxResponse: 4096}} {
		got, err := lds.ParseATRInfo(lds.EncodeATRInfo(want))
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	for name, file := range map[string]string{
		"cut": "4703", "limit of five bytes": "7F6607 0205 0100000000", "negative": "7F6603 0201 80", "limits cut": "7F6601 02",
		"length of 2^32": "4785 0100000000",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := lds.ParseATRInfo(unhex(t, file))
			require.Error(t, err)
		})
	}
}

func TestDIR(t *testing.T) {
	want := []lds.Application{{AID: lds.AID(), Label: "eMRTD"}, {AID: []byte{1, 2, 3, 4, 5}}}
	got, err := lds.ParseDIR(append(lds.EncodeDIR(want), 0, 0))
	require.NoError(t, err)
	assert.Equal(t, want, got)
	// Doc 9303-10 §3.11.2, table 31, shows the entry of the eMRTD application.
	assert.Equal(t, unhex(t, "61094F07A0000002471001"), lds.EncodeDIR([]lds.Application{{AID: lds.AID()}}))
	other, err := lds.ParseDIR(unhex(t, "420100"))
	require.NoError(t, err)
	assert.Empty(t, other)
	for name, file := range map[string][]byte{
		"cut": {0x61, 9, 0x4F}, "no AID": {0x61, 0}, "AID of four": {0x61, 6, 0x4F, 4, 1, 2, 3, 4}, "inside cut": {0x61, 1, 0x4F},
		"a hundred": bytes.Repeat(lds.EncodeDIR(want), 50),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := lds.ParseDIR(file)
			require.Error(t, err)
		})
	}
}

// FuzzFiles gives the same bytes to every parser of a file that has no target of
// its own.
func FuzzFiles(f *testing.F) {
	f.Add(lds.EncodeDG11(lds.PersonDetails{Name: "A", DateOfBirth: "19900115", OtherNames: []string{"B"}}))
	f.Add(lds.EncodeDG12(lds.DocumentDetails{Authority: "A", DateOfIssue: "20240701"}))
	f.Add(dg3(fingerRecord([]byte{1, 2, 3})))
	f.Add(lds.EncodeDIR([]lds.Application{{AID: lds.AID(), Label: "eMRTD"}}))
	f.Add(lds.EncodeATRInfo(lds.ATRInfo{MaxCommand: 65536, MaxResponse: 65536}))
	contacts, err := lds.EncodeDG16([]lds.Contact{{Name: "A"}})
	require.NoError(f, err)
	f.Add(contacts)
	for _, tag := range []byte{0x63, 0x65, 0x67, 0x6B, 0x6C, 0x70, 0x61, 0x47} {
		f.Add([]byte{tag, 0})
		f.Add([]byte{tag, 0x85, 1, 0, 0, 0, 0})
		f.Add([]byte{tag, 0x84, 0xFF, 0xFF, 0xFF, 0xFF})
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if p, err := lds.ParseDG11(file); err == nil {
			require.LessOrEqual(t, len(p.OtherNames), lds.MaxEntries)
		}
		if d, err := lds.ParseDG12(file); err == nil {
			require.LessOrEqual(t, len(d.OtherPersons), lds.MaxEntries)
		}
		if c, err := lds.ParseDG16(file); err == nil {
			require.LessOrEqual(t, len(c), lds.MaxEntries)
		}
		if fingers, err := lds.ParseDG3(file); err == nil {
			require.LessOrEqual(t, len(fingers), lds.MaxTemplates*lds.MaxTemplates)
		}
		for _, g := range []lds.Group{lds.DG5, lds.DG7} {
			if images, err := lds.ParseDisplayed(file, g); err == nil {
				require.LessOrEqual(t, len(images), lds.MaxTemplates)
			}
		}
		if apps, err := lds.ParseDIR(file); err == nil {
			require.LessOrEqual(t, len(apps), lds.MaxEntries)
		}
		if info, err := lds.ParseATRInfo(file); err == nil {
			require.GreaterOrEqual(t, info.MaxCommand, 0)
		}
	})
}
