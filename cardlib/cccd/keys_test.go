package cccd_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/access"
	"chipid/cardlib/cccd"
	"chipid/cardlib/mrz"
)

const (
	zone = "IDVNM1900000185000190000018<<5\n9001158F3001156VNM<<<<<<<<<<<6\nNGUYEN<<THI<MAU<<<<<<<<<<<<<<<"
	qr   = "000190000018|012345678|Nguyễn Thị Mẫu|15011990|Nữ|Số 1, Xã A, Huyện B, Tỉnh C|01072021"
)

var (
	cardKey  = mrz.Key{DocumentNumber: "190000018", DateOfBirth: "900115", DateOfExpiry: "300115"}
	fullKeys = access.Keys{CAN: "000018", Number: "000190000018", MRZ: []mrz.Key{cardKey}}
	canOnly  = access.Keys{CAN: "000018", Number: "000190000018"}
)

func TestKeys(t *testing.T) {
	foreign := "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
	mrzOnly := access.Keys{MRZ: []mrz.Key{cardKey}}
	tests := []struct {
		name  string
		parse func(string) (access.Keys, error)
		text  string
		want  access.Keys
	}{
		{"number", cccd.KeysFromNumber, "000190000018", canOnly},
		{"QR", cccd.KeysFromQR, qr, fullKeys},
		{"QR, number only", cccd.KeysFromQR, "000190000018", canOnly},
		{"CAN", cccd.KeysFromCAN, " 000 018 ", access.Keys{CAN: "000018"}},
		{"Vietnamese MRZ", cccd.KeysFromMRZ, zone, fullKeys},
		{"Vietnamese MRZ without the name", cccd.KeysFromMRZ, zone[:61], fullKeys},
		{"foreign MRZ", cccd.KeysFromMRZ, foreign, access.Keys{MRZ: []mrz.Key{{DocumentNumber: "D23145890", DateOfBirth: "740812", DateOfExpiry: "120415"}}}},
		{"key fields: no CAN is guessed", cccd.KeysFromMRZ, "190000018,900115,300115", mrzOnly},
		{"information: no CAN is guessed", cccd.KeysFromMRZ, "190000018590011583001156", mrzOnly},
		{"the 12 digits in key fields", cccd.KeysFromMRZ, "000190000018,900115,300115", fullKeys},
		{"12 digits of another year: a long number", cccd.KeysFromMRZ, "000190000018,890115,300115",
			access.Keys{MRZ: []mrz.Key{{DocumentNumber: "000190000018", DateOfBirth: "890115", DateOfExpiry: "300115"}}}},

		{"any: number", cccd.KeysFromText, "000 190 000 018", canOnly},
		{"any: CAN", cccd.KeysFromText, "000018\n", access.Keys{CAN: "000018"}},
		{"any: QR", cccd.KeysFromText, qr, fullKeys},
		{"any: QR with a byte order mark", cccd.KeysFromText, "\uFEFF" + qr, fullKeys},
		{"any: QR with a symbology identifier", cccd.KeysFromText, "]Q1" + qr, fullKeys},
		{"any: QR with changed dividers", cccd.KeysFromText, strings.ReplaceAll(qr, "|", "~"), fullKeys},
		{"any: MRZ", cccd.KeysFromText, zone, fullKeys},
		{"any: key fields", cccd.KeysFromText, "190000018,900115,300115", mrzOnly},
		{"any: key fields with spaces", cccd.KeysFromText, "190000018 900115 300115", mrzOnly},
		{"any: information", cccd.KeysFromText, "190000018590011583001156", mrzOnly},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.parse(tt.text)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
			assert.False(t, got.Empty())
		})
	}
}

func TestVietnameseZoneMustBeRight(t *testing.T) {
	with := func(change func(*mrz.Document)) string {
		d, err := mrz.Parse(zone)
		require.NoError(t, err)
		change(&d)
		lines, err := mrz.Encode(d)
		require.NoError(t, err)
		return strings.Join(lines, "\n")
	}
	for name, text := range map[string]string{
		"digit of the number wrong": with(func(d *mrz.Document) { d.OptionalData1 = "000190000018<<6" }),
		"another State":             with(func(d *mrz.Document) { d.IssuingState = "UTO" }),
		"no number":                 with(func(d *mrz.Document) { d.OptionalData1 = "" }),
		"letters":                   with(func(d *mrz.Document) { d.OptionalData1 = "00019000001A<<5" }),
		"no fillers":                with(func(d *mrz.Document) { d.OptionalData1 = "000190000018005" }),
	} {
		t.Run(name, func(t *testing.T) {
			keys, err := cccd.KeysFromMRZ(text)
			require.NoError(t, err)
			assert.Empty(t, keys.CAN)
			assert.Empty(t, keys.Number)
			assert.Len(t, keys.MRZ, 1)
		})
	}
}

