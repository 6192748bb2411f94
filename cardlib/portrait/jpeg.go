package portrait

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Markers of ITU-T T.81 table B.1, second byte.
const (
	jpegTEM  = 0x01
	jpegSOF0 = 0xC0 // baseline
	jpegSOF2 = 0xC2 // progressive; SOF1, extended, lies between
	jpegDHT  = 0xC4
	jpegJPG  = 0xC8
	jpegDAC  = 0xCC
	jpegSOFF = 0xCF
	jpegRST0 = 0xD0
	jpegSOI  = 0xD8
	jpegEOI  = 0xD9
	jpegSOS  = 0xDA
)

var errJPEGEnd = &Error{Truncated, errors.New("JPEG without its end")}

// jpegWalk follows the marker segments of a JPEG (ITU-T T.81 annex B).
type jpegWalk struct {
	b     []byte
	at    int
	image Image
	scans int
}

// checkJPEG follows a JPEG to its end and cuts off what comes behind. Baseline,
// extended and progressive Huffman coding with 8 bits pass: what browsers show.
func checkJPEG(b []byte) (Image, error) {
	w := jpegWalk{b: b, at: 2, image: Image{MIME: "image/jpeg"}}
	for {
		marker, err := w.marker()
		if err != nil {
			return Image{}, err
		}
		if marker == jpegEOI {
			break
		}
		if err := w.segment(marker); err != nil {
			return Image{}, err
		}
	}
	if w.scans == 0 {
		return Image{}, &Error{Malformed, errors.New("JPEG without a scan")}
	}
	w.image.Data = b[:w.at:w.at]
	return w.image, nil
}

// marker reads the next marker; fill bytes may stand before it (§B.1.1.2).
func (w *jpegWalk) marker() (byte, error) {
	if w.at < len(w.b) && w.b[w.at] != 0xFF {
		return 0, &Error{Malformed, fmt.Errorf("no JPEG marker at byte %d", w.at)}
	}
	for w.at < len(w.b) && w.b[w.at] == 0xFF {
		w.at++
	}
	if w.at >= len(w.b) {
		return 0, errJPEGEnd
	}
	marker := w.b[w.at]
	w.at++
	return marker, nil
}

func (w *jpegWalk) segment(marker byte) error {
	if marker == jpegTEM || marker >= jpegRST0 && marker < jpegSOI {
		return nil // stands alone
	}
	if marker == 0 || marker == jpegSOI {
		return &Error{Malformed, fmt.Errorf("JPEG marker %02X", marker)}
	}
	rest := w.b[w.at:]
	if len(rest) < 2 {
		return errJPEGEnd
	}
	n := int(binary.BigEndian.Uint16(rest))
	if n < 2 {
		return &Error{Malformed, fmt.Errorf("JPEG segment of %d bytes", n)}
	}
	if n > len(rest) {
		return errJPEGEnd
	}
	w.at += n
	switch {
	case marker == jpegSOS:
		return w.scan()
	case marker >= jpegSOF0 && marker <= jpegSOFF && marker != jpegDHT && marker != jpegJPG && marker != jpegDAC:
		return w.frame(marker, rest[2:n])
	}
	return nil
}

// frame reads the frame header (§B.2.2).
func (w *jpegWalk) frame(marker byte, b []byte) error {
	if w.image.Width != 0 || len(b) < 6 || len(b) != 6+3*int(b[5]) {
		return &Error{Malformed, errors.New("JPEG frame header")}
	}
	depth, components := b[0], int(b[5])
	if marker > jpegSOF2 || depth != 8 || components != 1 && components != 3 && components != 4 {
		return &Error{Unsupported, fmt.Errorf("JPEG of kind %02X with %d components of %d bits", marker, components, depth)}
	}
	w.image.Height, w.image.Width = int(binary.BigEndian.Uint16(b[1:])), int(binary.BigEndian.Uint16(b[3:]))
	return checkSize(w.image.Width, w.image.Height)
}

// scan steps over entropy-coded data up to a marker that is no restart and no
// stuffed FF (§B.1.1.5).
func (w *jpegWalk) scan() error {
	if w.image.Width == 0 {
		return &Error{Malformed, errors.New("JPEG scan before its frame")}
	}
	w.scans++
	for ; w.at+1 < len(w.b); w.at++ {
		if next := w.b[w.at+1]; w.b[w.at] == 0xFF && next != 0 && next != 0xFF && (next < jpegRST0 || next >= jpegSOI) {
			return nil
		}
	}
	return errJPEGEnd
}
