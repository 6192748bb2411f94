package lds

import (
	"fmt"

	"chipid/cardlib/tlv"
)

// COM is the content of EF.COM: versions, and the groups that the chip says it
// has. It is not signed: what must exist is said by EF.SOD.
type COM struct {
	// LDSVersion is aabb in ASCII, "0107" or "0108"; empty if absent.
	LDSVersion string
	// UnicodeVersion is aabbcc in ASCII, "040000"; empty if absent.
	UnicodeVersion string
	// Groups are listed in the order of the file, each once.
	Groups []Group
	// UnknownTags are entries of the list that are no data group's tag.
	UnknownTags []tlv.Tag
}

// ParseCOM reads EF.COM (Doc 9303-10 §4.6.1). The versions may be missing; the
// tag list may not.
func ParseCOM(file []byte) (COM, error) {
	els, err := content(file, TagCOM)
	if err != nil {
		return COM{}, fmt.Errorf("EF.COM: %w", err)
	}
	list, found := els.Find(0x5C)
	if !found {
		return COM{}, fmt.Errorf("EF.COM: no tag list: %w", ErrMalformed)
	}
	com := COM{LDSVersion: digits(els, 0x5F01), UnicodeVersion: digits(els, 0x5F36)}
	seen := map[tlv.Tag]bool{}
	for _, b := range list.Value { // every tag of a group is one byte
		tag := tlv.Tag(b)
		if seen[tag] {
			continue
		}
		seen[tag] = true
		if g, ok := ByTag(tag); ok {
			com.Groups = append(com.Groups, g)
		} else {
			com.UnknownTags = append(com.UnknownTags, tag)
		}
	}
	return com, nil
}

// EncodeCOM writes EF.COM. Empty versions are left out.
func EncodeCOM(com COM) []byte {
	var inside []byte
	if com.LDSVersion != "" {
		inside = tlv.Append(inside, 0x5F01, []byte(com.LDSVersion))
	}
	if com.UnicodeVersion != "" {
		inside = tlv.Append(inside, 0x5F36, []byte(com.UnicodeVersion))
	}
	var list []byte
	for _, g := range com.Groups {
		list = append(list, byte(g.Tag()))
	}
	for _, t := range com.UnknownTags {
		list = append(list, byte(t))
	}
	return tlv.Encode(TagCOM, tlv.Append(inside, 0x5C, list))
}

// digits returns a short version string if it is made of ASCII digits.
func digits(els tlv.Elements, tag tlv.Tag) string {
	e, found := els.Find(tag)
	if !found || len(e.Value) > 8 {
		return ""
	}
	for _, b := range e.Value {
		if b < '0' || b > '9' {
			return ""
		}
	}
	return string(e.Value)
}
