package lds

import (
	"fmt"
	"slices"

	"chipid/cardlib/tlv"
)

// featureGroups are the groups whose templates the standard leaves open: DG6 is
// reserved; DG8 to DG10 are features of data, structure and substance, «details to
// be defined» (Doc 9303-10 §4.7.6 and §4.7.8 to §4.7.10).
var featureGroups = []Group{DG6, DG8, DG9, DG10}

// ParseFeatures returns the templates of DG6, DG8, DG9 or DG10 as they stand, at
// most MaxTemplates; for other groups it fails. Their number in the file is not believed.
func ParseFeatures(file []byte, g Group) (tlv.Elements, error) {
	if !slices.Contains(featureGroups, g) {
		return nil, fmt.Errorf("%v has no features: %w", g, ErrMalformed)
	}
	els, err := content(file, g.Tag())
	if err != nil {
		return nil, fmt.Errorf("%v: %w", g, err)
	}
	var templates tlv.Elements
	for _, e := range els {
		if e.Tag == 0x02 {
			continue // the number of templates
		}
		if len(templates) == MaxTemplates {
			return nil, fmt.Errorf("%v: more than %d templates: %w", g, MaxTemplates, ErrTooLarge)
		}
		templates = append(templates, e)
	}
	return templates, nil
}

// EncodeFeatures writes DG6, DG8, DG9 or DG10 around templates, of which tag and
// value count.
func EncodeFeatures(g Group, templates tlv.Elements) ([]byte, error) {
	if !slices.Contains(featureGroups, g) {
		return nil, fmt.Errorf("%v has no features: %w", g, ErrMalformed)
	}
	if len(templates) > MaxTemplates {
		return nil, fmt.Errorf("%v: %d templates: %w", g, len(templates), ErrTooLarge)
	}
	inside := tlv.Encode(0x02, []byte{byte(len(templates))})
	for _, t := range templates {
		inside = tlv.Append(inside, t.Tag, t.Value)
	}
	return tlv.Encode(g.Tag(), inside), nil
}
