package lds

import (
	"errors"

	"chipid/cardlib/tlv"
)

// Errors of parsing, wrapped with the file and the place. Errors of package tlv
// are passed through in the same way.
var (
	// ErrMalformed: a file is not built as the standard says.
	ErrMalformed = errors.New("lds: malformed")
	// ErrTooLarge: a count or a size is over a limit of this package.
	ErrTooLarge = errors.New("lds: over the limit")
	// ErrNoImage: a biometric record holds no image of a kind that is known.
	ErrNoImage = errors.New("lds: no image")
)

// content returns the elements of a file that must be one element with the tag.
func content(file []byte, tag tlv.Tag) (tlv.Elements, error) {
	outer, err := tlv.ReadTag(file, tag)
	if err != nil {
		return nil, err
	}
	return outer.Children()
}
