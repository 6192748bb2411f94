package lds

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"chipid/cardlib/tlv"
)

// Limits on the groups of texts, DG11, DG12 and DG16.
const (
	// MaxDetail is the longest text or image of one element, in bytes.
	MaxDetail = 1 << 20
	// MaxEntries is how many names or persons one list may have.
	MaxEntries = 64
)

const tagList tlv.Tag = 0x5C

// detail binds an element to the place of its value; exactly one of text, parts,
// date and image is set.
type detail struct {
	tag   tlv.Tag
	text  *string
	parts *[]string // divided by < in the file
	date  *string   // digits, in ASCII or packed two to a byte
	image *[]byte
}

// list is the content of DO A0: a count, and as many elements of one tag.
type list struct {
	tag    tlv.Tag
	values *[]string
}

// parseDetails reads the elements of DG11 or DG12. Unknown elements are passed over.
func parseDetails(file []byte, g Group, details []detail, l list) error {
	els, err := content(file, g.Tag())
	if err != nil {
		return fmt.Errorf("%v: %w", g, err)
	}
	for _, e := range els {
		if len(e.Value) > MaxDetail {
			return fmt.Errorf("%v: %v: %w", g, e.Tag, ErrTooLarge)
		}
		if e.Tag == 0xA0 {
			if err := l.read(e); err != nil {
				return fmt.Errorf("%v: %w", g, err)
			}
		}
		for _, d := range details {
			if d.tag != e.Tag {
				continue
			}
			if err := d.read(e.Value); err != nil {
				return fmt.Errorf("%v: %v: %w", g, e.Tag, err)
			}
		}
	}
	return nil
}

func (d detail) read(value []byte) error {
	switch {
	case d.image != nil:
		*d.image = value
		return nil
	case d.date != nil:
		var err error
		*d.date, err = dateDigits(value)
		return err
	case !utf8.Valid(value):
		return fmt.Errorf("text that is not UTF-8: %w", ErrMalformed)
	case d.parts != nil:
		*d.parts = strings.FieldsFunc(string(value), func(r rune) bool { return r == '<' })
	default:
		*d.text = string(value)
	}
	return nil
}

// bytes is the value as it is written.
func (d detail) bytes() []byte {
	switch {
	case d.image != nil:
		return *d.image
	case d.date != nil:
		return []byte(*d.date)
	case d.parts != nil:
		return []byte(strings.Join(*d.parts, "<"))
	}
	return []byte(*d.text)
}

// dateDigits reads a date, which LDS 1.7 packs two digits to a byte and LDS 1.8
// writes in ASCII.
func dateDigits(value []byte) (string, error) {
	text := string(value)
	if len(value) == 4 || len(value) == 7 {
		text = hex.EncodeToString(value)
	}
	if len(text) != 8 && len(text) != 14 || strings.Trim(text, "0123456789") != "" {
		return "", fmt.Errorf("date: %w", ErrMalformed)
	}
	return text, nil
}

func (l list) read(e tlv.Element) error {
	els, err := e.Children()
	if err != nil {
		return err
	}
	for _, v := range els.All(l.tag) {
		if len(*l.values) == MaxEntries {
			return ErrTooLarge
		}
		if !utf8.Valid(v.Value) {
			return fmt.Errorf("%v: %w", l.tag, ErrMalformed)
		}
		*l.values = append(*l.values, string(v.Value))
	}
	return nil
}

// encodeDetails writes a group with its tag list in front. Empty elements are left
// out, dates are written in ASCII.
func encodeDetails(g Group, details []detail, l list) []byte {
	var tags, body []byte
	put := func(tag tlv.Tag, value []byte) {
		if len(value) > 0 {
			tags = append(tags, byte(tag>>8), byte(tag))
			body = tlv.Append(body, tag, value)
		}
	}
	for _, d := range details {
		put(d.tag, d.bytes())
	}
	if n := len(*l.values); n > 0 {
		inside := tlv.Encode(0x02, []byte{byte(n)})
		for _, v := range *l.values {
			inside = tlv.Append(inside, l.tag, []byte(v))
		}
		tags = append(tags, byte(l.tag>>8), byte(l.tag))
		body = tlv.Append(body, 0xA0, inside)
	}
	return tlv.Encode(g.Tag(), slices.Concat(tlv.Encode(tagList, tags), body))
}
