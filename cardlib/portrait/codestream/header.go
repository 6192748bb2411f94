package codestream

import "fmt"

// Markers (annex A.2).
const (
	markerSOC = 0xFF4F
	markerSIZ = 0xFF51
	markerCOD = 0xFF52
	markerCOC = 0xFF53
	markerQCD = 0xFF5C
	markerQCC = 0xFF5D
	markerSOT = 0xFF90
	markerSOD = 0xFF93
	markerEOC = 0xFFD9
)

// header reads the marker segments of a codestream.
type header struct {
	code   []byte
	at     int
	image  Image
	tiles  int
	coding bool // COD was there
	quant  bool // QCD was there
}

// marker reads the marker at the current place.
func (h *header) marker() (int, error) {
	if len(h.code)-h.at < 2 {
		return 0, fmt.Errorf("%w: at byte %d", ErrTruncated, h.at)
	}
	m := be16(h.code[h.at:])
	h.at += 2
	if m < 0xFF00 {
		return 0, fmt.Errorf("%w: no marker at byte %d", ErrMalformed, h.at-2)
	}
	return m, nil
}

// segment returns the content of the marker segment at the current place, after
// its length, and where that stands.
func (h *header) segment() (content []byte, at int, err error) {
	rest := h.code[h.at:]
	if len(rest) < 2 {
		return nil, 0, fmt.Errorf("%w: at byte %d", ErrTruncated, h.at)
	}
	n := be16(rest)
	if n < 2 {
		return nil, 0, fmt.Errorf("%w: segment of %d bytes", ErrMalformed, n)
	}
	if n > len(rest) {
		return nil, 0, fmt.Errorf("%w: in a segment at byte %d", ErrTruncated, h.at)
	}
	at = h.at + 2
	h.at += n
	return rest[2:n], at, nil
}

// read reads the main header up to the first tile-part: SOC, SIZ, then COD, QCD
// and others in any order (annex A.3, table A.2).
func (h *header) read() error {
	if m, err := h.marker(); err != nil || m != markerSOC {
		return fmt.Errorf("%w: no start of codestream", ErrMalformed)
	}
	for n := 0; ; n++ {
		if n == maxSegments {
			return fmt.Errorf("%w: marker segments", ErrTooLarge)
		}
		m, err := h.marker()
		if err != nil {
			return err
		}
		if (n == 0) != (m == markerSIZ) {
			return fmt.Errorf("%w: SIZ is not the first segment, or there twice", ErrMalformed)
		}
		if m == markerSOT {
			break
		}
		if err := h.mainSegment(m); err != nil {
			return err
		}
	}
	if !h.coding || !h.quant {
		return fmt.Errorf("%w: COD or QCD is missing", ErrMalformed)
	}
	h.at -= 2
	return nil
}

func (h *header) mainSegment(marker int) error {
	content, at, err := h.segment()
	if err != nil {
		return err
	}
	switch marker {
	case markerSIZ:
		return h.readSize(content, at)
	case markerCOD:
		if h.coding {
			return fmt.Errorf("%w: COD twice", ErrMalformed)
		}
		h.coding = true
		return h.readCoding(content, at)
	case markerCOC:
		return h.readComponentCoding(content)
	case markerQCD:
		h.quant = true
	case markerSOD, markerEOC, markerSOC:
		return fmt.Errorf("%w: marker %04X in the main header", ErrMalformed, marker)
	}
	return nil
}

// readSize reads SIZ (annex A.5.1).
func (h *header) readSize(b []byte, at int) error {
	const fixed = 36
	if len(b) < fixed || len(b) != fixed+3*be16(b[34:]) {
		return fmt.Errorf("%w: SIZ of %d bytes", ErrMalformed, len(b))
	}
	right, bottom, left, top := be32(b[2:]), be32(b[6:]), be32(b[10:]), be32(b[14:])
	tileW, tileH, tileX, tileY := be32(b[18:]), be32(b[22:]), be32(b[26:]), be32(b[30:])
	if left >= right || top >= bottom || tileW == 0 || tileH == 0 || tileX > left || tileY > top ||
		tileX+tileW <= left || tileY+tileH <= top {
		return fmt.Errorf("%w: SIZ", ErrMalformed)
	}
	width, height := right-left, bottom-top
	if width > MaxSide || height > MaxSide || width*height > MaxPixels {
		return fmt.Errorf("%w: %d × %d pixels", ErrTooLarge, width, height)
	}
	h.tiles = ceilDiv(right-tileX, tileW) * ceilDiv(bottom-tileY, tileH)
	if h.tiles > MaxTiles {
		return fmt.Errorf("%w: %d tiles", ErrTooLarge, h.tiles)
	}
	h.image.Width, h.image.Height, h.image.sizeAt = width, height, at+fixed
	return h.readComponents(b[fixed:])
}

