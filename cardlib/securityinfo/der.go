package securityinfo

import (
	"encoding/asn1"
	"fmt"
	"math/big"

	"chipid/cardlib/tlv"
)

// maxNumber is the longest INTEGER accepted, in bytes: an RSA or DH number of
// 4096 bits with a sign byte.
const maxNumber = 513

// maxOID is the longest object identifier accepted, in bytes.
const maxOID = 64

// ID is an optional INTEGER that names a key or a set of parameters.
type ID struct {
	Value   int
	Present bool
}

// NewID returns a present id.
func NewID(v int) ID { return ID{v, true} }

// Bytes is the id as a data object with tag 84 carries it: unsigned, fewest bytes.
func (id ID) Bytes() []byte {
	if id.Value == 0 {
		return []byte{0}
	}
	return new(big.Int).SetInt64(int64(id.Value)).Bytes()
}

func (id ID) String() string {
	if !id.Present {
		return "no id"
	}
	return fmt.Sprint(id.Value)
}

func parseOID(e tlv.Element) (OID, error) {
	var oid OID
	if e.Tag != tagOID || len(e.Value) > maxOID {
		return nil, fmt.Errorf("%w: no object identifier", ErrMalformed)
	}
	if rest, err := asn1.Unmarshal(e.Raw, &oid); err != nil || len(rest) != 0 {
		return nil, fmt.Errorf("%w: object identifier", ErrMalformed)
	}
	return oid, nil
}

// encodeOID is the value of an object identifier without tag and length.
func encodeOID(oid OID) ([]byte, error) {
	der, err := asn1.Marshal(oid)
	if err != nil {
		return nil, fmt.Errorf("securityinfo: %v: %w", oid, err)
	}
	e, err := tlv.ReadOnly(der)
	return e.Value, err
}

// parseNumber reads an INTEGER that is not negative.
func parseNumber(e tlv.Element) (*big.Int, error) {
	b := e.Value
	switch {
	case e.Tag != tagInteger || len(b) == 0 || len(b) > maxNumber:
		return nil, fmt.Errorf("%w: no integer", ErrMalformed)
	case b[0]&0x80 != 0:
		return nil, fmt.Errorf("%w: negative integer", ErrMalformed)
	}
	return new(big.Int).SetBytes(b), nil
}

// parseSmall reads an INTEGER between 0 and 2³¹−1: versions and ids.
func parseSmall(e tlv.Element) (int, error) {
	n, err := parseNumber(e)
	if err != nil {
		return 0, err
	}
	if n.BitLen() > 31 {
		return 0, fmt.Errorf("%w: integer of %d bits", ErrMalformed, n.BitLen())
	}
	return int(n.Int64()), nil
}

// parseOptionalID reads what is left of a SecurityInfo: nothing, or one id.
func parseOptionalID(rest tlv.Elements) (ID, error) {
	switch len(rest) {
	case 0:
		return ID{}, nil
	case 1:
		n, err := parseSmall(rest[0])
		return ID{n, true}, err
	}
	return ID{}, fmt.Errorf("%w: %d fields too many", ErrMalformed, len(rest)-1)
}

// sequence returns the fields of a SEQUENCE.
func sequence(e tlv.Element) (tlv.Elements, error) {
	if e.Tag != tagSequence {
		return nil, fmt.Errorf("%w: tag %v where a sequence is due", ErrMalformed, e.Tag)
	}
	fields, err := e.Children()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return fields, nil
}
