package probe

import (
	"encoding/asn1"

	"chipid/cardlib/tlv"
)

// Limits on a skeleton.
const (
	maxNodes = 400
	maxDepth = 12
	maxTag   = 0xFFFF // no file of a chip has tags of three bytes
)

const (
	tagInteger  tlv.Tag = 0x02
	tagOID      tlv.Tag = 0x06
	tagSequence tlv.Tag = 0x30
)

// shaper writes a skeleton.
type shaper struct {
	shape  Shape
	fields bool // a SEQUENCE that begins with a small INTEGER is a field of DG13
}

// shapeOf returns the skeleton of a file.
func shapeOf(file []byte, fields bool) Shape {
	s := shaper{Shape{Bytes: len(file), Whole: true, Nodes: []Node{}}, fields}
	s.walk(file, 0)
	return s.shape
}

// walk tells the elements that b is made of. What is not made of elements to its
// last byte is not told at all: its bytes would pass for tags.
func (s *shaper) walk(b []byte, depth int) {
	els, err := tlv.ParseAll(b)
	if err != nil || depth > maxDepth {
		s.shape.Whole = false
		return
	}
	for _, e := range els {
		if len(s.shape.Nodes) == maxNodes || e.Tag > maxTag {
			s.shape.Whole = false
			return
		}
		s.add(e, depth)
		if e.Tag.Constructed() {
			s.walk(e.Value, depth+1)
		}
	}
}

func (s *shaper) add(e tlv.Element, depth int) {
	n := Node{Depth: depth, Tag: e.Tag.String(), Length: len(e.Value)}
	switch {
	case e.Tag == tagOID:
		n.OID = oidText(e)
	case e.Tag == tagSequence && s.fields:
		if first, _, err := tlv.Read(e.Value); err == nil && first.Tag == tagInteger && len(first.Value) == 1 {
			number := int(first.Value[0])
			n.Field = &number
		}
	}
	s.shape.Nodes = append(s.shape.Nodes, n)
}

// maxOID is the longest object identifier that is told, in bytes: the known ones
// have ten, and more could hide something else.
const maxOID = 16

// oidText writes an object identifier with dots; empty if it is none.
func oidText(e tlv.Element) string {
	var oid asn1.ObjectIdentifier
	if len(e.Value) > maxOID {
		return ""
	}
	if rest, err := asn1.Unmarshal(e.Raw, &oid); err != nil || len(rest) > 0 {
		return ""
	}
	return oid.String()
}
