package mrz

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// special are the letters that do not fall apart into a letter of the MRZ and
// marks, or that Doc 9303-3 §6.A writes otherwise than by dropping the marks.
var special = map[rune]string{
	'Đ': "D", 'Ð': "D", 'Ø': "OE", 'Æ': "AE", 'Œ': "OE", 'ẞ': "SS", 'Þ': "TH", 'Ł': "L",
	'Ħ': "H", 'Ŧ': "T", 'Ŋ': "N", 'ĸ': "Q", 'ı': "I", 'Ĳ': "IJ", 'Ŀ': "L", 'ß': "SS",
	'Å': "AA", 'Ä': "AE", 'Ö': "OE", 'Ü': "UE",
}

// Transliterate writes a name in the letters of the MRZ with spaces between its
// words: diacritical marks are dropped, some letters become two (Doc 9303-3
// §6.A), apostrophes and full stops vanish, hyphens and commas become spaces (§4.6). What has
// no letter there, such as Chinese script, is left out.
func Transliterate(name string) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(name) {
		if r != 'ß' && r != 'ĸ' && r != 'ı' { // these have no capital of their own kind
			r = unicode.ToUpper(r)
		}
		switch {
		case r >= 'A' && r <= 'Z':
			b.WriteRune(r)
		case special[r] != "":
			b.WriteString(special[r])
		case unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || r == ',' || r == '<':
			b.WriteByte(' ')
		default:
			b.WriteString(bare(r))
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// bare returns the letters A–Z of which r is made beside its marks.
func bare(r rune) string {
	var b strings.Builder
	for _, c := range norm.NFD.String(string(r)) {
		switch {
		case c >= 'A' && c <= 'Z':
			b.WriteRune(c)
		case special[c] != "":
			b.WriteString(special[c])
		}
	}
	return b.String()
}
