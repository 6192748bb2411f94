package issuer

import (
	"bytes"

	"chipid/cardlib/tlv"
	"chipid/mock-reader/persona"
)

const tagDG13 = tlv.Tag(0x6D)

// Layout is how the fields stand in DG13.
type Layout int

// Wrapped puts them into a SET after a version and the marker of UTF-8, as the
// issued cards are said to do; Direct puts them under the tag of the group,
// InSequence into one SEQUENCE. Readers must take each.
const (
	Wrapped Layout = iota
	Direct
	InSequence
)

// dg13Version stands before the fields.
const dg13Version = 1

// EncodeDG13 writes the citizen's data. Further fields, already encoded, may
// follow the sixteen that are known.
func EncodeDG13(p persona.Persona, layout Layout, more ...[]byte) []byte {
	fields := append(dg13Fields(p), more...)
	switch layout {
	case Direct:
		return tlv.Encode(tagDG13, fields...)
	case InSequence:
		return tlv.Encode(tagDG13, sequence(fields...))
	}
	return tlv.Encode(tagDG13, sequence(
		smallInteger(dg13Version), oid(oidISO10646UTF8Marker), tlv.Encode(tagSet, fields...)))
}

// Field writes a numbered field with its value; no value is a field left empty.
func Field(number int, value ...[]byte) []byte {
	return sequence(append([][]byte{smallInteger(number)}, value...)...)
}

// dg13Fields are the fields in ascending order, those without value where the
// card leaves them empty.
func dg13Fields(p persona.Persona) [][]byte {
	fields := [][]byte{
		Field(1, printable(p.Number)),
		Field(2, utf8String(p.FullName)),
		Field(3, printable(p.Birth.Printed())),
		Field(4, utf8String(p.Sex.Vietnamese())),
		Field(5, utf8String(p.Nationality)),
		Field(6, utf8String(p.Ethnicity)),
		Field(7, utf8String(p.Religion)),
		Field(8, utf8String(p.Origin)),
		Field(9, utf8String(p.Residence)),
		Field(10, utf8String(p.Marks)),
		Field(11, printable(p.Issued.Printed())),
		Field(12, utf8String(p.ExpiryText())),
		Field(13, parents(p)),
		Field(14, names(p.Spouses...)),
	}
	if p.OldNumber != "" {
		fields = append(fields, Field(15, printable(p.OldNumber)))
	}
	return append(fields, Field(16, printable(p.ChipSerial)))
}

// parents writes father and mother in one of the two shapes; a parent who is
// not named is an empty SEQUENCE, or an empty string where both share one.
func parents(p persona.Persona) []byte {
	if p.Parents == persona.Joined {
		return sequence(utf8String(p.Father), utf8String(p.Mother))
	}
	return bytes.Join([][]byte{name(p.Father), name(p.Mother)}, nil)
}

func name(s string) []byte {
	if s == "" {
		return sequence()
	}
	return sequence(utf8String(s))
}

func names(all ...string) []byte {
	var b []byte
	for _, s := range all {
		b = append(b, name(s)...)
	}
	return b
}
