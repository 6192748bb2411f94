package codestream

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// readTiles follows the tile-parts to the end of the codestream and returns
// where that is. Every tile must be there and every tile-part whole.
func (h *header) readTiles() (end int, err error) {
	seen := make([]bool, h.tiles)
	missing := h.tiles
	for n := 0; ; n++ {
		m, err := h.marker()
		switch {
		case err != nil:
			return 0, err
		case m == markerEOC && missing > 0:
			return 0, fmt.Errorf("%w: %d tiles are missing", ErrTruncated, missing)
		case m == markerEOC:
			return h.at, nil
		case m != markerSOT:
			return 0, fmt.Errorf("%w: marker %04X between tile-parts", ErrMalformed, m)
		case n == MaxTileParts:
			return 0, fmt.Errorf("%w: tile-parts", ErrTooLarge)
		}
		tile, err := h.readTilePart()
		if err != nil {
			return 0, err
		}
		if !seen[tile] {
			seen[tile] = true
			missing--
		}
	}
}

// readTilePart reads SOT, the header of the tile-part and steps over its data
// (annex A.4.2).
func (h *header) readTilePart() (tile int, err error) {
	start := h.at - 2
	b, _, err := h.segment()
	if err != nil {
		return 0, err
	}
	if len(b) != 8 {
		return 0, fmt.Errorf("%w: SOT of %d bytes", ErrMalformed, len(b))
	}
	tile = be16(b)
	if tile >= h.tiles {
		return 0, fmt.Errorf("%w: tile %d of %d", ErrMalformed, tile, h.tiles)
	}
	end := len(h.code)
	if length := binary.BigEndian.Uint32(b[2:]); length != 0 {
		if uint64(length) > uint64(end-start) {
			return 0, fmt.Errorf("%w: in tile %d", ErrTruncated, tile)
		}
		end = start + int(length)
	} else if end = bytes.LastIndex(h.code, []byte{0xFF, 0xD9}); end < h.at { // the last one, up to EOC
		return 0, fmt.Errorf("%w: in tile %d", ErrTruncated, tile)
	}
	if err := h.tilePartHeader(end); err != nil {
		return 0, err
	}
	h.at = end
	return tile, nil
}

// tilePartHeader reads the segments before SOD. A tile that is coded in its own
// way is not decoded: decoders differ on it.
func (h *header) tilePartHeader(end int) error {
	for range maxSegments {
		m, err := h.marker()
		if err != nil {
			return err
		}
		if h.at > end {
			break
		}
		switch m {
		case markerSOD:
			return nil
		case markerCOD, markerCOC, markerQCD, markerQCC:
			return fmt.Errorf("%w: tile with a coding of its own", ErrUnsupported)
		case markerSIZ, markerSOC, markerSOT, markerEOC:
			return fmt.Errorf("%w: marker %04X in a tile-part", ErrMalformed, m)
		}
		if _, _, err := h.segment(); err != nil {
			return err
		}
	}
	return fmt.Errorf("%w: header of a tile-part", ErrMalformed)
}
