package lds

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"chipid/cardlib/tlv"
)

// Sizes of ISO/IEC 19794-4:2005 §7 in bytes.
const (
	fingerRecordHeader = 32
	fingerHeader       = 14
)

// Finger is one fingerprint image of DG3.
type Finger struct {
	// Position: 0 unknown, 1 to 5 right hand from the thumb, 6 to 10 left hand.
	Position byte
	Quality  byte
	// Width and Height are in pixels, as the record says.
	Width, Height int
	// Format is empty for uncompressed images.
	Format ImageFormat
	Image  []byte
}

// ParseDG3 returns the fingerprints of DG3 (Doc 9303-10 §4.7.3). A file without any
// is not an error: chips hold one for persons who gave none.
func ParseDG3(file []byte) ([]Finger, error) {
	templates, err := ParseTemplates(file, DG3)
	if err != nil {
		return nil, err
	}
	var fingers []Finger
	for i, t := range templates {
		if !bytes.HasPrefix(t.Data, []byte("FIR\x00")) {
			return nil, fmt.Errorf("DG3: template %d is no fingerprint record: %w", i+1, ErrMalformed)
		}
		found, err := parseFingerRecord(t.Data)
		if err != nil {
			return nil, fmt.Errorf("DG3: template %d: %w", i+1, err)
		}
		fingers = append(fingers, found...)
	}
	return fingers, nil
}

// parseFingerRecord reads a finger image record; as with faces, the lengths only
// serve to find the next image.
func parseFingerRecord(b []byte) ([]Finger, error) {
	if len(b) < fingerRecordHeader {
		return nil, fmt.Errorf("fingerprint record header: %w", ErrMalformed)
	}
	count := min(int(b[18]), MaxTemplates)
	rest := b[fingerRecordHeader:]
	var fingers []Finger
	for i := range count {
		if len(rest) < fingerHeader {
			return nil, fmt.Errorf("finger %d: %w", i+1, ErrMalformed)
		}
		end := len(rest)
		if n := be32(rest); i+1 < count && n >= fingerHeader && n <= len(rest) {
			end = n
		}
		image := rest[fingerHeader:end:end]
		fingers = append(fingers, Finger{
			Position: rest[4], Quality: rest[7], Width: be16(rest[9:]), Height: be16(rest[11:]),
			Format: FormatOf(image), Image: image,
		})
		rest = rest[end:]
	}
	return fingers, nil
}

// EncodeDG3 writes DG3 with a template and a record for each finger, as Doc
// 9303-10 §4.7.3.1 wants them; none makes the file of a person who gave none.
// Images are uncompressed, WSQ, JPEG, JPEG 2000 or PNG.
func EncodeDG3(fingers []Finger) ([]byte, error) {
	var templates []Template
	for i, f := range fingers {
		compression, known := fingerCompressions[f.Format]
		if !known || f.Format != FormatOf(f.Image) {
			return nil, fmt.Errorf("DG3: finger %d of format %q: %w", i+1, f.Format, ErrNoImage)
		}
		if !fits16(f.Width, f.Height) {
			return nil, fmt.Errorf("DG3: finger %d: %w", i+1, ErrTooLarge)
		}
		templates = append(templates, Template{Header: templateHeader(0x08, fingerSubtype(f.Position), 0x07), Tag: tagData, Data: f.record(compression)})
	}
	return EncodeTemplates(DG3, templates)
}

// fingerCompressions are the compression algorithms of ISO/IEC 19794-4 table 3.
var fingerCompressions = map[ImageFormat]byte{"": 0, WSQ: 2, JPEG: 3, JP2: 4, J2K: 4, PNG: 5}

// record is one finger image record, version 010, with one view of 500 pixels an inch.
func (f Finger) record(compression byte) []byte {
	view := fingerHeader + len(f.Image)
	b := append(make([]byte, 0, fingerRecordHeader+view), "FIR\x00010\x00\x00\x00"...)
	b = binary.BigEndian.AppendUint32(b, uint32(fingerRecordHeader+view)) // the last four of six bytes
	b = append(b, 0, 0, 0, 31, 1, 1)                                      // device not told, level 31, one finger, pixels per inch
	for range 4 {                                                         // resolution of scan and image, both ways
		b = binary.BigEndian.AppendUint16(b, 500)
	}
	b = append(b, 8, compression, 0, 0)
	b = binary.BigEndian.AppendUint32(b, uint32(view))
	b = append(b, f.Position, 1, 1, f.Quality, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(f.Width))
	b = binary.BigEndian.AppendUint16(b, uint16(f.Height))
	return append(append(b, 0), f.Image...)
}

func fits16(numbers ...int) bool {
	for _, n := range numbers {
		if n < 0 || n > 0xFFFF {
			return false
		}
	}
	return true
}

// templateHeader is a biometric header template: ICAO's header version, feature and
// subtype by ISO/IEC 19785-3, format owner ISO/IEC JTC 1/SC 37, format type.
func templateHeader(feature, subtype, format byte) tlv.Elements {
	return tlv.Elements{
		{Tag: 0x80, Value: []byte{0x01, 0x01}}, {Tag: 0x81, Value: []byte{feature}}, {Tag: 0x82, Value: []byte{subtype}},
		{Tag: 0x87, Value: []byte{0x01, 0x01}}, {Tag: 0x88, Value: []byte{0x00, format}},
	}
}

// fingerSubtype tells which finger in the way of ISO/IEC 19785-3: the hand in bits 1
// and 2 (1 right, 2 left), the finger from the thumb in bits 3 to 5; 0 if unknown.
func fingerSubtype(position byte) byte {
	switch {
	case position >= 1 && position <= 5:
		return position<<2 | 1
	case position >= 6 && position <= 10:
		return (position-5)<<2 | 2
	}
	return 0
}
