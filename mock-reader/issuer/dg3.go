package issuer

import (
	"encoding/binary"
	"math"

	"chipid/cardlib/tlv"
)

// Sizes of ISO/IEC 19794-4:2005 records in bytes, and of the drawn images in pixels.
const (
	fingerHeader     = 32
	fingerViewHeader = 14
	fingerSide       = 48
	fingerDPI        = 500
)

// The index fingers, as ISO/IEC 19794-4 table 5 counts them.
const (
	rightIndex = 2
	leftIndex  = 7
)

// EncodeDG3 writes two fingerprints (Doc 9303-10 §4.7.3) of nobody: rings drawn
// by a formula, uncompressed.
func EncodeDG3() []byte {
	var templates []byte
	for _, finger := range []byte{rightIndex, leftIndex} {
		subtype := byte(0x09) // right index finger, ISO/IEC 19785-3
		if finger == leftIndex {
			subtype = 0x0A
		}
		header := tlv.Encode(tagBHT,
			tlv.Encode(0x80, []byte{0x01, 0x01}), tlv.Encode(0x81, []byte{0x08}), tlv.Encode(0x82, []byte{subtype}),
			tlv.Encode(0x87, []byte{0x01, 0x01}), tlv.Encode(0x88, []byte{0x00, 0x07}))
		templates = tlv.Append(templates, tagBIT, header, tlv.Encode(tagBDB, fingerRecord(finger)))
	}
	return tlv.Encode(tagDG3, tlv.Encode(tagBITGroup, smallInteger(2), templates))
}

// fingerRecord is one finger image record with one view.
func fingerRecord(finger byte) []byte {
	const pixels = fingerSide * fingerSide
	b := make([]byte, 0, fingerHeader+fingerViewHeader+pixels)
	b = append(b, "FIR\x00010\x00"...)
	b = append(b, 0, 0) // the record's length has six bytes
	b = binary.BigEndian.AppendUint32(b, fingerHeader+fingerViewHeader+pixels)
	b = append(b, 0, 0, 0, 31, 1, 1) // device not told, acquisition level 31, one finger, pixels per inch
	for range 4 {                    // resolution of scan and image, both ways
		b = binary.BigEndian.AppendUint16(b, fingerDPI)
	}
	b = append(b, 8, 0, 0, 0) // depth, uncompressed
	b = binary.BigEndian.AppendUint32(b, fingerViewHeader+pixels)
	b = append(b, finger, 1, 1, 254, 0) // position, one view, the first, quality not told, live-scan plain
	b = binary.BigEndian.AppendUint16(b, fingerSide)
	b = binary.BigEndian.AppendUint16(b, fingerSide)
	b = append(b, 0)
	for y := range fingerSide {
		for x := range fingerSide {
			r := math.Hypot(float64(x-fingerSide/2), float64(y-fingerSide/2)+float64(finger))
			b = append(b, byte(127.5+127.5*math.Cos(r*1.2)))
		}
	}
	return b
}
