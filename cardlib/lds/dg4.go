package lds

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Sizes of ISO/IEC 19794-6:2005 §6.5 in bytes.
const (
	irisRecordHeader  = 45
	irisFeatureHeader = 3  // which eye, number of its images
	irisImageHeader   = 11 // number, quality, rotation and its uncertainty, length
)

// irisFormats are the image formats of ISO/IEC 19794-6 that have one coding; raw
// images are not told from each other.
var irisFormats = map[ImageFormat]uint16{"": 0x0002, JPEG: 0x0006, JP2: 0x000E, J2K: 0x000E}

// Iris is one image of an iris in DG4.
type Iris struct {
	// Eye: 0 unknown, 1 right, 2 left.
	Eye     byte
	Quality byte
	// Width and Height are in pixels, as the record says.
	Width, Height int
	// Format is empty for uncompressed images.
	Format ImageFormat
	Image  []byte
}

// ParseDG4 returns the irises of DG4 (Doc 9303-10 §4.7.4), coded by ISO/IEC
// 19794-6. A file without any is not an error, as in DG3.
func ParseDG4(file []byte) ([]Iris, error) {
	templates, err := ParseTemplates(file, DG4)
	if err != nil {
		return nil, err
	}
	var irises []Iris
	for i, t := range templates {
		if !bytes.HasPrefix(t.Data, []byte("IIR\x00")) {
			return nil, fmt.Errorf("DG4: template %d is no iris record: %w", i+1, ErrMalformed)
		}
		found, err := parseIrisRecord(t.Data)
		if err != nil {
			return nil, fmt.Errorf("DG4: template %d: %w", i+1, err)
		}
		irises = append(irises, found...)
	}
	return irises, nil
}

// parseIrisRecord reads an iris image record: for each eye a feature header and
// its images.
func parseIrisRecord(b []byte) ([]Iris, error) {
	if len(b) < irisRecordHeader {
		return nil, fmt.Errorf("iris record header: %w", ErrMalformed)
	}
	width, height := be16(b[23:]), be16(b[25:])
	eyes, rest := int(b[14]), b[irisRecordHeader:]
	var irises []Iris
	for eye := range eyes {
		if len(rest) < irisFeatureHeader {
			return nil, fmt.Errorf("eye %d: %w", eye+1, ErrMalformed)
		}
		which, count := rest[0], be16(rest[1:])
		rest = rest[irisFeatureHeader:]
		for range count {
			if len(irises) == MaxTemplates {
				return nil, fmt.Errorf("more than %d irises: %w", MaxTemplates, ErrTooLarge)
			}
			if len(rest) < irisImageHeader {
				return nil, fmt.Errorf("iris image header: %w", ErrMalformed)
			}
			end := irisImageHeader + be32(rest[7:])
			if end > len(rest) {
				return nil, fmt.Errorf("iris image: %w", ErrMalformed)
			}
			image := rest[irisImageHeader:end:end]
			irises = append(irises, Iris{Eye: which, Quality: rest[2], Width: width, Height: height, Format: FormatOf(image), Image: image})
			rest = rest[end:]
		}
	}
	return irises, nil
}

// EncodeDG4 writes DG4 with a template and a record for each iris; the record's
// form has one size and one format for all its images.
func EncodeDG4(irises []Iris) ([]byte, error) {
	var templates []Template
	for i, iris := range irises {
		format, known := irisFormats[iris.Format]
		if !known || iris.Format != FormatOf(iris.Image) {
			return nil, fmt.Errorf("DG4: iris %d of format %q: %w", i+1, iris.Format, ErrNoImage)
		}
		if !fits16(iris.Width, iris.Height) {
			return nil, fmt.Errorf("DG4: iris %d: %w", i+1, ErrTooLarge)
		}
		templates = append(templates, Template{Header: templateHeader(0x10, iris.Eye, 0x09), Tag: tagData, Data: iris.record(format)})
	}
	return EncodeTemplates(DG4, templates)
}

// record is one iris image record, version 010, with one image.
func (i Iris) record(format uint16) []byte {
	length := irisRecordHeader + irisFeatureHeader + irisImageHeader + len(i.Image)
	b := append(make([]byte, 0, length), "IIR\x00010\x00"...)
	b = binary.BigEndian.AppendUint32(b, uint32(length))
	b = append(b, 0, 0, 1) // capture device not told, one eye
	b = binary.BigEndian.AppendUint16(b, irisRecordHeader)
	b = append(b, 0, 0, 0, 0) // image properties and diameter not told
	b = binary.BigEndian.AppendUint16(b, format)
	b = binary.BigEndian.AppendUint16(b, uint16(i.Width))
	b = binary.BigEndian.AppendUint16(b, uint16(i.Height))
	b = append(append(b, 8, 0), make([]byte, 16)...) // bits of a sample, transformation and device not told
	b = append(b, i.Eye, 0, 1, 0, 1, i.Quality)      // one image, the first
	b = append(b, 0xFF, 0xFF, 0xFF, 0xFF)            // rotation not told
	b = binary.BigEndian.AppendUint32(b, uint32(len(i.Image)))
	return append(b, i.Image...)
}
