package lds

import (
	"fmt"
	"strconv"
	"strings"

	"chipid/cardlib/tlv"
)

// Group is the number of a data group, 1 to 16.
type Group int

// The data groups of LDS1 (Doc 9303-10 §4.7).
const (
	DG1 Group = 1 + iota
	DG2
	DG3
	DG4
	DG5
	DG6
	DG7
	DG8
	DG9
	DG10
	DG11
	DG12
	DG13
	DG14
	DG15
	DG16
)

// Tags of the files that are no data groups.
const (
	TagCOM tlv.Tag = 0x60
	TagSOD tlv.Tag = 0x77
)

// tags of DG1 to DG16 (Doc 9303-10 §4.7, table 38).
var groupTags = [...]tlv.Tag{
	0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70,
}

// Groups returns the sixteen data groups in order.
func Groups() []Group {
	all := make([]Group, len(groupTags))
	for i := range all {
		all[i] = Group(i + 1)
	}
	return all
}

// Valid tells whether g is 1 to 16.
func (g Group) Valid() bool { return g >= DG1 && g <= DG16 }

// FileID is the identifier of the group's file, 0101 to 0110; 0 if g is not valid.
func (g Group) FileID() FileID {
	if !g.Valid() {
		return 0
	}
	return 0x0100 | FileID(g)
}

// ShortID is the short file identifier, the number of the group; 0 if g is not valid.
func (g Group) ShortID() byte {
	if !g.Valid() {
		return 0
	}
	return byte(g)
}

// Tag is the tag that the file begins with; 0 if g is not valid.
func (g Group) Tag() tlv.Tag {
	if !g.Valid() {
		return 0
	}
	return groupTags[g-1]
}

// String is "DG1" to "DG16".
func (g Group) String() string { return fmt.Sprintf("DG%d", int(g)) }

// ByTag finds the group whose file begins with the tag.
func ByTag(tag tlv.Tag) (Group, bool) {
	for i, t := range groupTags {
		if t == tag {
			return Group(i + 1), true
		}
	}
	return 0, false
}

// ByName finds a group by its name, "DG13", in capitals or not.
func ByName(name string) (Group, bool) {
	digits, found := strings.CutPrefix(strings.ToUpper(name), "DG")
	n, err := strconv.Atoi(digits)
	g := Group(n)
	if !found || err != nil || !g.Valid() || g.String() != "DG"+digits {
		return 0, false
	}
	return g, true
}

// ByFileID finds the group of a file under the eMRTD application.
func ByFileID(id FileID) (Group, bool) {
	g := Group(id & 0xFF)
	return g, id>>8 == 0x01 && g.Valid()
}
