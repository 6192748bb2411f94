package cmstest

import (
	"encoding/asn1"
	"math/big"
	"time"

	"chipid/cardlib/tlv"
)

// Seq, Set and Octets encode a SEQUENCE, SET or OCTET STRING of what is given.
func Seq(parts ...[]byte) []byte { return tlv.Encode(0x30, parts...) }

// Set encodes a SET.
func Set(parts ...[]byte) []byte { return tlv.Encode(0x31, parts...) }

// Octets encodes an OCTET STRING.
func Octets(parts ...[]byte) []byte { return tlv.Encode(0x04, parts...) }

// OID encodes an object identifier.
func OID(numbers ...int) []byte { return must(asn1.Marshal(asn1.ObjectIdentifier(numbers))) }

// Int encodes an INTEGER.
func Int(n *big.Int) []byte { return must(asn1.Marshal(n)) }

// Small encodes an INTEGER.
func Small(n int64) []byte { return Int(big.NewInt(n)) }

// Bits encodes a BIT STRING of whole bytes.
func Bits(b []byte) []byte { return tlv.Encode(0x03, []byte{0}, b) }

// Time encodes a UTCTime until 2049 and a GeneralizedTime from 2050.
func Time(t time.Time) []byte {
	if t = t.UTC(); t.Year() < 2050 {
		return tlv.Encode(0x17, []byte(t.Format("060102150405Z")))
	}
	return tlv.Encode(0x18, []byte(t.Format("20060102150405Z")))
}

// DN encodes a distinguished name of country, organization and common name;
// what is empty is left out.
func DN(country, organization, common string) []byte {
	var sets [][]byte
	add := func(number int, tag tlv.Tag, value string) {
		if value != "" {
			sets = append(sets, Set(Seq(OID(2, 5, 4, number), tlv.Encode(tag, []byte(value)))))
		}
	}
	add(6, 0x13, country)
	add(10, 0x0C, organization)
	add(3, 0x0C, common)
	return Seq(sets...)
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}
