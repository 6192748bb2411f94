package cccd_test

import (
	"bytes"
	"encoding/hex"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/cccd"
	"chipid/cardlib/tlv"
)

// vector is the synthetic DG13 of testdata: the bytes, and what they say.
func vector(t testing.TB) ([]byte, cccd.DG13) {
	text, err := os.ReadFile("testdata/dg13.hex")
	require.NoError(t, err)
	file, err := hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
	require.NoError(t, err)
	return file, cccd.DG13{
		PersonalNumber: "000190000018", FullName: "Nguyễn Thị Mẫu", DateOfBirth: "15/01/1990", Sex: "Nữ",
		Nationality: "Việt Nam", Ethnicity: "Kinh", Religion: "Không",
		PlaceOfOrigin: "Xã A, Huyện B, Tỉnh C", PlaceOfResidence: "Số 1, Xã A, Huyện B, Tỉnh C",
		IdentifyingMarks: "Không có", DateOfIssue: "01/07/2021", DateOfExpiry: "15/01/2030",
		Father: "Nguyễn Văn Bố", Mother: "Trần Thị Mẹ", OldNumber: "012345678", ChipSerial: "0123456789ABCDEF",
	}
}

// Writers of the parts of DG13.
func seq(parts ...[]byte) []byte { return tlv.Encode(0x30, parts...) }
func utf8(s string) []byte       { return tlv.Encode(0x0C, []byte(s)) }
func printable(s string) []byte  { return tlv.Encode(0x13, []byte(s)) }
func number(n byte) []byte       { return tlv.Encode(0x02, []byte{n}) }
func numbered(n byte, values ...[]byte) []byte {
	return seq(append([][]byte{number(n)}, values...)...)
}

func wrapped(fields ...[]byte) []byte {
	oid := tlv.Encode(0x06, []byte{0x28, 0xD3, 0x16, 0x01, 0x00, 0x08})
	return tlv.Encode(0x6D, seq(number(1), oid, tlv.Encode(0x31, fields...)))
}

func TestDG13Vector(t *testing.T) {
	file, want := vector(t)
	got, err := cccd.ParseDG13(file)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	issued, ok := got.IssueDate()
	assert.True(t, ok)
	assert.Equal(t, "2021-07-01", issued.Format(time.DateOnly))

	// The same, written by this test from the description, to the byte.
	d := want
	written := wrapped(
		numbered(1, printable(d.PersonalNumber)), numbered(2, utf8(d.FullName)), numbered(3, printable(d.DateOfBirth)),
		numbered(4, utf8(d.Sex)), numbered(5, utf8(d.Nationality)), numbered(6, utf8(d.Ethnicity)),
		numbered(7, utf8(d.Religion)), numbered(8, utf8(d.PlaceOfOrigin)), numbered(9, utf8(d.PlaceOfResidence)),
		numbered(10, utf8(d.IdentifyingMarks)), numbered(11, printable(d.DateOfIssue)), numbered(12, utf8(d.DateOfExpiry)),
		numbered(13, seq(utf8(d.Father)), seq(utf8(d.Mother))), numbered(14), numbered(15, printable(d.OldNumber)),
		numbered(16, printable(d.ChipSerial)),
	)
	assert.Equal(t, hex.EncodeToString(file), hex.EncodeToString(written))
}

