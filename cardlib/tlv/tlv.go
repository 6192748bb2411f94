package tlv

import (
	"errors"
	"fmt"
)

// Limits on what is accepted from a chip.
const (
	// MaxDepth is how deep Walk descends.
	MaxDepth = 32
	// MaxLength is the longest value accepted, in bytes (16 MiB).
	MaxLength = 1 << 24
	// MaxElements is how many elements Walk visits and ParseAll returns.
	MaxElements = 1 << 14
)

// Errors of parsing; they are wrapped with the place where they occurred.
var (
	ErrTruncated  = errors.New("tlv: input ends inside an element")
	ErrIndefinite = errors.New("tlv: indefinite length")
	ErrTooLong    = errors.New("tlv: length over the limit")
	ErrTag        = errors.New("tlv: malformed tag")
	ErrTooDeep    = errors.New("tlv: nested too deeply")
	ErrTooMany    = errors.New("tlv: too many elements")
)

// Tag is a tag as its bytes stand on the wire: 0x30, 0x5F1F, 0x7F49.
type Tag uint32

// Constructed tells whether the value of an element with this tag is made of
// elements (bit 6 of the first tag byte, ISO/IEC 8825-1 §8.1.2.5).
func (t Tag) Constructed() bool {
	for t > 0xFF {
		t >>= 8
	}
	return t&0x20 != 0
}

func (t Tag) String() string { return fmt.Sprintf("%02X", uint32(t)) }

// Element is one TLV element. Raw holds tag, length and value as read, which is
// what hashes are taken over.
type Element struct {
	Tag   Tag
	Value []byte
	Raw   []byte
}

// Children parses the value as a sequence of elements.
func (e Element) Children() (Elements, error) {
	els, err := ParseAll(e.Value)
	if err != nil {
		return nil, fmt.Errorf("in %v: %w", e.Tag, err)
	}
	return els, nil
}

// Header reads the tag and the length at the start of b. It returns the number
// of bytes that they take and the length of the value that follows, which need
// not be in b: a file's size is known from its first bytes.
func Header(b []byte) (tag Tag, headerLen, valueLen int, err error) {
	tag, n, err := readTag(b)
	if err != nil {
		return 0, 0, 0, err
	}
	length, m, err := readLength(b[n:])
	if err != nil {
		return 0, 0, 0, fmt.Errorf("tag %v: %w", tag, err)
	}
	return tag, n + m, length, nil
}

// Read reads one element at the start of b and returns what follows it.
func Read(b []byte) (Element, []byte, error) {
	tag, h, n, err := Header(b)
	if err != nil {
		return Element{}, nil, err
	}
	if len(b)-h < n {
		return Element{}, nil, fmt.Errorf("tag %v wants %d bytes, %d left: %w", tag, n, len(b)-h, ErrTruncated)
	}
	end := h + n
	return Element{Tag: tag, Value: b[h:end:end], Raw: b[:end:end]}, b[end:], nil
}

// ReadOnly reads the one element that b consists of; bytes after it are an error.
func ReadOnly(b []byte) (Element, error) {
	e, rest, err := Read(b)
	if err != nil {
		return Element{}, err
	}
	if len(rest) != 0 {
		return Element{}, fmt.Errorf("tlv: %d bytes after the element %v", len(rest), e.Tag)
	}
	return e, nil
}

// ReadTag is ReadOnly for an element that must bear the given tag.
func ReadTag(b []byte, want Tag) (Element, error) {
	e, err := ReadOnly(b)
	if err == nil && e.Tag != want {
		return Element{}, fmt.Errorf("tlv: tag %v where %v is due", e.Tag, want)
	}
	return e, err
}

// Elements are siblings, in the order read.
type Elements []Element

// ParseAll parses b as a sequence of sibling elements.
func ParseAll(b []byte) (Elements, error) {
	var els Elements
	for len(b) > 0 {
		if len(els) == MaxElements {
			return nil, ErrTooMany
		}
		e, rest, err := Read(b)
		if err != nil {
			return nil, err
		}
		els, b = append(els, e), rest
	}
	return els, nil
}

// Find returns the first element with the tag.
func (els Elements) Find(tag Tag) (Element, bool) {
	for _, e := range els {
		if e.Tag == tag {
			return e, true
		}
	}
	return Element{}, false
}

// All returns the elements with the tag.
func (els Elements) All(tag Tag) Elements {
	var found Elements
	for _, e := range els {
		if e.Tag == tag {
			found = append(found, e)
		}
	}
	return found
}

// Walk visits every element of b depth-first, parents before children. It
// descends into constructed elements if visit returns true. At most MaxDepth
// levels and MaxElements elements are visited; more is an error.
func Walk(b []byte, visit func(depth int, e Element) bool) error {
	type level struct {
		rest  []byte
		depth int
	}
	stack := []level{{b, 0}}
	for count := 0; len(stack) > 0; {
		top := &stack[len(stack)-1]
		if len(top.rest) == 0 {
			stack = stack[:len(stack)-1]
			continue
		}
		if count++; count > MaxElements {
			return ErrTooMany
		}
		e, rest, err := Read(top.rest)
		if err != nil {
			return err
		}
		top.rest = rest
		depth := top.depth
		if visit(depth, e) && e.Tag.Constructed() {
			if depth+1 >= MaxDepth {
				return ErrTooDeep
			}
			stack = append(stack, level{e.Value, depth + 1})
		}
	}
	return nil
}

// readTag reads a tag of up to four bytes (ISO/IEC 7816-4 §5.2.2.1 allows three).
func readTag(b []byte) (Tag, int, error) {
	if len(b) == 0 {
		return 0, 0, ErrTruncated
	}
	tag := Tag(b[0])
	if b[0]&0x1F != 0x1F {
		return tag, 1, nil
	}
	for n := 1; n < 4; n++ {
		if n >= len(b) {
			return 0, 0, ErrTruncated
		}
		if n == 1 && b[n] == 0x80 {
			return 0, 0, ErrTag // the number has a leading zero
		}
		tag = tag<<8 | Tag(b[n])
		if b[n]&0x80 == 0 {
			return tag, n + 1, nil
		}
	}
	return 0, 0, ErrTag
}

// readLength reads a definite length of up to four bytes after the first. A
// length that takes more bytes than needed is accepted: some chips write so.
func readLength(b []byte) (int, int, error) {
	if len(b) == 0 {
		return 0, 0, ErrTruncated
	}
	if b[0] < 0x80 {
		return int(b[0]), 1, nil
	}
	n := int(b[0] & 0x7F)
	if n == 0 {
		return 0, 0, ErrIndefinite
	}
	if n > 4 {
		return 0, 0, ErrTooLong
	}
	if len(b) < 1+n {
		return 0, 0, ErrTruncated
	}
	length := uint64(0)
	for _, x := range b[1 : 1+n] {
		length = length<<8 | uint64(x)
	}
	if length > MaxLength {
		return 0, 0, ErrTooLong
	}
	return int(length), 1 + n, nil
}
