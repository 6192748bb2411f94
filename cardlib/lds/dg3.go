package lds

import (
	"bytes"
	"fmt"
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