func TestDG13BothWays(t *testing.T) {
	name, father, mother := utf8("Nguyễn Văn Thử"), utf8("Cha"), utf8("Mẹ")
	long := strings.Repeat("Đ", 200) // 400 bytes: lengths of the form 82 xx xx
	some := func(change func(*cccd.DG13)) cccd.DG13 { var d cccd.DG13; change(&d); return d }
	named := some(func(d *cccd.DG13) { d.FullName = "Nguyễn Văn Thử" })
	parents := some(func(d *cccd.DG13) { d.Father, d.Mother = "Cha", "Mẹ" })
	tests := []struct {
		name string
		file []byte
		want cccd.DG13
	}{
		{"fields under 6D", tlv.Encode(0x6D, numbered(2, name)), named},
		{"fields under a sequence", tlv.Encode(0x6D, seq(numbered(2, name), numbered(10))), named},
		{"fields under a set", tlv.Encode(0x6D, tlv.Encode(0x31, numbered(2, name))), named},
		{"wrapper without identifier", tlv.Encode(0x6D, seq(number(1), tlv.Encode(0x31, numbered(2, name)))), named},
		{"wrapper without sequence", tlv.Encode(0x6D, number(1), tlv.Encode(0x31, numbered(2, name))), named},
		{"wrapper with a sequence of fields", tlv.Encode(0x6D, seq(number(1), seq(numbered(2, name)))), named},
		{"any order", wrapped(numbered(5, utf8("Việt Nam")), numbered(2, name)), some(func(d *cccd.DG13) {
			d.FullName, d.Nationality = "Nguyễn Văn Thử", "Việt Nam"
		})},
		{"IA5String", wrapped(numbered(1, tlv.Encode(0x16, []byte("000190000018")))), some(func(d *cccd.DG13) { d.PersonalNumber = "000190000018" })},
		{"NumericString", wrapped(numbered(1, tlv.Encode(0x12, []byte("000190000018")))), some(func(d *cccd.DG13) { d.PersonalNumber = "000190000018" })},
		{"BMPString", wrapped(numbered(2, tlv.Encode(0x1E, []byte{0x1E, 0xC5, 0, 'n'}))), some(func(d *cccd.DG13) { d.FullName = "ễn" })},
		{"OCTET STRING", wrapped(numbered(4, tlv.Encode(0x04, []byte("Nữ")))), some(func(d *cccd.DG13) { d.Sex = "Nữ" })},
		{"implicit tag", wrapped(numbered(4, tlv.Encode(0x80, []byte("Nữ")))), some(func(d *cccd.DG13) { d.Sex = "Nữ" })},
		{"one sequence around a value", wrapped(numbered(2, seq(name))), named},
		{"decomposed letters", wrapped(numbered(2, utf8("Nguye\u0302\u0303n Va\u0306n Thu\u031B\u0309"))), named},
		{"white space and control characters", wrapped(numbered(2, utf8(" Nguyễn\tVăn\x00 Thử\u202E\x1b\n"))), named},
		{"invalid UTF-8", wrapped(numbered(2, tlv.Encode(0x0C, []byte{'A', 0xFF, 'B'}))), some(func(d *cccd.DG13) { d.FullName = "A\uFFFDB" })},
		{"long value", wrapped(numbered(9, utf8(long))), some(func(d *cccd.DG13) { d.PlaceOfResidence = long })},
		{"yyyymmdd", wrapped(numbered(3, printable("19900115"))), some(func(d *cccd.DG13) { d.DateOfBirth = "19900115" })},
		{"absent and empty", wrapped(numbered(2, name), numbered(10, utf8("")), numbered(14), numbered(15, printable(""))), named},

		{"parents S1", wrapped(numbered(13, seq(father), seq(mother))), parents},
		{"parents S2", wrapped(numbered(13, seq(father, mother))), parents},
		{"parents without sequence", wrapped(numbered(13, father, mother)), parents},
		{"parents in two fields", wrapped(numbered(13, father), numbered(13, mother)), parents},
		{"father missing, S1", wrapped(numbered(13, seq(), seq(mother))), some(func(d *cccd.DG13) { d.Mother = "Mẹ" })},
		{"father missing, S2", wrapped(numbered(13, seq(utf8(""), mother))), some(func(d *cccd.DG13) { d.Mother = "Mẹ" })},
		{"father NULL", wrapped(numbered(13, seq([]byte{5, 0}, mother))), some(func(d *cccd.DG13) { d.Mother = "Mẹ" })},
		{"mother missing, S1", wrapped(numbered(13, seq(father), seq())), some(func(d *cccd.DG13) { d.Father = "Cha" })},
		{"mother missing, S2", wrapped(numbered(13, seq(father))), some(func(d *cccd.DG13) { d.Father = "Cha" })},
		{"both missing", wrapped(numbered(13, seq(), seq()), numbered(2, name)), named},
		{"a third parent", wrapped(numbered(13, seq(father), seq(mother), seq(name))), some(func(d *cccd.DG13) {
			d.Father, d.Mother, d.Extra = "Cha", "Mẹ", map[int][]string{13: {"Nguyễn Văn Thử"}}
		})},

		{"spouse", wrapped(numbered(14, seq(name))), some(func(d *cccd.DG13) { d.Spouses = []string{"Nguyễn Văn Thử"} })},
		{"spouse without sequence", wrapped(numbered(14, name)), some(func(d *cccd.DG13) { d.Spouses = []string{"Nguyễn Văn Thử"} })},
		{"spouses in two sequences", wrapped(numbered(14, seq(father), seq(mother))), some(func(d *cccd.DG13) { d.Spouses = []string{"Cha", "Mẹ"} })},
		{"spouses in one sequence", wrapped(numbered(14, seq(father, mother))), some(func(d *cccd.DG13) { d.Spouses = []string{"Cha", "Mẹ"} })},
		{"spouses in two fields", wrapped(numbered(14, father), numbered(14, mother)), some(func(d *cccd.DG13) { d.Spouses = []string{"Cha", "Mẹ"} })},
		{"empty spouse sequence", wrapped(numbered(14, seq()), numbered(2, name)), named},

		{"unknown fields", wrapped(numbered(0, utf8("x")), numbered(17, utf8("a"), seq(utf8("b"))), numbered(2, name)), some(func(d *cccd.DG13) {
			d.FullName, d.Extra = "Nguyễn Văn Thử", map[int][]string{0: {"x"}, 17: {"a", "b"}}
		})},
		{"unknown types", wrapped(numbered(99, number(7), tlv.Encode(0x01, []byte{0xFF}))), some(func(d *cccd.DG13) {
			d.Extra = map[int][]string{99: {"07", "ff"}}
		})},
		{"field number of two bytes", wrapped(seq(tlv.Encode(0x02, []byte{0x01, 0x00}), utf8("x"))), some(func(d *cccd.DG13) {
			d.Extra = map[int][]string{256: {"x"}}
		})},
		{"a field twice", wrapped(numbered(2, name), numbered(2, utf8("khác"))), some(func(d *cccd.DG13) {
			d.FullName, d.Extra = "Nguyễn Văn Thử", map[int][]string{2: {"khác"}}
		})},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := cccd.ParseDG13(tt.file)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestDG13Errors(t *testing.T) {
	file, _ := vector(t)
	deep := []byte{}
	for range 100 {
		deep = seq(deep)
	}
	tests := []struct {
		name string
		file []byte
		want error
	}{
		{"empty", nil, tlv.ErrTruncated},
		{"two bytes", []byte{0x6D, 0}, cccd.ErrDG13},
		{"other group", []byte{0x6E, 0}, cccd.ErrDG13},
		{"empty sequence", tlv.Encode(0x6D, seq()), cccd.ErrDG13},
		{"cut", file[:200], tlv.ErrTruncated},
		{"length of 2^32", []byte{0x6D, 0x85, 1, 0, 0, 0, 0}, tlv.ErrTooLong},
		{"length of 2^32-1", []byte{0x6D, 0x84, 0xFF, 0xFF, 0xFF, 0xFF}, tlv.ErrTooLong},
		{"indefinite", []byte{0x6D, 0x80, 0, 0}, tlv.ErrIndefinite},
		{"too large", tlv.Encode(0x6D, make([]byte, cccd.MaxDG13)), cccd.ErrDG13},
		{"text for a field", tlv.Encode(0x6D, seq([]byte("hello"))), cccd.ErrDG13},
		{"too deep around fields", tlv.Encode(0x6D, deep), tlv.ErrTooDeep},
		{"too deep inside a field", wrapped(numbered(13, deep)), tlv.ErrTooDeep},
		{"value cut", wrapped(numbered(13, seq([]byte{0x0C, 5, 'a'}))), tlv.ErrTruncated},
		{"a hundred values", wrapped(numbered(13, bytes.Repeat(utf8("x"), 100))), tlv.ErrTooMany},
		{"a thousand fields", wrapped(bytes.Repeat(numbered(17, utf8("x")), 1000)), cccd.ErrDG13},
		{"negative field number", wrapped(numbered(0x80, utf8("x"))), cccd.ErrDG13},
		{"field number without bytes", wrapped(seq([]byte{2, 0}, utf8("x"))), cccd.ErrDG13},
		{"huge field number", wrapped(seq(tlv.Encode(2, []byte{1, 0, 0}), utf8("x"))), cccd.ErrDG13},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := cccd.ParseDG13(tt.file)
			require.ErrorIs(t, err, tt.want)
			require.ErrorIs(t, err, cccd.ErrDG13)
		})
	}
}

