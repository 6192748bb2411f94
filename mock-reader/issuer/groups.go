package issuer

import (
	"encoding/binary"
	"strings"

	"chipid/cardlib/tlv"
	"chipid/mock-reader/persona"
)

// Tags of Doc 9303-10 §4.6.1, §4.7.1 and §4.7.2.
const (
	tagCOM            = tlv.Tag(0x60)
	tagLDSVersion     = tlv.Tag(0x5F01)
	tagUnicodeVersion = tlv.Tag(0x5F36)
	tagTagList        = tlv.Tag(0x5C)
	tagDG1            = tlv.Tag(0x61)
	tagMRZ            = tlv.Tag(0x5F1F)
	tagDG2            = tlv.Tag(0x75)
	tagDG3            = tlv.Tag(0x63)
	tagBITGroup       = tlv.Tag(0x7F61)
	tagBIT            = tlv.Tag(0x7F60)
	tagBHT            = tlv.Tag(0xA1)
	tagBDB            = tlv.Tag(0x5F2E)
)

// groupTags are the tags by which EF.COM lists the groups that cards have.
var groupTags = map[int]byte{1: 0x61, 2: 0x75, 3: 0x63, 13: 0x6D, 14: 0x6E, 15: 0x6F}

// EncodeCOM writes EF.COM: LDS 1.7, Unicode 4.0 and the groups by number.
func EncodeCOM(groups ...int) []byte {
	var list []byte
	for _, n := range groups {
		list = append(list, groupTags[n])
	}
	return tlv.Encode(tagCOM,
		tlv.Encode(tagLDSVersion, []byte("0107")),
		tlv.Encode(tagUnicodeVersion, []byte("040000")),
		tlv.Encode(tagTagList, list))
}

// EncodeDG1 writes the three lines of the MRZ, given joined by newlines.
func EncodeDG1(mrz string) []byte {
	lines := strings.ReplaceAll(mrz, "\n", "")
	return tlv.Encode(tagDG1, tlv.Encode(tagMRZ, []byte(lines)))
}

// EncodeDG2 writes one face image in one biometric template (Doc 9303-10 §4.7.2.1).
func EncodeDG2(p persona.Portrait, sex persona.Sex) []byte {
	header := tlv.Encode(tagBHT,
		tlv.Encode(0x80, []byte{0x01, 0x01}), // ICAO header version
		tlv.Encode(0x81, []byte{0x02}),       // facial features
		tlv.Encode(0x87, []byte{0x01, 0x01}), // format owner ISO/IEC JTC1 SC37
		tlv.Encode(0x88, []byte{0x00, 0x08}), // format: face image
	)
	template := tlv.Encode(tagBIT, header, tlv.Encode(tagBDB, faceRecord(p, sex)))
	return tlv.Encode(tagDG2, tlv.Encode(tagBITGroup, smallInteger(1), template))
}

// faceRecord is the facial record of ISO/IEC 19794-5:2005 §5 with one full
// frontal JPEG image: header of 14 bytes, facial information of 20, image
// information of 12.
func faceRecord(p persona.Portrait, sex persona.Sex) []byte {
	const header, information, image = 14, 20, 12
	gender := byte(1)
	if sex == persona.Female {
		gender = 2
	}
	block := information + image + len(p.JPEG)
	b := append([]byte("FAC\x00010\x00"), binary.BigEndian.AppendUint32(nil, uint32(header+block))...)
	b = binary.BigEndian.AppendUint16(b, 1) // one image
	b = binary.BigEndian.AppendUint32(b, uint32(block))
	b = append(b, 0, 0, gender) // no feature points
	// Eye and hair colour, property mask, expression, pose and its uncertainty: not told.
	b = append(b, make([]byte, 13)...)
	b = append(b, 1, 0) // full frontal, JPEG
	b = binary.BigEndian.AppendUint16(b, uint16(p.Width))
	b = binary.BigEndian.AppendUint16(b, uint16(p.Height))
	b = append(b, 1, 0, 0, 0, 0, 0) // sRGB; source, device and quality not told
	return append(b, p.JPEG...)
}

// encodeDG3 stands for the fingerprints, which no reader without terminal
// authentication sees: the chip refuses the group, only its hash counts.
func encodeDG3() []byte {
	return tlv.Encode(tagDG3, tlv.Encode(tagBITGroup, smallInteger(0)))
}
