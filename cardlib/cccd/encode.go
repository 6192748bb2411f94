package cccd

import (
	"fmt"
	"maps"
	"slices"

	"chipid/cardlib/lds"
	"chipid/cardlib/tlv"
)

// wrapper stands before the fields on the cards seen: a version, and the object
// identifier 1.0.10646.1.0.8 of ISO/IEC 10646 in UTF-8.
var wrapper = append(tlv.Encode(tagInteger, []byte{1}), tlv.Encode(0x06, []byte{0x28, 0xD3, 0x16, 0x01, 0x00, 0x08})...)

// EncodeDG13 writes DG13 as the cards seen have it: the fields in ascending order in
// a SET behind the marker of UTF-8, numbers and dates as PrintableString, the parents
// each in a SEQUENCE. Fields without a value are left out, but for the spouses, of
// which an empty field says that there is none. What comes to more than MaxDG13, or to
// more fields and values than [ParseDG13] takes, is an ErrDG13.
func EncodeDG13(d DG13) ([]byte, error) {
	values := d.values()
	var fields []byte
	for _, number := range slices.Sorted(maps.Keys(values)) {
		if number < 0 || number > 0xFFFF || len(values[number]) > maxValues {
			return nil, fmt.Errorf("%w: field %d with %d values", ErrDG13, number, len(values[number]))
		}
		fields = tlv.Append(fields, tagSequence, append([][]byte{fieldNumber(number)}, values[number]...)...)
	}
	file := tlv.Encode(lds.DG13.Tag(), tlv.Encode(tagSequence, wrapper, tlv.Encode(tagSet, fields)))
	if len(file) > MaxDG13 || len(values) > maxFields {
		return nil, fmt.Errorf("%w: %d fields, %d bytes", ErrDG13, len(values), len(file))
	}
	return file, nil
}

// values are the encoded values of each field that is written.
func (d DG13) values() map[int][][]byte {
	all := map[int][][]byte{14: nil}
	for number := 1; number <= 16; number++ {
		if text := d.single(number); text != nil && *text != "" {
			all[number] = [][]byte{text13(number, *text)}
		}
	}
	if d.Father != "" || d.Mother != "" {
		all[13] = [][]byte{person(d.Father), person(d.Mother)}
	}
	for _, spouse := range d.Spouses {
		all[14] = append(all[14], person(spouse))
	}
	for number, texts := range d.Extra {
		for _, text := range texts {
			all[number] = append(all[number], tlv.Encode(tagUTF8, []byte(text)))
		}
	}
	return all
}

// person is a name in a SEQUENCE of its own; an empty one holds the place of a parent
// who is not named.
func person(name string) []byte {
	if name == "" {
		return tlv.Encode(tagSequence)
	}
	return tlv.Encode(tagSequence, tlv.Encode(tagUTF8, []byte(name)))
}

// text13 writes a text in the type that its field has on the cards seen.
func text13(number int, text string) []byte {
	if slices.Contains([]int{1, 3, 11, 15, 16}, number) && isPrintable(text) {
		return tlv.Encode(tagPrintable, []byte(text))
	}
	return tlv.Encode(tagUTF8, []byte(text))
}

// isPrintable tells whether a text can be a PrintableString (X.680 §41.4), as far as
// numbers, dates and serials need it.
func isPrintable(text string) bool {
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z', r == '/', r == '-', r == '.', r == ' ':
		default:
			return false
		}
	}
	return true
}

// fieldNumber writes 0 to 65535 as an INTEGER that is not negative.
func fieldNumber(n int) []byte {
	switch {
	case n < 0x80:
		return tlv.Encode(tagInteger, []byte{byte(n)})
	case n < 0x8000:
		if n < 0x100 {
			return tlv.Encode(tagInteger, []byte{0, byte(n)})
		}
		return tlv.Encode(tagInteger, []byte{byte(n >> 8), byte(n)})
	}
	return tlv.Encode(tagInteger, []byte{0, byte(n >> 8), byte(n)})
}
