package lds

import (
	"fmt"

	"chipid/cardlib/tlv"
)

// MaxFaces is how many faces of one DG2 are returned.
const MaxFaces = 16

// Face is one face image of DG2.
type Face struct {
	// Format is told by the image itself.
	Format ImageFormat
	// Image is the coded image; it shares the memory of the file.
	Image []byte
	// Width and Height are in pixels, as the image says; 0 if it cannot be read.
	Width, Height int
	// Properties are what the record of ISO/IEC 19794-5 says of the face.
	Properties FaceProperties
}

// ParseDG2 returns the faces of DG2 (Doc 9303-10 §4.7.2), coded by ISO/IEC
// 19794-5 or ISO/IEC 39794-5, in their order. It fails with ErrNoImage if there
// is none; a face without an image that is known is left out beside others.
func ParseDG2(file []byte) ([]Face, error) {
	templates, err := ParseTemplates(file, DG2)
	if err != nil {
		return nil, err
	}
	var faces []Face
	var firstErr error
	for _, t := range templates {
		found, err := facesOf(t)
		if err != nil && firstErr == nil {
			firstErr = err
		}
		faces = append(faces, found...)
	}
	switch {
	case len(faces) > 0:
		return faces[:min(len(faces), MaxFaces)], nil
	case firstErr != nil:
		return nil, fmt.Errorf("DG2: %w", firstErr)
	}
	return nil, fmt.Errorf("DG2: no template: %w", ErrNoImage)
}

// facesOf reads a data block by what it begins with: tags and format types in
// the header are not always right.
func facesOf(t Template) ([]Face, error) {
	data := t.Data
	if t.Tag == tagDataNested { // A1 holds data in a standardised format (Doc 9303-10 §4.5.6, table 2)
		if e, err := tlv.ReadTag(data, 0xA1); err == nil {
			data = e.Value
		}
	}
	if isFaceRecord(data) {
		return parseFaceRecord(data)
	}
	if e, err := tlv.ReadTag(data, tagFaceImageDataBlock); err == nil {
		return parseFaceBlock(e)
	}
	if FormatOf(data) != "" { // the bare image
		return []Face{newFace(data, FaceProperties{})}, nil
	}
	return nil, fmt.Errorf("biometric data of an unknown kind: %w", ErrNoImage)
}

func newFace(image []byte, p FaceProperties) Face {
	f := Face{Format: FormatOf(image), Image: image, Properties: p}
	if w, h, err := SizeOf(image); err == nil {
		f.Width, f.Height = w, h
	}
	return f
}

// EncodeDG2 writes DG2 with one template that holds the faces in one record of
// ISO/IEC 19794-5. Format, Width and Height are taken from the images.
func EncodeDG2(faces []Face) ([]byte, error) {
	record, err := encodeFaceRecord(faces)
	if err != nil {
		return nil, fmt.Errorf("DG2: %w", err)
	}
	return EncodeTemplates(DG2, []Template{{Header: faceHeader, Tag: tagData, Data: record}})
}

// faceHeader is the biometric header template of a face.
var faceHeader = tlv.Elements{
	{Tag: 0x80, Value: []byte{0x01, 0x01}}, // ICAO header version
	{Tag: 0x81, Value: []byte{0x02}},       // facial features
	{Tag: 0x87, Value: []byte{0x01, 0x01}}, // format owner: ISO/IEC JTC 1/SC 37
	{Tag: 0x88, Value: []byte{0x00, 0x08}}, // format type: face image
}
