package probe_test

import (
	"bytes"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/tlv"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/persona"
)

// somebody is a synthetic person none of whose words is one of the report's, nor
// any four digits a status word or a size.
func somebody() persona.Persona {
	p := persona.All()[0]
	p.Number, p.FullName = "000184957362", "Quách Xuyến Đài Trang"
	p.Birth = persona.Date{Year: 1984, Month: 7, Day: 29}
	p.Issued, p.Expires = persona.Date{Year: 2022, Month: 8, Day: 17}, persona.Date{Year: 2044, Month: 7, Day: 29}
	p.Ethnicity, p.Religion = "Xơ Đăng", "Phật giáo Hòa Hảo"
	p.Origin, p.Residence, p.Marks = "Thôn Mẫu Đơn, Huyện Trống", "Ngõ 83, Phố Vắng", "Sẹo chấm 2cm dưới mắt trái"
	p.Father, p.Mother, p.Spouses = "Quách Hữu Lộc", "Mạc Thúy Vy", []string{"Đoàn Quý Bửu"}
	p.OldNumber, p.ChipSerial = "738291645", "QXZW7361KJHY5284"
	return p
}

// secretsOf are all values of the personal groups, the number in its forms, and
// every group whole.
type secrets struct {
	texts  map[string][]byte // values of DG1 and DG13, and the number
	images map[string][]byte // of DG2
	files  map[string][]byte
}

func secretsOf(t testing.TB, p persona.Persona, profile chip.Profile) secrets {
	t.Helper()
	s := secrets{texts: map[string][]byte{}, images: map[string][]byte{}, files: map[string][]byte{}}
	for _, n := range []int{1, 2, 13, 14, 15} {
		if file := profile.LDS[chip.FileDG(n)]; file != nil {
			s.files[string(rune('0'+n/10))+string(rune('0'+n%10))] = file
		}
	}
	s.files["EF.SOD"] = profile.LDS[chip.FileSOD]
	s.values(profile.LDS[chip.FileDG(1)], s.texts)
	s.values(profile.LDS[chip.FileDG(2)], s.images)
	s.values(profile.LDS[chip.FileDG(13)], s.texts)
	for line := range strings.SplitSeq(p.MRZ(), "\n") {
		s.texts["MRZ "+line] = []byte(line)
	}
	packed := make([]byte, 6)
	for i := range packed {
		packed[i] = p.Number[2*i]&0x0F<<4 | p.Number[2*i+1]&0x0F
	}
	number, ok := new(big.Int).SetString(p.Number, 10)
	require.True(t, ok)
	for name, b := range map[string][]byte{
		"number": []byte(p.Number), "number packed": packed, "number as an integer": number.Bytes(), "number from the end": reversed(p.Number),
		"CAN": []byte(p.CAN()), "document number": []byte(p.DocumentNumber()), "MRZ information": []byte(p.MRZInformation()), "QR": []byte(p.QR()),
	} {
		s.texts[name] = b
	}
	return s
}

func reversed(s string) []byte {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return b
}

// values collects the values of all primitive elements but object identifiers.
func (s secrets) values(file []byte, to map[string][]byte) {
	_ = tlv.Walk(file, func(_ int, e tlv.Element) bool {
		if !e.Tag.Constructed() && e.Tag != 0x06 && len(e.Value) >= window {
			to[string(e.Value)] = e.Value
		}
		return true
	})
}

// assertNone fails if a text holds anything of the secrets. known are words that
// the text has of its own.
func (s secrets) assertNone(t *testing.T, text, known string) {
	t.Helper()
	v := viewsOf(t, counts.ReplaceAllString(text, `":0$1`))
	own := windows(window, [][]byte{[]byte(known)})
	four := windows(window, v.plain, v.hex, v.base64)
	fourExact := windows(window, v.plain, v.hex)
	eight := windows(2*window, v.plain, v.hex, v.base64)
	none := func(name string, found []string) {
		t.Helper()
		for _, piece := range found {
			assert.True(t, own[piece], "%q of %q", piece, name)
		}
	}
	for name, value := range s.texts {
		none(name, betrayed(value, window, four))
		none(name+" in capitals", betrayed(bytes.ToUpper(value), window, four))
		none(name+" in small letters", betrayed(bytes.ToLower(value), window, four))
	}
	for _, value := range s.images {
		// Twenty thousand bytes meet a few letters by chance where these are decoded as base64.
		none("DG2", betrayed(value, window, fourExact))
		assert.Empty(t, betrayed(value, 2*window, eight), "DG2")
	}
	for _, list := range []map[string][]byte{s.texts, s.images, s.files} {
		for name, value := range list {
			for _, h := range digests {
				assert.Empty(t, betrayed(digest(h, value), window, fourExact), "%v of %q", h, name)
				assert.Empty(t, betrayed(digest(h, value), 2*window, eight), "%v of %q", h, name)
			}
		}
	}
}
