package lds

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Sizes of ISO/IEC 19794-5:2005 §5 in bytes.
const (
	faceRecordHeader = 14 // "FAC", version, record length, number of images
	faceInformation  = 20 // block length, feature points, gender … pose
	featurePoint     = 8
	imageInformation = 12 // types, width, height, colour … quality
)

// FaceProperties is what the facial information and image information blocks
// say, as coded in ISO/IEC 19794-5 §5.5 and §5.7; 0 is "unspecified".
type FaceProperties struct {
	Gender, EyeColour, HairColour byte
	// ImageType: 0 basic, 1 full frontal, 2 token frontal.
	ImageType byte
	// ColourSpace: 1 RGB of 24 bits, 2 YUV422, 3 grey of 8 bits.
	ColourSpace byte
	// SourceType: 2 photograph from a camera, 3 from a scanner.
	SourceType byte
	DeviceType uint16
	Quality    uint16
	// Width and Height are what the record says, which need not be true.
	RecordWidth, RecordHeight int
}

func isFaceRecord(b []byte) bool { return bytes.HasPrefix(b, []byte("FAC\x00")) }

// parseFaceRecord reads a facial record. The record length is ignored, and the
// block lengths serve only to find the next face: the last face gets all that
// is left, since records are known that understate their own length.
func parseFaceRecord(b []byte) ([]Face, error) {
	if len(b) < faceRecordHeader {
		return nil, fmt.Errorf("facial record header: %w", ErrMalformed)
	}
	count := be16(b[12:])
	rest := b[faceRecordHeader:]
	var faces []Face
	for i := 0; i < min(count, MaxFaces) && len(rest) > 0; i++ {
		block, next := rest, []byte(nil)
		if length := blockLength(rest); i+1 < count && length > 0 {
			block, next = rest[:length:length], rest[length:]
		}
		if f, ok := parseFace(block); ok {
			faces = append(faces, f)
		}
		rest = next
	}
	if len(faces) == 0 {
		return nil, fmt.Errorf("facial record: %w", ErrNoImage)
	}
	return faces, nil
}

// blockLength is the length that a face says it has; 0 if it cannot be so.
func blockLength(b []byte) int {
	if len(b) < 4 {
		return 0
	}
	n := be32(b)
	if n < faceInformation+imageInformation || n > len(b) {
		return 0
	}
	return n
}

// parseFace reads one face. If the number of feature points is wrong, the image
// is looked for by its first bytes.
func parseFace(b []byte) (Face, bool) {
	if len(b) < faceInformation+imageInformation {
		return Face{}, false
	}
	p := FaceProperties{Gender: b[6], EyeColour: b[7], HairColour: b[8]}
	at := faceInformation + be16(b[4:])*featurePoint
	if at+imageInformation <= len(b) && FormatOf(b[at+imageInformation:]) != "" {
		readImageInformation(b[at:], &p)
		return newFace(b[at+imageInformation:], p), true
	}
	image := findImage(b[faceInformation:], maxSearch)
	if image == nil {
		return Face{}, false
	}
	return newFace(image, p), true
}

// maxSearch is how far behind its due place an image is looked for, in bytes.
const maxSearch = 4096

func readImageInformation(b []byte, p *FaceProperties) {
	p.ImageType = b[0]
	p.RecordWidth, p.RecordHeight = be16(b[2:]), be16(b[4:])
	p.ColourSpace, p.SourceType = b[6], b[7]
	p.DeviceType, p.Quality = binary.BigEndian.Uint16(b[8:]), binary.BigEndian.Uint16(b[10:])
}

// encodeFaceRecord writes a facial record, version 010, without feature points.
func encodeFaceRecord(faces []Face) ([]byte, error) {
	if len(faces) == 0 || len(faces) > MaxFaces {
		return nil, fmt.Errorf("%d faces: %w", len(faces), ErrTooLarge)
	}
	record := append([]byte("FAC\x00010\x00"), 0, 0, 0, 0, 0, byte(len(faces)))
	for i, f := range faces {
		block, err := encodeFace(f)
		if err != nil {
			return nil, fmt.Errorf("face %d: %w", i+1, err)
		}
		record = append(record, block...)
	}
	binary.BigEndian.PutUint32(record[8:], uint32(len(record)))
	return record, nil
}

func encodeFace(f Face) ([]byte, error) {
	width, height, err := SizeOf(f.Image)
	if err != nil {
		return nil, err
	}
	if width > 0xFFFF || height > 0xFFFF {
		return nil, ErrTooLarge
	}
	dataType := byte(1) // JPEG 2000
	switch FormatOf(f.Image) {
	case JPEG:
		dataType = 0
	case PNG: // not in version 010 of the format
		return nil, ErrNoImage
	}
	p := f.Properties
	b := make([]byte, faceInformation+imageInformation, faceInformation+imageInformation+len(f.Image))
	binary.BigEndian.PutUint32(b, uint32(cap(b)))
	b[6], b[7], b[8] = p.Gender, p.EyeColour, p.HairColour
	info := b[faceInformation:]
	info[0], info[1] = p.ImageType, dataType
	binary.BigEndian.PutUint16(info[2:], uint16(width))
	binary.BigEndian.PutUint16(info[4:], uint16(height))
	info[6], info[7] = p.ColourSpace, p.SourceType
	binary.BigEndian.PutUint16(info[8:], p.DeviceType)
	binary.BigEndian.PutUint16(info[10:], p.Quality)
	return append(b, f.Image...), nil
}
