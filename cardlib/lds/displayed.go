package lds

import (
	"fmt"

	"chipid/cardlib/tlv"
)

// displayed are the tags of the images in DG5 and DG7.
var displayed = map[Group]tlv.Tag{DG5: 0x5F40, DG7: 0x5F43}

// ParseDisplayed returns the displayed portraits of DG5 or the displayed signatures of
// DG7 (Doc 9303-10 §4.7.5 and §4.7.7); for other groups it fails.
func ParseDisplayed(file []byte, g Group) ([][]byte, error) {
	tag, ok := displayed[g]
	if !ok {
		return nil, fmt.Errorf("%v has no displayed images: %w", g, ErrMalformed)
	}
	els, err := content(file, g.Tag())
	if err != nil {
		return nil, fmt.Errorf("%v: %w", g, err)
	}
	var images [][]byte
	for _, e := range els.All(tag) {
		if len(images) == MaxTemplates {
			break
		}
		images = append(images, e.Value)
	}
	return images, nil
}

// EncodeDisplayed writes DG5 or DG7.
func EncodeDisplayed(g Group, images [][]byte) ([]byte, error) {
	tag, ok := displayed[g]
	if !ok {
		return nil, fmt.Errorf("%v has no displayed images: %w", g, ErrMalformed)
	}
	if len(images) > MaxTemplates {
		return nil, fmt.Errorf("%v: %d images: %w", g, len(images), ErrTooLarge)
	}
	inside := tlv.Encode(0x02, []byte{byte(len(images))})
	for _, image := range images {
		inside = tlv.Append(inside, tag, image)
	}
	return tlv.Encode(g.Tag(), inside), nil
}
