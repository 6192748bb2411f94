package issuer

import (
	"bytes"
	"encoding/binary"

	"chipid/cardlib/tlv"
	"chipid/mock-reader/persona"
)

// Tags of Doc 9303-10 §4.7.2.
const (
	tagDG2       = tlv.Tag(0x75)
	tagBITGroup  = tlv.Tag(0x7F61)
	tagBIT       = tlv.Tag(0x7F60)
	tagBHT       = tlv.Tag(0xA1)
	tagBDB       = tlv.Tag(0x5F2E)
	tagBDBNested = tlv.Tag(0x7F2E)
)

// Format types of the biometric header: ISO/IEC 19794-5 and 39794-5.
const (
	format19794 = 0x08
	format39794 = 0x2A
)

// EncodeDG2 writes DG2 with a drawn portrait.
func EncodeDG2(p persona.Portrait, sex persona.Sex) []byte {
	return EncodeFaces(sex, persona.Image{Format: persona.JPEG, Data: p.JPEG, Width: p.Width, Height: p.Height})
}

// EncodeFaces writes DG2 with face images, usually one, in one record of ISO/IEC
// 19794-5 (Doc 9303-10 §4.7.2.1).
func EncodeFaces(sex persona.Sex, images ...persona.Image) []byte {
	return encodeTemplate(format19794, tlv.Encode(tagBDB, faceRecord(sex, images...)))
}

func encodeTemplate(format byte, data []byte) []byte {
	header := tlv.Encode(tagBHT,
		tlv.Encode(0x80, []byte{0x01, 0x01}), // ICAO header version
		tlv.Encode(0x81, []byte{0x02}),       // facial features
		tlv.Encode(0x87, []byte{0x01, 0x01}), // format owner ISO/IEC JTC1 SC37
		tlv.Encode(0x88, []byte{0x00, format}),
	)
	return tlv.Encode(tagDG2, tlv.Encode(tagBITGroup, smallInteger(1), tlv.Encode(tagBIT, header, data)))
}

// Sizes of ISO/IEC 19794-5:2005 §5 in bytes.
const (
	faceHeader      = 14
	faceInformation = 20
	imageInfo       = 12
)

// faceRecord is the facial record of ISO/IEC 19794-5:2005 §5 with full frontal
// images: header, and for each its facial information, image information and image.
func faceRecord(sex persona.Sex, images ...persona.Image) []byte {
	var blocks []byte
	for _, image := range images {
		blocks = append(blocks, faceBlock(sex, image)...)
	}
	b := append([]byte("FAC\x00010\x00"), binary.BigEndian.AppendUint32(nil, uint32(faceHeader+len(blocks)))...)
	b = binary.BigEndian.AppendUint16(b, uint16(len(images)))
	return append(b, blocks...)
}

func faceBlock(sex persona.Sex, image persona.Image) []byte {
	gender := byte(1)
	if sex == persona.Female {
		gender = 2
	}
	format := byte(0)
	if image.Format == persona.JPEG2000 {
		format = 1
	}
	b := binary.BigEndian.AppendUint32(nil, uint32(faceInformation+imageInfo+len(image.Data)))
	b = append(b, 0, 0, gender) // no feature points
	// Eye and hair colour, property mask, expression, pose and its uncertainty: not told.
	b = append(b, make([]byte, 13)...)
	b = append(b, 1, format) // full frontal
	b = binary.BigEndian.AppendUint16(b, uint16(image.Width))
	b = binary.BigEndian.AppendUint16(b, uint16(image.Height))
	b = append(b, 1, 0, 0, 0, 0, 0) // sRGB; source, device and quality not told
	return append(b, image.Data...)
}

// LieAboutLengths makes the lengths of a facial record in DG2 too small, as
// cards are known to have them; the data are untouched. The result shares no memory.
func LieAboutLengths(dg2 []byte) []byte {
	b := append([]byte(nil), dg2...)
	at := bytes.Index(b, []byte("FAC\x00010\x00")) + 8
	binary.BigEndian.PutUint32(b[at:], faceHeader)               // the record
	binary.BigEndian.PutUint32(b[at+6:], faceInformation)        // the face
	binary.BigEndian.PutUint16(b[at+6+faceInformation+2:], 1)    // width
	binary.BigEndian.PutUint16(b[at+6+faceInformation+4:], 9999) // height
	return b
}

// EncodeDG2ISO39794 writes a face image in a face image data block of ISO/IEC
// 39794-5 annex A (ICAO's next format), with the elements that must be there.
func EncodeDG2ISO39794(image persona.Image) []byte {
	format := byte(2) // JPEG
	if image.Format == persona.JPEG2000 {
		format = 3
	}
	code := func(tag tlv.Tag, n byte) []byte { return tlv.Encode(tag, tlv.Encode(0x80, []byte{n})) }
	picture := context(0, true,
		context(0, false, image.Data),
		context(1, true,
			code(0xA0, format),               // imageDataFormat
			context(1, true, code(0xA1, 0)),  // faceImageKind2D: mrtd
			context(3, true, code(0xA1, 1)))) // lossyTransformationAttempts: one
	representation := sequence(context(0, false, []byte{0}), context(1, true, context(0, true, picture)))
	version := context(0, true, context(0, false, []byte{3}), context(1, false, []byte{0x07, 0xE3})) // generation 3 of 2019
	block := tlv.Encode(0x65, version, context(1, true, representation))
	return encodeTemplate(format39794, tlv.Encode(tagBDBNested, context(1, true, block)))
}
