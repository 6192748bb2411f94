package lds

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// ImageFormat is the coding of an image, told by its first bytes; what the record
// around it says is not believed.
type ImageFormat string

// The codings that face images have. WSQ is that of fingerprints in DG3.
const (
	JPEG ImageFormat = "jpeg"
	JP2  ImageFormat = "jp2" // JPEG 2000 in its file format (ISO/IEC 15444-1 annex I)
	J2K  ImageFormat = "j2k" // a JPEG 2000 codestream without wrapper (annex A)
	PNG  ImageFormat = "png"
	WSQ  ImageFormat = "wsq"
)

// magics are the first bytes of each coding.
var magics = []struct {
	format ImageFormat
	bytes  []byte
}{
	{JPEG, []byte{0xFF, 0xD8, 0xFF}},
	{JP2, []byte{0, 0, 0, 12, 'j', 'P', ' ', ' ', 0x0D, 0x0A, 0x87, 0x0A}},
	{J2K, []byte{0xFF, 0x4F, 0xFF, 0x51}},
	{PNG, []byte{0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A}},
	{WSQ, []byte{0xFF, 0xA0, 0xFF}},
}

// MIME is the media type of the coding; empty for an unknown one.
func (f ImageFormat) MIME() string {
	switch f {
	case "":
		return ""
	case WSQ:
		return "image/x-wsq"
	case J2K:
		return "image/j2c"
	}
	return "image/" + string(f)
}

// FormatOf tells the coding of an image by its first bytes; empty if it is none
// of those known.
func FormatOf(image []byte) ImageFormat {
	for _, m := range magics {
		if bytes.HasPrefix(image, m.bytes) {
			return m.format
		}
	}
	return ""
}

// findImage returns b from the first image magic on, looking no further than
// within the first limit bytes; nil if there is none.
func findImage(b []byte, limit int) []byte {
	best := -1
	for _, m := range magics {
		window := b[:min(len(b), limit+len(m.bytes))]
		if i := bytes.Index(window, m.bytes); i >= 0 && (best < 0 || i < best) {
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	return b[best:]
}

// maxSide is the longest side of an image that is believed, in pixels.
const maxSide = 1 << 16

// SizeOf reads width and height in pixels from the image itself, without
// decoding it.
func SizeOf(image []byte) (width, height int, err error) {
	switch FormatOf(image) {
	case JPEG:
		width, height = jpegSize(image)
	case JP2:
		width, height = jp2Size(image)
	case J2K:
		width, height = codestreamSize(image)
	case PNG:
		if len(image) >= 24 && string(image[12:16]) == "IHDR" {
			width, height = be32(image[16:]), be32(image[20:])
		}
	}
	if width <= 0 || height <= 0 || width > maxSide || height > maxSide {
		return 0, 0, fmt.Errorf("size of an image of format %q: %w", FormatOf(image), ErrMalformed)
	}
	return width, height, nil
}

// jpegSize looks for the frame header (ITU-T T.81 §B.2.2).
func jpegSize(b []byte) (width, height int) {
	for i := 2; i+4 <= len(b); {
		if b[i] != 0xFF {
			return 0, 0
		}
		marker := b[i+1]
		switch {
		case marker == 0xFF: // fill byte
			i++
			continue
		case marker == 0x01 || marker >= 0xD0 && marker <= 0xD8: // stand alone
			i += 2
			continue
		case marker == 0xD9 || marker == 0xDA: // the frame header comes before
			return 0, 0
		}
		isFrame := marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC
		if isFrame {
			if len(b) < i+9 {
				return 0, 0
			}
			return be16(b[i+7:]), be16(b[i+5:])
		}
		i += 2 + max(2, be16(b[i+2:]))
	}
	return 0, 0
}

// jp2Size looks for the image header box inside the header box; if the boxes are
// broken, for the codestream.
func jp2Size(b []byte) (width, height int) {
	for i := 0; i+8 <= len(b); {
		length, kind := be32(b[i:]), string(b[i+4:i+8])
		switch kind {
		case "jp2h": // its first box is the image header (§I.5.3)
			if h := b[i+8:]; len(h) >= 16 && string(h[4:8]) == "ihdr" {
				return be32(h[12:]), be32(h[8:])
			}
		case "jp2c":
			return codestreamSize(b[i+8:])
		}
		if length < 8 || length > len(b)-i {
			break
		}
		i += length
	}
	if i := bytes.Index(b, magics[2].bytes); i >= 0 {
		return codestreamSize(b[i:])
	}
	return 0, 0
}

// codestreamSize reads the SIZ segment, which is the first after SOC (§A.5.1).
func codestreamSize(b []byte) (width, height int) {
	const x, y, left, top = 8, 12, 16, 20
	if len(b) < 24 || FormatOf(b) != J2K {
		return 0, 0
	}
	return be32(b[x:]) - be32(b[left:]), be32(b[y:]) - be32(b[top:])
}

func be16(b []byte) int { return int(binary.BigEndian.Uint16(b)) }

// be32 reads a size; what does not fit 31 bits counts as the largest that does.
func be32(b []byte) int { return int(min(binary.BigEndian.Uint32(b), 1<<31-1)) }
