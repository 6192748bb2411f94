package cms

import (
	"bytes"

	"chipid/cardlib/tlv"
)

// maxDepth is how deep indefinite lengths may be nested.
const maxDepth = 32

// definite rewrites BER with indefinite lengths (X.690 §8.1.3.6), which some
// programs that make master lists use, with definite ones. What has definite
// lengths throughout is copied as it stands, signed attributes among it. The
// result is nil and false if b needs no rewriting or cannot be rewritten.
func definite(b []byte) ([]byte, bool) {
	r := rewriter{left: tlv.MaxElements}
	out, rest, changed := r.element(b, 0)
	if r.bad || len(rest) > 0 || !changed {
		return nil, false
	}
	return out, true
}

// rewriter counts what it visits, so that no input can keep it busy.
type rewriter struct {
	left int
	bad  bool
}

func (r *rewriter) fail() ([]byte, []byte, bool) {
	r.bad = true
	return nil, nil, false
}

// element returns the first element of b with definite lengths, what follows
// it, and whether anything had to be changed.
func (r *rewriter) element(b []byte, depth int) (out, rest []byte, changed bool) {
	if r.left--; r.left < 0 || depth > maxDepth || len(b) < 2 {
		return r.fail()
	}
	if b[0]&0x20 != 0 && b[0]&0x1F != 0x1F && b[1] == 0x80 {
		content, rest := r.untilEnd(b[2:], depth+1)
		return tlv.Encode(tlv.Tag(b[0]), content), rest, true
	}
	e, rest, err := tlv.Read(b)
	if err != nil {
		return r.fail()
	}
	if !e.Tag.Constructed() {
		return e.Raw, rest, false
	}
	content, changed := r.all(e.Value, depth+1)
	if !changed {
		return e.Raw, rest, false
	}
	return tlv.Encode(e.Tag, content), rest, true
}

// untilEnd rewrites elements up to the end-of-contents octets 00 00.
func (r *rewriter) untilEnd(b []byte, depth int) (content, rest []byte) {
	for !r.bad {
		if bytes.HasPrefix(b, []byte{0, 0}) {
			return content, b[2:]
		}
		var e []byte
		e, b, _ = r.element(b, depth)
		content = append(content, e...)
	}
	return nil, nil
}

// all rewrites the elements that b consists of.
func (r *rewriter) all(b []byte, depth int) (content []byte, changed bool) {
	for len(b) > 0 && !r.bad {
		e, rest, c := r.element(b, depth)
		content, changed, b = append(content, e...), changed || c, rest
	}
	return content, changed
}
