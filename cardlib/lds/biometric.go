package lds

import (
	"fmt"

	"chipid/cardlib/tlv"
)

// Tags of the biometric information template (ISO/IEC 7816-11; Doc 9303-10
// §4.7.2, table 44).
const (
	tagGroupTemplate tlv.Tag = 0x7F61
	tagTemplate      tlv.Tag = 0x7F60
	tagHeader        tlv.Tag = 0xA1
	tagData          tlv.Tag = 0x5F2E // ISO/IEC 19794 records
	tagDataNested    tlv.Tag = 0x7F2E // ISO/IEC 39794 blocks
)

// MaxTemplates is how many biometric templates of one file are looked at.
const MaxTemplates = 16

// Template is one biometric information template of DG2, DG3 or DG4.
type Template struct {
	// Header are the elements of the biometric header template (A1): 80 version,
	// 81 type, 82 subtype, 83 creation, 85 validity, 86 creator, 87 format owner,
	// 88 format type.
	Header tlv.Elements
	// Tag is 5F2E or 7F2E, and Data the biometric data block inside.
	Tag  tlv.Tag
	Data []byte
}

// ParseTemplates reads the biometric templates of DG2, DG3 or DG4. The count in
// the file is not believed: what is there is returned, at most MaxTemplates.
func ParseTemplates(file []byte, g Group) ([]Template, error) {
	els, err := content(file, g.Tag())
	if err != nil {
		return nil, fmt.Errorf("%v: %w", g, err)
	}
	group, found := els.Find(tagGroupTemplate)
	if found {
		if els, err = group.Children(); err != nil {
			return nil, fmt.Errorf("%v: %w", g, err)
		}
	} // some chips leave the group template out
	var templates []Template
	for _, e := range els.All(tagTemplate) {
		if len(templates) == MaxTemplates {
			break
		}
		t, err := parseTemplate(e)
		if err != nil {
			return nil, fmt.Errorf("%v: template %d: %w", g, len(templates)+1, err)
		}
		templates = append(templates, t)
	}
	return templates, nil
}

func parseTemplate(e tlv.Element) (Template, error) {
	els, err := e.Children()
	if err != nil {
		return Template{}, err
	}
	var t Template
	if header, found := els.Find(tagHeader); found {
		if inside, err := header.Children(); err == nil { // the image does not depend on it
			t.Header = inside
		}
	}
	for _, tag := range []tlv.Tag{tagData, tagDataNested} {
		if data, found := els.Find(tag); found {
			t.Tag, t.Data = tag, data.Value
			return t, nil
		}
	}
	return Template{}, fmt.Errorf("no biometric data block: %w", ErrMalformed)
}

// EncodeTemplates writes DG2, DG3 or DG4 around templates.
func EncodeTemplates(g Group, templates []Template) ([]byte, error) {
	if len(templates) > MaxTemplates {
		return nil, fmt.Errorf("%v: %d templates: %w", g, len(templates), ErrTooLarge)
	}
	inside := tlv.Encode(0x02, []byte{byte(len(templates))})
	for _, t := range templates {
		var header []byte
		for _, e := range t.Header {
			header = tlv.Append(header, e.Tag, e.Value)
		}
		inside = tlv.Append(inside, tagTemplate, tlv.Encode(tagHeader, header), tlv.Encode(t.Tag, t.Data))
	}
	return tlv.Encode(g.Tag(), tlv.Encode(tagGroupTemplate, inside)), nil
}
