package cms

import (
	"encoding/asn1"
	"strconv"
	"strings"
)

// OID is an object identifier as the bytes of its DER value: comparable, and
// usable as a key of a map without decoding.
type OID string

// NewOID makes an OID of its numbers ("2.23.136.1.1.1"). It panics on what is
// no OID: it is for constants.
func NewOID(dotted string) OID {
	var numbers []uint64
	for _, s := range strings.Split(dotted, ".") {
		n, err := strconv.ParseUint(s, 10, 32)
		if err != nil {
			panic("cms: no object identifier: " + dotted)
		}
		numbers = append(numbers, n)
	}
	if len(numbers) < 2 {
		panic("cms: no object identifier: " + dotted)
	}
	out := appendBase128(nil, numbers[0]*40+numbers[1])
	for _, n := range numbers[2:] {
		out = appendBase128(out, n)
	}
	return OID(out)
}

func oidOf(numbers asn1.ObjectIdentifier) OID { return NewOID(numbers.String()) }

func appendBase128(dst []byte, n uint64) []byte {
	groups := 1
	for v := n >> 7; v > 0; v >>= 7 {
		groups++
	}
	for i := groups - 1; i >= 0; i-- {
		b := byte(n>>(7*i)) & 0x7F
		if i > 0 {
			b |= 0x80
		}
		dst = append(dst, b)
	}
	return dst
}

// parseOID checks the encoding of X.690 §8.19: every number ends and none
// begins with a zero group.
func parseOID(v []byte) (OID, error) {
	if len(v) == 0 || len(v) > maxOID || v[len(v)-1]&0x80 != 0 {
		return "", malformed("object identifier of %d bytes", len(v))
	}
	for i, b := range v {
		if b == 0x80 && (i == 0 || v[i-1]&0x80 == 0) {
			return "", malformed("object identifier with a leading zero")
		}
	}
	return OID(v), nil
}

// String returns the numbers with dots. A number over 2⁶³ is written as "?".
func (o OID) String() string {
	var b strings.Builder
	n, overflow, first := uint64(0), false, true
	for i := range len(o) {
		overflow = overflow || n>>56 != 0
		n = n<<7 | uint64(o[i]&0x7F)
		if o[i]&0x80 != 0 {
			continue
		}
		switch {
		case overflow:
			b.WriteString(".?")
		case first:
			top := min(n/40, 2)
			b.WriteString(strconv.FormatUint(top, 10) + "." + strconv.FormatUint(n-40*top, 10))
		default:
			b.WriteString("." + strconv.FormatUint(n, 10))
		}
		n, overflow, first = 0, false, false
	}
	return b.String()
}
