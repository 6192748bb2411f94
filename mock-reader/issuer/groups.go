package issuer

import (
	"strings"

	"chipid/cardlib/tlv"
)

// Tags of Doc 9303-10 §4.6.1, §4.7.1 and §4.7.3.
const (
	tagCOM            = tlv.Tag(0x60)
	tagLDSVersion     = tlv.Tag(0x5F01)
	tagUnicodeVersion = tlv.Tag(0x5F36)
	tagTagList        = tlv.Tag(0x5C)
	tagDG1            = tlv.Tag(0x61)
	tagMRZ            = tlv.Tag(0x5F1F)
	tagDG3            = tlv.Tag(0x63)
)

// groupTags are the tags by which EF.COM lists the groups, DG1 first.
var groupTags = [...]byte{0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70}

// EncodeCOM writes EF.COM: LDS 1.7, Unicode 4.0 and the groups by number.
func EncodeCOM(groups ...int) []byte {
	var list []byte
	for _, n := range groups {
		list = append(list, groupTags[n-1])
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

// encodeDG3 stands for the fingerprints, which no reader without terminal
// authentication sees: the chip refuses the group, only its hash counts.
func encodeDG3() []byte {
	return tlv.Encode(tagDG3, tlv.Encode(tagBITGroup, smallInteger(0)))
}