func FuzzParseDG13(f *testing.F) {
	file, _ := vector(f)
	f.Add(file)
	f.Add([]byte{0x6D, 0x00})
	f.Add([]byte{0x6D, 0x85, 1, 0, 0, 0, 0})
	f.Add([]byte{0x6D, 0x84, 0xFF, 0xFF, 0xFF, 0xFF})
	f.Add(bytes.Repeat([]byte{0x30, 0x80}, 50_000))
	deep := []byte{}
	for range 3000 {
		deep = seq(deep)
	}
	f.Add(tlv.Encode(0x6D, deep))
	f.Add(wrapped(numbered(13, seq(utf8("Cha"), utf8("Mẹ"))), numbered(99, number(7))))
	f.Fuzz(func(t *testing.T, file []byte) {
		d, err := cccd.ParseDG13(file)
		if err != nil {
			require.Zero(t, d)
			return
		}
		c, _ := cccd.FromGroups(nil, &d)
		require.LessOrEqual(t, len(c.FullName), 3*len(file))
		again, err := cccd.EncodeDG13(d)
		if err != nil {
			return // longer than what was read: other string types, more wrapping
		}
		back, err := cccd.ParseDG13(again)
		require.NoError(t, err)
		require.Equal(t, d, back)
	})
}

func BenchmarkParseDG13(b *testing.B) {
	file, _ := vector(b)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := cccd.ParseDG13(file); err != nil {
			b.Fatal(err)
		}
	}
}
