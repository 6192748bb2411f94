package cccd

import (
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"chipid/cardlib/mrz"
	"chipid/cardlib/tlv"
)

// maxText is the longest text of one value, in bytes; more is cut off.
const maxText = 8 << 10

// Tags of ASN.1 string and time types that occur or may occur in DG13.
const (
	tagUTF8      tlv.Tag = 0x0C
	tagNumeric   tlv.Tag = 0x12
	tagPrintable tlv.Tag = 0x13
	tagTeletex   tlv.Tag = 0x14
	tagIA5       tlv.Tag = 0x16
	tagUTCTime   tlv.Tag = 0x17
	tagTime      tlv.Tag = 0x18
	tagVisible   tlv.Tag = 0x1A
	tagBMP       tlv.Tag = 0x1E
	tagInteger   tlv.Tag = 0x02
	tagOctets    tlv.Tag = 0x04
	tagNull      tlv.Tag = 0x05
)

// textOf reads a value of any primitive type: NULL is an empty text, and what is no
// text is written in hexadecimal, so that nothing is lost.
func textOf(e tlv.Element) string {
	b := e.Value[:min(len(e.Value), maxText)]
	switch e.Tag {
	case tagUTF8, tagNumeric, tagPrintable, tagTeletex, tagIA5, tagUTCTime, tagTime, tagVisible, tagOctets:
		return Clean(string(b))
	case tagNull:
		return ""
	case tagBMP:
		units := make([]uint16, len(b)/2)
		for i := range units {
			units[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
		}
		return Clean(string(utf16.Decode(units)))
	}
	if e.Tag >= 0x80 && e.Tag < 0xA0 && utf8.Valid(b) { // an implicit tag around text
		return Clean(string(b))
	}
	return hex.EncodeToString(b)
}

// Clean makes text of a chip fit to be shown and compared: valid UTF-8 in Unicode
// NFC, without control characters, characters that turn the direction of
// writing, and white space at its ends.
func Clean(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, text)
	return strings.TrimSpace(norm.NFC.String(text))
}

// fold writes text without diacritics in the letters of the MRZ; what is no letter
// is dropped.
func fold(text string) string { return mrz.Transliterate(text) }
