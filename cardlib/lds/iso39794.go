package lds

import (
	"fmt"

	"chipid/cardlib/tlv"
)

// tagFaceImageDataBlock is [APPLICATION 5] of ISO/IEC 39794-5 annex A.
const tagFaceImageDataBlock tlv.Tag = 0x65

// Tags on the way from the block to an image: representationBlocks [1],
// and in each imageRepresentation [1] → base [0] → imageRepresentation2DBlock
// [0] → representationData2D [0] OCTET STRING.
const (
	tagRepresentationBlocks tlv.Tag = 0xA1
	tagRepresentationData   tlv.Tag = 0x80
)

// parseFaceBlock takes the images out of a face image data block. Optional and
// extended parts that stand between are passed over: in each representation the
// image is the first representation data that begins like an image.
func parseFaceBlock(block tlv.Element) ([]Face, error) {
	els, err := block.Children()
	if err != nil {
		return nil, err
	}
	list, found := els.Find(tagRepresentationBlocks)
	if !found {
		return nil, fmt.Errorf("face image data block without representations: %w", ErrMalformed)
	}
	representations, err := list.Children()
	if err != nil {
		return nil, err
	}
	var faces []Face
	for _, r := range representations[:min(len(representations), MaxFaces)] {
		image, err := representationImage(r.Value)
		if err != nil {
			return nil, err
		}
		if image != nil {
			faces = append(faces, newFace(image, FaceProperties{}))
		}
	}
	if len(faces) == 0 {
		return nil, fmt.Errorf("face image data block: %w", ErrNoImage)
	}
	return faces, nil
}

func representationImage(representation []byte) ([]byte, error) {
	var image []byte
	err := tlv.Walk(representation, func(_ int, e tlv.Element) bool {
		if image == nil && e.Tag == tagRepresentationData && FormatOf(e.Value) != "" {
			image = e.Value
		}
		return image == nil
	})
	return image, err
}

// EncodeDG2ISO39794 writes DG2 with a template for each face and in it a face
// image data block of the first edition (2019): the image and the few elements
// that tell its kind, by ICAO's profile of ISO/IEC 39794-5.
func EncodeDG2ISO39794(faces []Face) ([]byte, error) {
	var templates []Template
	for i, f := range faces {
		format, ok := faceImageFormats[FormatOf(f.Image)]
		if !ok {
			return nil, fmt.Errorf("DG2: face %d: %w", i+1, ErrNoImage)
		}
		templates = append(templates, Template{Header: faceBlockHeader, Tag: tagDataNested, Data: encodeFaceBlock(f.Image, format)})
	}
	return EncodeTemplates(DG2, templates)
}

func encodeFaceBlock(image []byte, format byte) []byte {
	dataFormat := tlv.Encode(0xA0, tlv.Encode(0x80, []byte{format}))            // imageDataFormat: code
	kind := tlv.Encode(0xA1, tlv.Encode(0xA1, tlv.Encode(0x80, []byte{0})))     // faceImageKind2D: extension with fallback mrtd
	attempts := tlv.Encode(0xA3, tlv.Encode(0xA1, tlv.Encode(0x80, []byte{1}))) // lossyTransformationAttempts: one
	representation2D := tlv.Encode(0xA0, tlv.Encode(tagRepresentationData, image), tlv.Encode(0xA1, dataFormat, kind, attempts))
	block := tlv.Encode(0x30, tlv.Encode(0x80, []byte{0}), tlv.Encode(0xA1, tlv.Encode(0xA0, representation2D)))
	version := tlv.Encode(0xA0, tlv.Encode(0x80, []byte{3}), tlv.Encode(0x81, []byte{0x07, 0xE3})) // generation, year
	return tlv.Encode(0xA1, tlv.Encode(tagFaceImageDataBlock, version, tlv.Encode(tagRepresentationBlocks, block)))
}

// faceImageFormats are the codes of ImageDataFormat; whether JPEG 2000 is without
// loss is not told, so that the code of the lossy kind is written.
var faceImageFormats = map[ImageFormat]byte{JPEG: 2, JP2: 3, J2K: 3}

// faceBlockHeader is the biometric header template of a face in this format.
var faceBlockHeader = tlv.Elements{
	{Tag: 0x80, Value: []byte{0x01, 0x01}},
	{Tag: 0x81, Value: []byte{0x02}},
	{Tag: 0x87, Value: []byte{0x01, 0x01}},
	{Tag: 0x88, Value: []byte{0x00, 0x2A}}, // format type: ISO/IEC 39794-5 face image
}