func TestKeysErrors(t *testing.T) {
	tests := []struct {
		name  string
		parse func(string) (access.Keys, error)
		text  string
		want  error
	}{
		{"number of 11", cccd.KeysFromNumber, "00019000001", cccd.ErrNumber},
		{"empty QR", cccd.KeysFromQR, "", cccd.ErrQR},
		{"QR of 11 digits", cccd.KeysFromQR, "00019000001|||", cccd.ErrQR},
		{"QR of 13 digits", cccd.KeysFromQR, "0001900000180|||", cccd.ErrQR},
		{"QR of a link", cccd.KeysFromQR, "https://example.com/?a=000190000018", cccd.ErrQR},
		{"QR too long", cccd.KeysFromQR, qr + strings.Repeat("|", 1<<20), cccd.ErrQR},
		{"CAN of five", cccd.KeysFromCAN, "00018", cccd.ErrCAN},
		{"CAN with a letter", cccd.KeysFromCAN, "00001B", cccd.ErrCAN},
		{"empty CAN", cccd.KeysFromCAN, "", cccd.ErrCAN},
		{"MRZ", cccd.KeysFromMRZ, "hello", cccd.ErrMRZ},
		{"MRZ with a wrong digit", cccd.KeysFromMRZ, strings.Replace(zone, "9001158", "9001159", 1), cccd.ErrMRZ},
		{"MRZ with a wrong digit", cccd.KeysFromMRZ, strings.Replace(zone, "9001158", "9001159", 1), mrz.ErrCheckDigit},
		{"any: empty", cccd.KeysFromText, "", cccd.ErrMRZ},
		{"any: 9 digits", cccd.KeysFromText, "190000018", cccd.ErrNumber},
		{"any: 13 digits", cccd.KeysFromText, "0001900000180", cccd.ErrNumber},
		{"any: QR without number", cccd.KeysFromText, "|||", cccd.ErrQR},
		{"any: nonsense", cccd.KeysFromText, "hello", cccd.ErrMRZ},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			keys, err := tt.parse(tt.text)
			require.ErrorIs(t, err, tt.want)
			assert.True(t, keys.Empty())
			assert.NotContains(t, err.Error(), "00019")
		})
	}
}

