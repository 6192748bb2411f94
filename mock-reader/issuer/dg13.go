package issuer

import (
	"bytes"
	"slices"
	"strings"

	"chipid/cardlib/tlv"
	"chipid/mock-reader/persona"
)

const tagDG13 = tlv.Tag(0x6D)

// Layout is how the fields stand in DG13.
type Layout int

const (
	// Wrapped puts the fields into a SET after a version and the marker of UTF-8,
	// as the issued cards are said to do. Readers must take the others too.
	Wrapped Layout = iota
	// Direct puts them under the tag of the group.
	Direct
	// InSequence puts them into one SEQUENCE.
	InSequence
	// Reversed is Wrapped with the fields in descending order.
	Reversed
	// OtherTypes is Wrapped with IA5String for ASCII texts and dates as yyyymmdd.
	OtherTypes
)

// dg13Version stands before the fields.
const dg13Version = 1

// EncodeDG13 writes the citizen's data. Further fields, already encoded, may
// follow the sixteen that are known.
func EncodeDG13(p persona.Persona, layout Layout, more ...[]byte) []byte {
	write := texts{printable, persona.Date.Printed}
	if layout == OtherTypes {
		write = texts{ia5String, compactDate}
	}
	fields := append(dg13Fields(p, write), more...)
	switch layout {
	case Direct:
		return tlv.Encode(tagDG13, fields...)
	case InSequence:
		return tlv.Encode(tagDG13, sequence(fields...))
	case Reversed:
		slices.Reverse(fields)
	}
	return tlv.Encode(tagDG13, sequence(
		smallInteger(dg13Version), oid(oidISO10646UTF8Marker), tlv.Encode(tagSet, fields...)))
}

// texts are the ways to write ASCII texts and dates.
type texts struct {
	ascii func(string) []byte
	date  func(persona.Date) string
}

func ia5String(s string) []byte { return tlv.Encode(tagIA5String, []byte(s)) }

// compactDate is yyyymmdd.
func compactDate(d persona.Date) string { return strings.ReplaceAll(d.ISO(), "-", "") }

// Field writes a numbered field with its value; no value is a field left empty.
func Field(number int, value ...[]byte) []byte {
	return sequence(append([][]byte{smallInteger(number)}, value...)...)
}

// dg13Fields are the fields in ascending order, those that are empty in the
// persona's way.
func dg13Fields(p persona.Persona, write texts) [][]byte {
	expiry := persona.NoExpiryText
	if !p.Expires.IsZero() {
		expiry = write.date(p.Expires)
	}
	fields := [][]byte{
		Field(1, write.ascii(p.Number)),
		Field(2, utf8String(p.FullName)),
		Field(3, write.ascii(write.date(p.Birth))),
		Field(4, utf8String(p.Sex.Vietnamese())),
	}
	for n, text := range []string{p.Nationality, p.Ethnicity, p.Religion, p.Origin, p.Residence, p.Marks} {
		fields = append(fields, textField(p, 5+n, utf8String, text, persona.EmptyText)...)
	}
	fields = append(fields, Field(11, write.ascii(write.date(p.Issued))), Field(12, utf8String(expiry)))
	if p.Father != "" || p.Mother != "" || p.Empty != persona.EmptyAbsent {
		fields = append(fields, Field(13, parents(p)))
	}
	if len(p.Spouses) > 0 || p.Empty != persona.EmptyAbsent {
		fields = append(fields, Field(14, names(p.Spouses...)))
	}
	fields = append(fields, textField(p, 15, write.ascii, p.OldNumber, persona.EmptyAbsent)...)
	fields = append(fields, textField(p, 16, write.ascii, p.ChipSerial, persona.EmptyAbsent)...)
	for _, x := range p.Extra {
		var values []byte
		for _, v := range x.Values {
			values = append(values, utf8String(v)...)
		}
		fields = append(fields, Field(x.Number, values))
	}
	return fields
}

// textField is a field with one text, in the string type that write gives it; an
// empty one takes the persona's shape, asFound where that is the usual mixture.
func textField(p persona.Persona, number int, write func(string) []byte, text string, asFound persona.EmptyShape) [][]byte {
	shape := p.Empty
	if shape == persona.EmptyAsFound {
		shape = asFound
	}
	switch {
	case text != "" || shape == persona.EmptyText:
		return [][]byte{Field(number, write(text))}
	case shape == persona.EmptyValueless:
		return [][]byte{Field(number)}
	}
	return nil
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
