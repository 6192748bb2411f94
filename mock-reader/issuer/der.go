package issuer

import (
	"encoding/asn1"
	"fmt"
	"math/big"
	"slices"
	"time"

	"chipid/cardlib/tlv"
)

// The universal tags used here (ISO/IEC 8825-1).
const (
	tagBoolean         = tlv.Tag(0x01)
	tagInteger         = tlv.Tag(0x02)
	tagBitString       = tlv.Tag(0x03)
	tagOctetString     = tlv.Tag(0x04)
	tagNull            = tlv.Tag(0x05)
	tagOID             = tlv.Tag(0x06)
	tagUTF8String      = tlv.Tag(0x0C)
	tagPrintableString = tlv.Tag(0x13)
	tagIA5String       = tlv.Tag(0x16)
	tagUTCTime         = tlv.Tag(0x17)
	tagGeneralizedTime = tlv.Tag(0x18)
	tagSequence        = tlv.Tag(0x30)
	tagSet             = tlv.Tag(0x31)
)

func sequence(parts ...[]byte) []byte { return tlv.Encode(tagSequence, parts...) }

// setOf writes the elements of a SET OF in the order that DER wants.
func setOf(parts ...[]byte) []byte {
	sorted := slices.Clone(parts)
	slices.SortFunc(sorted, slices.Compare)
	return tlv.Encode(tagSet, sorted...)
}

// context is an element of context-specific class, constructed or primitive.
func context(n int, constructed bool, parts ...[]byte) []byte {
	tag := tlv.Tag(0x80 | n)
	if constructed {
		tag |= 0x20
	}
	return tlv.Encode(tag, parts...)
}

// oid writes an object identifier; those of this package are constants.
func oid(o asn1.ObjectIdentifier) []byte {
	b, err := asn1.Marshal(o)
	if err != nil {
		panic(fmt.Sprintf("issuer: object identifier %v: %v", o, err))
	}
	return b
}

// oidValue is the value of an object identifier without tag and length, as MSE carries it.
func oidValue(o asn1.ObjectIdentifier) []byte { return oid(o)[2:] }

// integer writes a non-negative INTEGER.
func integer(n *big.Int) []byte {
	b := n.Bytes()
	if len(b) == 0 || b[0] >= 0x80 {
		b = append([]byte{0}, b...)
	}
	return tlv.Encode(tagInteger, b)
}

func smallInteger(n int) []byte { return integer(big.NewInt(int64(n))) }

func octets(b []byte) []byte { return tlv.Encode(tagOctetString, b) }

// bitString writes whole bytes.
func bitString(b []byte) []byte { return tlv.Encode(tagBitString, []byte{0}, b) }

func null() []byte { return tlv.Encode(tagNull) }

func printable(s string) []byte { return tlv.Encode(tagPrintableString, []byte(s)) }

func utf8String(s string) []byte { return tlv.Encode(tagUTF8String, []byte(s)) }

// derTime is UTCTime until 2049 and GeneralizedTime from then on (RFC 5280 §4.1.2.5).
func derTime(t time.Time) []byte {
	t = t.UTC()
	if t.Year() < 2050 {
		return tlv.Encode(tagUTCTime, []byte(t.Format("060102150405Z")))
	}
	return tlv.Encode(tagGeneralizedTime, []byte(t.Format("20060102150405Z")))
}