func TestQR(t *testing.T) {
	birth := time.Date(1990, 1, 15, 0, 0, 0, 0, time.UTC)
	issue := time.Date(2021, 7, 1, 0, 0, 0, 0, time.UTC)
	whole := cccd.QR{Number: "000190000018", OldNumber: "012345678", FullName: "Nguyễn Thị Mẫu", Sex: cccd.Female,
		Residence: "Số 1, Xã A, Huyện B, Tỉnh C", DateOfBirth: birth, DateOfIssue: issue}
	with := func(change func(*cccd.QR)) cccd.QR { q := whole; change(&q); return q }
	noOld := with(func(q *cccd.QR) { q.OldNumber = "" })
	tests := []struct {
		name, text string
		want       cccd.QR
	}{
		{"2021", qr, whole},
		{"no CMND", strings.Replace(qr, "012345678", "", 1), noOld},
		{"trailing empties", qr + "||||", whole},
		{"line end", qr + "\r\n", whole},
		{"decomposed", strings.Replace(qr, "Nguyễn", "Nguye\u0302\u0303n", 1), whole},
		{"2024: parents", qr + "||Nguyễn Văn Bố|Trần Thị Mẹ", with(func(q *cccd.QR) { q.Others = []string{"Nguyễn Văn Bố", "Trần Thị Mẹ"} })},
		{"2024: cancelled numbers", qr + "|000190000019|012345679|", with(func(q *cccd.QR) { q.Cancelled = []string{"000190000019", "012345679"} })},
		{"2024: a further date", qr + "|02072021", with(func(q *cccd.QR) { q.Others = []string{"02072021"} })},
		{"old number of 12 digits", strings.Replace(qr, "012345678", "000190000019", 1), with(func(q *cccd.QR) {
			q.OldNumber, q.Cancelled = "", []string{"000190000019"}
		})},
		{"mangled by Telex", "000190000018|012345678|Nguyeexn Thij Maaux|15011990|Nuwx|Soos 1, Xax A|01072021", with(func(q *cccd.QR) {
			q.FullName, q.Sex, q.Residence = "Nguyeexn Thij Maaux", cccd.SexUnknown, "Soos 1, Xax A"
		})},
		{"mangled by VNI", "000190000018|012345678|Nguye64n Thi5 Ma64u|15011990|Nu74|So61 1, Xa4 A|01072021", with(func(q *cccd.QR) {
			q.FullName, q.Residence = "Nguye64n Thi5 Ma64u", "So61 1, Xa4 A" // Nu74 is still read as Nữ
		})},
		{"letters lost", "000190000018||??|15011990|N?|??|01072021", with(func(q *cccd.QR) {
			q.OldNumber, q.FullName, q.Sex, q.Residence = "", "??", cccd.SexUnknown, "??"
		})},
		{"invalid UTF-8", "000190000018||\xff\xfe|15011990|Nam|x|01072021", with(func(q *cccd.QR) {
			q.OldNumber, q.FullName, q.Sex, q.Residence = "", "\uFFFD", cccd.Male, "x"
		})},
		{"other divider", strings.ReplaceAll(qr, "|", "¦"), whole},
		{"number only", "000190000018", cccd.QR{Number: "000190000018"}},
		{"number and divider", "000190000018|", cccd.QR{Number: "000190000018"}},
		{"name only", "000190000018||Nguyễn Thị Mẫu", cccd.QR{Number: "000190000018", FullName: "Nguyễn Thị Mẫu"}},
		{"issue before birth is no issue", "000190000018||a|15011990|Nữ|b|14011990", with(func(q *cccd.QR) {
			*q = cccd.QR{Number: "000190000018", FullName: "a", Sex: cccd.Female, Residence: "b", DateOfBirth: birth, Others: []string{"14011990"}}
		})},
		{"scanner's prefix", "]Q3" + qr, whole},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := cccd.ParseQR(tt.text)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
			keys := got.MRZKeys()
			assert.Equal(t, got.DateOfIssue.IsZero(), len(keys) == 0)
			if len(keys) > 0 {
				assert.Equal(t, []mrz.Key{cardKey}, keys)
			}
		})
	}
}

func TestQROfLeapling(t *testing.T) {
	keys, err := cccd.KeysFromQR("000200000018||A|29022000|Nam|B|01072021")
	require.NoError(t, err)
	require.Len(t, keys.MRZ, access.MaxTries)
	for i, expiry := range []string{"250228", "250301", "250229"} {
		assert.Equal(t, mrz.Key{DocumentNumber: "200000018", DateOfBirth: "000229", DateOfExpiry: expiry}, keys.MRZ[i])
	}
}

func FuzzParseQR(f *testing.F) {
	for _, s := range []string{qr, qr + "||||", "000190000018", "]Q1000190000018|", "", "|", "]", strings.Repeat("0", 13),
		"000190000018\xff\xff\xff", "000190000018" + strings.Repeat("|", 5000)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := cccd.ParseQR(text)
		if err != nil {
			require.Zero(t, q)
			return
		}
		_, err = cccd.ParseNumber(string(q.Number))
		require.NoError(t, err)
		require.LessOrEqual(t, len(q.MRZKeys()), cccd.MaxExpiries)
	})
}

func FuzzKeysFromText(f *testing.F) {
	for _, s := range []string{qr, zone, "000190000018", "000018", "190000018,900115,300115", "190000018590011583001156", "", "\uFEFF"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		keys, err := cccd.KeysFromText(text)
		require.Equal(t, err != nil, keys.Empty())
		require.LessOrEqual(t, len(keys.MRZ), access.MaxTries)
		for _, k := range keys.MRZ {
			require.NoError(t, k.Check())
		}
	})
}
