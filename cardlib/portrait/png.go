package portrait

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image/png"
)

// pngHeader is the length of the signature.
const pngHeader = 8

// checkPNG follows the chunks of a PNG to its end (ISO/IEC 15948 §5.3), checks
// their sums and cuts off what comes behind.
func checkPNG(b []byte) (Image, error) {
	config, err := png.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return Image{}, &Error{Malformed, errors.New("PNG header")}
	}
	if err := checkSize(config.Width, config.Height); err != nil {
		return Image{}, err
	}
	data := false
	for at := pngHeader; ; {
		kind, next, err := pngChunk(b, at)
		if err != nil {
			return Image{}, err
		}
		data = data || kind == "IDAT"
		if kind == "IEND" {
			if !data {
				return Image{}, &Error{Malformed, errors.New("PNG without data")}
			}
			return Image{MIME: "image/png", Data: b[:next:next], Width: config.Width, Height: config.Height}, nil
		}
		at = next
	}
}

// pngChunk reads the chunk at a place and returns its type and where it ends.
func pngChunk(b []byte, at int) (kind string, next int, err error) {
	const frame = 12 // length, type, sum
	if len(b)-at < frame {
		return "", 0, &Error{Truncated, errors.New("PNG without its end")}
	}
	length := uint64(binary.BigEndian.Uint32(b[at:]))
	if length > uint64(len(b)-at-frame) {
		return "", 0, &Error{Truncated, errors.New("PNG without its end")}
	}
	sum := at + 8 + int(length)
	if crc32.ChecksumIEEE(b[at+4:sum]) != binary.BigEndian.Uint32(b[sum:]) {
		return "", 0, &Error{Malformed, errors.New("PNG with a wrong sum")}
	}
	return string(b[at+4 : at+8]), sum + 4, nil
}
