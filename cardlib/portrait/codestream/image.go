package codestream

import (
	"bytes"
	"fmt"
)

// Colour is what the components mean.
type Colour int

// The colour spaces of face images; YCC is sYCC (IEC 61966-2-1 amendment 1).
const (
	Grey Colour = iota + 1
	RGB
	YCC
)

// Component is one plane of the image.
type Component struct {
	// Depth is in bits a sample, unsigned.
	Depth int
	// StepX and StepY tell how many pixels of the picture one sample stands for.
	StepX, StepY int
}

// Image is a JPEG 2000 image that is whole and within the limits.
type Image struct {
	// Codestream goes from SOC to EOC, without the file format around it. It shares
	// the memory of the file.
	Codestream    []byte
	Width, Height int
	Components    []Component
	Colour        Colour
	// Channels are the components that hold the first, second and third colour; of
	// a grey image the first alone counts.
	Channels [3]int
	// Reversible: the 5/3 wavelet, exact in integers; else 9/7.
	Reversible bool
	// Mixed: the first three components are transformed together (RCT with the 5/3
	// wavelet, ICT with 9/7; annex G).
	Mixed bool

	sizeAt, mixAt int // where SIZ's first component and COD's transform byte stand
}

var (
	jp2Signature = []byte{0, 0, 0, 12, 'j', 'P', ' ', ' ', 0x0D, 0x0A, 0x87, 0x0A}
	startOfCode  = []byte{0xFF, 0x4F, 0xFF, 0x51}
)

// Parse reads a JP2 file or a bare codestream. Errors: [ErrMalformed],
// [ErrTruncated], [ErrTooLarge], [ErrUnsupported].
func Parse(file []byte) (Image, error) {
	if len(file) > MaxBytes {
		return Image{}, fmt.Errorf("%w: %d bytes", ErrTooLarge, len(file))
	}
	var wrapper boxes
	code := file
	switch {
	case bytes.HasPrefix(file, startOfCode):
	case bytes.HasPrefix(file, jp2Signature):
		if err := wrapper.read(file); err != nil {
			return Image{}, err
		}
		code = wrapper.code
	default:
		return Image{}, fmt.Errorf("%w: unknown first bytes", ErrMalformed)
	}
	h := header{code: code}
	if err := h.read(); err != nil {
		return Image{}, err
	}
	end, err := h.readTiles()
	if err != nil {
		return Image{}, err
	}
	i := h.image
	i.Codestream = code[:end:end]
	if err := wrapper.agree(i); err != nil {
		return Image{}, err
	}
	return i, wrapper.colour(&i)
}

// Unmixed returns a copy of the codestream that says of itself that its
// components are independent and have the given depth. The coefficients of the
// 9/7 wavelet are scaled by the depth (annex E.1), so that a larger one makes a
// decoder keep binary places.
func (i Image) Unmixed(depth int) []byte {
	code := bytes.Clone(i.Codestream)
	for c := range i.Components {
		code[i.sizeAt+3*c] = byte(depth - 1)
	}
	code[i.mixAt] = 0
	return code
}
