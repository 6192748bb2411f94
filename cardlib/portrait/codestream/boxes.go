package codestream

import (
	"encoding/binary"
	"fmt"
)

// boxes is what the file format says around the codestream.
type boxes struct {
	code []byte
	// width, height and components are those of the image header, 0 without one.
	width, height, components int
	space                     uint32 // enumerated colour space, 0 if none is given
	profile                   bool   // colours are told by an ICC profile
	palette                   bool
	channels                  []channel
}

// channel is an entry of the channel definition box (annex I.5.3.6).
type channel struct{ component, kind, colour int }

// Enumerated colour spaces (annex I.5.3.3).
const (
	spaceSRGB = 16
	spaceGrey = 17
	spaceSYCC = 18
)

// box is one box: its type and what it holds.
type box struct {
	kind    string
	content []byte
}

// nextBox reads the box at the start of b; cut tells that it claims more than there is.
func nextBox(b []byte) (first box, rest []byte, cut bool) {
	if len(b) < 8 {
		return box{}, nil, true
	}
	first.kind = string(b[4:8])
	header, length := 8, uint64(binary.BigEndian.Uint32(b))
	switch length {
	case 0: // to the end of the file
		length = uint64(len(b))
	case 1:
		if len(b) < 16 {
			return first, nil, true
		}
		header, length = 16, binary.BigEndian.Uint64(b[8:])
	}
	if length < uint64(header) || length > uint64(len(b)) {
		return first, nil, true
	}
	first.content = b[header:length:length]
	return first, b[length:], false
}

// read looks for the header box and the first codestream; what follows that is
// not looked at.
func (x *boxes) read(file []byte) error {
	rest := file
	for n := 0; ; n++ {
		if n == maxBoxes {
			return fmt.Errorf("%w: boxes", ErrTooLarge)
		}
		b, after, cut := nextBox(rest)
		if cut {
			return fmt.Errorf("%w: in box %q", ErrTruncated, b.kind)
		}
		switch b.kind {
		case "jp2h":
			if err := x.readHeader(b.content); err != nil {
				return err
			}
		case "jp2c":
			x.code = b.content
			return nil
		}
		rest = after
	}
}

// readHeader reads the boxes inside the JP2 header box (annex I.5.3).
func (x *boxes) readHeader(content []byte) error {
	for n := 0; len(content) > 0; n++ {
		b, rest, cut := nextBox(content)
		if cut || n == maxBoxes {
			return fmt.Errorf("%w: JP2 header", ErrMalformed)
		}
		content = rest
		switch b.kind {
		case "ihdr":
			if len(b.content) != 14 {
				return fmt.Errorf("%w: image header", ErrMalformed)
			}
			x.height, x.width = be32(b.content), be32(b.content[4:])
			x.components = be16(b.content[8:])
		case "colr":
			x.readColour(b.content)
		case "pclr":
			x.palette = true
		case "cdef":
			if err := x.readChannels(b.content); err != nil {
				return err
			}
		}
	}
	return nil
}

// readColour reads a colour specification; the first one that is understood counts.
func (x *boxes) readColour(b []byte) {
	if len(b) < 3 || x.space != 0 || x.profile {
		return
	}
	switch {
	case b[0] == 1 && len(b) >= 7:
		x.space = binary.BigEndian.Uint32(b[3:])
	case b[0] == 2 || b[0] == 3:
		x.profile = true
	}
}

func (x *boxes) readChannels(b []byte) error {
	if len(b) < 2 || len(b) != 2+6*be16(b) || be16(b) > 4*MaxComponents {
		return fmt.Errorf("%w: channel definition", ErrMalformed)
	}
	for b = b[2:]; len(b) > 0; b = b[6:] {
		x.channels = append(x.channels, channel{be16(b), be16(b[2:]), be16(b[4:])})
	}
	return nil
}

// agree compares the image header box with the codestream.
func (x *boxes) agree(i Image) error {
	if x.width == 0 && x.height == 0 {
		return nil
	}
	if x.width != i.Width || x.height != i.Height || x.components != len(i.Components) {
		return fmt.Errorf("%w: image header and codestream differ", ErrMalformed)
	}
	return nil
}

// colour says what the components mean. A profile is taken as sRGB or grey,
// which those of cameras are close to.
func (x *boxes) colour(i *Image) error {
	if x.palette {
		return fmt.Errorf("%w: palette", ErrUnsupported)
	}
	switch {
	case len(i.Components) < 3:
		i.Colour = Grey
	case x.space == spaceSYCC, i.Components[1].StepX > 1:
		i.Colour = YCC // halved colour planes are sYCC whatever the wrapper says
	default:
		i.Colour = RGB
	}
	if x.space != 0 && x.space != spaceSRGB && x.space != spaceGrey && x.space != spaceSYCC {
		return fmt.Errorf("%w: colour space %d", ErrUnsupported, x.space)
	}
	if i.Colour == YCC && i.Mixed {
		return fmt.Errorf("%w: sYCC under a component transform", ErrUnsupported)
	}
	i.Channels = [3]int{0, 1, 2}
	for _, c := range x.channels {
		if c.kind == 0 && c.colour >= 1 && c.colour <= 3 && c.component < min(3, len(i.Components)) {
			i.Channels[c.colour-1] = c.component
		}
	}
	return nil
}

func be16(b []byte) int { return int(binary.BigEndian.Uint16(b)) }

// be32 reads a size; what does not fit 31 bits counts as the largest that does.
func be32(b []byte) int { return int(min(binary.BigEndian.Uint32(b), 1<<31-1)) }