func (h *header) readComponents(b []byte) error {
	n := len(b) / 3
	if n == 0 {
		return fmt.Errorf("%w: no component", ErrMalformed)
	}
	if n > MaxComponents {
		return fmt.Errorf("%w: %d components", ErrTooLarge, n)
	}
	for ; len(b) > 0; b = b[3:] {
		c := Component{Depth: int(b[0]&0x7F) + 1, StepX: int(b[1]), StepY: int(b[2])}
		switch {
		case c.StepX == 0 || c.StepY == 0:
			return fmt.Errorf("%w: sample distance 0", ErrMalformed)
		case b[0]&0x80 != 0, c.Depth > MaxDepth, c.StepX > 2, c.StepY > 2:
			return fmt.Errorf("%w: component of %d bits every %d × %d pixels", ErrUnsupported, c.Depth, c.StepX, c.StepY)
		}
		h.image.Components = append(h.image.Components, c)
	}
	first := h.image.Components[0]
	for _, c := range h.image.Components[:min(3, n)] {
		if first.StepX != 1 || first.StepY != 1 || c.Depth != first.Depth {
			return fmt.Errorf("%w: components of several kinds", ErrUnsupported)
		}
	}
	return nil
}

// readCoding reads COD (annex A.6.1).
func (h *header) readCoding(b []byte, at int) error {
	if len(b) < 10 {
		return fmt.Errorf("%w: COD of %d bytes", ErrMalformed, len(b))
	}
	layers, mixed, style := be16(b[2:]), b[4], b[5:]
	if layers == 0 || mixed > 1 || b[1] > 4 {
		return fmt.Errorf("%w: COD", ErrMalformed)
	}
	if layers > MaxLayers {
		return fmt.Errorf("%w: %d layers", ErrTooLarge, layers)
	}
	h.image.Mixed, h.image.mixAt, h.image.Reversible = mixed == 1, at+4, style[4] == 1
	if h.image.Mixed {
		if len(h.image.Components) < 3 {
			return fmt.Errorf("%w: a component transform of %d components", ErrMalformed, len(h.image.Components))
		}
		for _, c := range h.image.Components[:3] {
			if c.StepX != 1 || c.StepY != 1 {
				return fmt.Errorf("%w: a component transform of components of several sizes", ErrMalformed)
			}
		}
	}
	return checkStyle(style, b[0]&1 != 0)
}

// checkStyle checks the parameters that COD and COC have in common (table A.15):
// levels, size and style of code-blocks, wavelet, precincts.
func checkStyle(b []byte, precincts bool) error {
	if len(b) < 5 {
		return fmt.Errorf("%w: coding style of %d bytes", ErrMalformed, len(b))
	}
	levels, width, height := int(b[0]), int(b[1])+2, int(b[2])+2
	if levels > MaxLevels {
		return fmt.Errorf("%w: %d levels", ErrTooLarge, levels)
	}
	if width > 10 || height > 10 || width+height > 12 || b[3]&0xC0 != 0 || b[4] > 1 {
		return fmt.Errorf("%w: coding style", ErrMalformed)
	}
	if !precincts {
		return nil
	}
	if len(b) < 5+levels+1 {
		return fmt.Errorf("%w: precincts", ErrMalformed)
	}
	for r, size := range b[5 : 5+levels+1] {
		if r > 0 && (size&0x0F == 0 || size>>4 == 0) {
			return fmt.Errorf("%w: precincts", ErrMalformed)
		}
	}
	return nil
}

// readComponentCoding reads COC (annex A.6.2). Another wavelet for one component
// than for the rest is not decoded.
func (h *header) readComponentCoding(b []byte) error {
	if !h.coding || len(b) < 2+5 || int(b[0]) >= len(h.image.Components) {
		return fmt.Errorf("%w: COC", ErrMalformed)
	}
	if err := checkStyle(b[2:], b[1]&1 != 0); err != nil {
		return err
	}
	if (b[2+4] == 1) != h.image.Reversible {
		return fmt.Errorf("%w: two wavelets", ErrUnsupported)
	}
	return nil
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }
