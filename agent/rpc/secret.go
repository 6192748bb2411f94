package rpc

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// What of a message is no business of this process: params.key, the texts in it.
const (
	paramsMember = "params"
	keyMember    = "key"
)

// cutKey takes the key out of a message and returns it as it stands there, a string
// in JSON; nil for none. In its place stays a text of no meaning that is as long in
// letters, so that whatever judges the message judges it as before; bytes that are
// left over are spaces behind it. A message with several keys, which is refused,
// loses all of them. One that is no JSON keeps what stands behind its fault.
//
// It works on the bytes alone: a string of Go cannot be overwritten.
func cutKey(message []byte) []byte {
	c := &cutter{b: message}
	c.value(nil, 0)
	return c.found
}

// cutter walks over JSON. It stops at the first thing that is none: the parser
// behind it says what is wrong.
type cutter struct {
	b     []byte
	at    int
	found []byte
}

// value walks over a value at a path of member names and tells whether it was one.
func (c *cutter) value(path []string, depth int) bool {
	c.space()
	if c.at >= len(c.b) || depth > maxDepth {
		return false
	}
	switch c.b[c.at] {
	case '{':
		return c.object(path, depth)
	case '[':
		return c.list('[', ']', func() bool { return c.value(nil, depth+1) })
	case '"':
		s, ok := c.text()
		if ok && len(path) == 3 {
			c.cut(s)
		}
		return ok
	}
	start := c.at
	for c.at < len(c.b) && !bytes.ContainsRune([]byte(" \t\r\n,]}:\"[{"), rune(c.b[c.at])) {
		c.at++
	}
	return c.at > start
}

// object walks over an object. Only the way to the key is remembered: params, key,
// any kind.
func (c *cutter) object(path []string, depth int) bool {
	return c.list('{', '}', func() bool {
		c.space()
		if c.at >= len(c.b) || c.b[c.at] != '"' {
			return false
		}
		name, ok := c.text()
		if !ok {
			return false
		}
		c.space()
		if c.at >= len(c.b) || c.b[c.at] != ':' {
			return false
		}
		c.at++
		var inside []string
		switch {
		case depth == 0 && name.is(paramsMember):
			inside = []string{paramsMember}
		case len(path) == 1 && name.is(keyMember):
			inside = []string{paramsMember, keyMember}
		case len(path) == 2:
			inside = []string{paramsMember, keyMember, ""}
		}
		return c.value(inside, depth+1)
	})
}

// list walks over what stands between two brackets, parted by commas.
func (c *cutter) list(begin, end byte, each func() bool) bool {
	c.at++ // begin
	c.space()
	if c.at < len(c.b) && c.b[c.at] == end {
		c.at++
		return true
	}
	for each() {
		c.space()
		if c.at >= len(c.b) {
			return false
		}
		c.at++
		switch c.b[c.at-1] {
		case end:
			return true
		case ',':
		default:
			return false
		}
	}
	return false
}

func (c *cutter) space() {
	for c.at < len(c.b) && bytes.IndexByte([]byte(" \t\r\n"), c.b[c.at]) >= 0 {
		c.at++
	}
}

// text walks over a string.
func (c *cutter) text() (literal, bool) {
	start := c.at
	for c.at++; c.at < len(c.b); c.at++ {
		switch c.b[c.at] {
		case '\\':
			c.at++
		case '"':
			c.at++
			return literal(c.b[start:c.at]), true
		}
	}
	return nil, false
}

// cut keeps a string and writes letters over it. One that the parser would refuse
// stays, to be refused.
func (c *cutter) cut(s literal) {
	n, ok := s.letters()
	if !ok {
		return
	}
	clear(c.found) // there is one key, or the message is refused
	c.found = bytes.Clone(s)
	for i := range s[1:] {
		s[i+1] = ' '
	}
	for i := range n {
		s[i+1] = '.'
	}
	s[n+1] = '"'
}

// literal is a string as JSON writes it, quotes included.
type literal []byte

// letters counts the code points of the string, and tells whether it is a proper one.
func (s literal) letters() (n int, ok bool) {
	ok = s.each(func(rune) bool { n++; return true })
	return n, ok
}

// is compares the string with a name.
func (s literal) is(name string) bool {
	same := true
	rest := name
	ok := s.each(func(r rune) bool {
		want, size := utf8.DecodeRuneInString(rest)
		same = size > 0 && want == r
		rest = rest[size:]
		return same
	})
	return ok && same && rest == ""
}

// each gives the code points of the string, as encoding/json reads them, until f
// has enough; false for a string that encoding/json refuses.
func (s literal) each(f func(rune) bool) bool {
	b := s[1 : len(s)-1]
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		switch {
		case r < ' ':
			return false
		case r == '\\':
			if r, size = escape(b); size == 0 {
				return false
			}
		}
		if !f(r) {
			return true
		}
		b = b[size:]
	}
	return true
}

// escape reads an escape at the beginning of b: the code point and its length, 0 for none.
func escape(b []byte) (rune, int) {
	if len(b) < 2 {
		return 0, 0
	}
	if i := bytes.IndexByte([]byte(`"\/bfnrt`), b[1]); i >= 0 {
		return rune("\"\\/\b\f\n\r\t"[i]), 2
	}
	r := unicodeEscape(b)
	if r < 0 {
		return 0, 0
	}
	if utf16.IsSurrogate(r) {
		if pair := utf16.DecodeRune(r, unicodeEscape(b[6:])); pair != utf8.RuneError {
			return pair, 12
		}
		return utf8.RuneError, 6
	}
	return r, 6
}

// unicodeEscape reads \uXXXX; -1 for anything else.
func unicodeEscape(b []byte) rune {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return -1
	}
	var r rune
	for _, digit := range b[2:6] {
		v := bytes.IndexByte([]byte("0123456789abcdef"), digit|0x20)
		if v < 0 || digit < '0' {
			return -1
		}
		r = r<<4 | rune(v)
	}
	return r
}
