package tlv

// Append appends an element with the shortest length form to dst. Several
// values are written one after the other as one value.
func Append(dst []byte, tag Tag, values ...[]byte) []byte {
	length := 0
	for _, v := range values {
		length += len(v)
	}
	dst = appendTag(dst, tag)
	dst = appendLength(dst, length)
	for _, v := range values {
		dst = append(dst, v...)
	}
	return dst
}

// Encode returns an element; see Append.
func Encode(tag Tag, values ...[]byte) []byte { return Append(nil, tag, values...) }

func appendTag(dst []byte, tag Tag) []byte {
	for shift := 24; shift > 0; shift -= 8 {
		if tag>>shift != 0 {
			dst = append(dst, byte(tag>>shift))
		}
	}
	return append(dst, byte(tag))
}

func appendLength(dst []byte, n int) []byte {
	switch {
	case n < 0x80:
		return append(dst, byte(n))
	case n <= 0xFF:
		return append(dst, 0x81, byte(n))
	case n <= 0xFFFF:
		return append(dst, 0x82, byte(n>>8), byte(n))
	case n <= 0xFFFFFF:
		return append(dst, 0x83, byte(n>>16), byte(n>>8), byte(n))
	}
	return append(dst, 0x84, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
}
