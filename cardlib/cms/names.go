package cms

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"chipid/cardlib/tlv"
)

// Attribute is one part of a distinguished name, its value as text.
type Attribute struct {
	Type  OID
	Value string
}

// Name is a distinguished name (RFC 5280 §4.1.2.4).
type Name struct {
	// Raw is the name as read, the SEQUENCE included.
	Raw []byte
	// Attributes stand in the order of the encoding; sets of several attributes are flattened.
	Attributes []Attribute
	key        string
}

// parseName reads a Name. Text that does not decode is kept with replacement
// characters: a name is compared and shown, nothing else.
func parseName(e tlv.Element) (Name, error) {
	name := Name{Raw: e.Raw}
	for sets := open(e); sets.more(); {
		set := sets.enter(tagSet)
		for set.more() {
			pair := set.enter(tagSequence)
			attribute := Attribute{Type: pair.oid()}
			value := pair.next()
			if err := pair.end(); err != nil {
				return Name{}, err
			}
			attribute.Value = text(value)
			name.Attributes = append(name.Attributes, attribute)
			if len(name.Attributes) > MaxNameAttributes {
				return Name{}, malformed("name of too many attributes")
			}
		}
		if err := set.end(); err != nil {
			return Name{}, err
		}
	}
	name.key = name.canonical()
	return name, nil
}

// text decodes the string types of DirectoryString and the older ones.
func text(e tlv.Element) string {
	switch e.Tag {
	case 0x1E: // BMPString
		units := make([]uint16, len(e.Value)/2)
		for i := range units {
			units[i] = uint16(e.Value[2*i])<<8 | uint16(e.Value[2*i+1])
		}
		return string(utf16.Decode(units))
	case 0x1C: // UniversalString
		runes := make([]rune, len(e.Value)/4)
		for i := range runes {
			runes[i] = rune(e.Value[4*i])<<24 | rune(e.Value[4*i+1])<<16 | rune(e.Value[4*i+2])<<8 | rune(e.Value[4*i+3])
		}
		return string(runes)
	}
	if utf8.Valid(e.Value) {
		return string(e.Value)
	}
	runes := make([]rune, len(e.Value)) // TeletexString as Latin-1, which is how it is used
	for i, b := range e.Value {
		runes[i] = rune(b)
	}
	return string(runes)
}

// canonical makes the key by which names are compared: letter case, runs of
// spaces and string types do not count (RFC 5280 §7.1). States change between
// PrintableString and UTF8String from one certificate to the next.
func (n Name) canonical() string {
	var b strings.Builder
	for _, a := range n.Attributes {
		b.WriteByte(byte(len(a.Type)))
		b.WriteString(string(a.Type))
		b.WriteString(strings.ToLower(strings.Join(strings.Fields(a.Value), " ")))
		b.WriteByte(0)
	}
	return b.String()
}

// Key returns a text that is the same for equal names; it is not for showing.
func (n Name) Key() string { return n.key }

// Equal tells whether two names are the same by RFC 5280 §7.1.
func (n Name) Equal(o Name) bool { return n.key == o.key }

// first returns the first value of the type.
func (n Name) first(t OID) string {
	for _, a := range n.Attributes {
		if a.Type == t {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// Country returns the first countryName in upper case ("VN"), or "".
func (n Name) Country() string { return strings.ToUpper(n.first(oidCountry)) }

// CommonName returns the first commonName, or "".
func (n Name) CommonName() string { return n.first(oidCommonName) }

// HasOrganization tells whether an organizationName of the name is exactly this.
func (n Name) HasOrganization(o string) bool {
	for _, a := range n.Attributes {
		if a.Type == oidOrganization && strings.TrimSpace(a.Value) == o {
			return true
		}
	}
	return false
}

var shortNames = map[OID]string{
	oidCountry: "C", oidOrganization: "O", oidOrganizationUnit: "OU", oidCommonName: "CN",
	oidSerialNumber: "serialNumber", oidStateOrProvince: "ST", oidLocality: "L", oidEmailAddress: "emailAddress",
	oidOrganizationIdent: "organizationIdentifier",
}

// String writes the name to be shown: "C=VN, O=…, CN=…". Characters that do not
// print are replaced and separators escaped (RFC 4514 §2.4), so that a hostile
// name cannot disturb a terminal or pretend to have other attributes.
func (n Name) String() string {
	parts := make([]string, len(n.Attributes))
	for i, a := range n.Attributes {
		label, ok := shortNames[a.Type]
		if !ok {
			label = a.Type.String()
		}
		parts[i] = label + "=" + printable(a.Value)
	}
	return strings.Join(parts, ", ")
}

func printable(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case strings.ContainsRune(",=+\\", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteRune(unicode.ReplacementChar)
		}
	}
	return b.String()
}
