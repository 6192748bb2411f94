package cms

import (
	"math/big"

	"chipid/cardlib/tlv"
)

// The universal tags of ASN.1 that occur (X.680 §8.4) and the context tags [0] to [4].
const (
	tagBoolean     tlv.Tag = 0x01
	tagInteger     tlv.Tag = 0x02
	tagBitString   tlv.Tag = 0x03
	tagOctetString tlv.Tag = 0x04
	tagNull        tlv.Tag = 0x05
	tagOID         tlv.Tag = 0x06
	tagEnumerated  tlv.Tag = 0x0A
	tagUTCTime     tlv.Tag = 0x17
	tagGenTime     tlv.Tag = 0x18
	tagOctets      tlv.Tag = 0x24 // OCTET STRING in pieces (BER)
	tagSequence    tlv.Tag = 0x30
	tagSet         tlv.Tag = 0x31

	tagPrim0 tlv.Tag = 0x80
	tagPrim1 tlv.Tag = 0x81
	tagPrim2 tlv.Tag = 0x82
	tagCons0 tlv.Tag = 0xA0
	tagCons1 tlv.Tag = 0xA1
	tagCons2 tlv.Tag = 0xA2
	tagCons3 tlv.Tag = 0xA3
)

// cursor walks the elements of one constructed value in the order of its ASN.1
// definition. The first error sticks and every later step yields nothing, so
// that a parser reads like the definition and checks once, with end.
type cursor struct {
	rest []byte
	err  error
}

func open(e tlv.Element) *cursor { return &cursor{rest: e.Value} }

// peek returns the tag that comes next, or 0 at the end.
func (c *cursor) peek() tlv.Tag {
	if c.err != nil || len(c.rest) == 0 {
		return 0
	}
	tag, _, _, err := tlv.Header(c.rest)
	if err != nil {
		c.err = malformed("%w", err)
		return 0
	}
	return tag
}

// next takes whatever comes next.
func (c *cursor) next() tlv.Element {
	if c.err != nil {
		return tlv.Element{}
	}
	e, rest, err := tlv.Read(c.rest)
	if err != nil {
		c.err = malformed("%w", err)
		return tlv.Element{}
	}
	c.rest = rest
	return e
}

// take takes an element that must bear the tag.
func (c *cursor) take(tag tlv.Tag) tlv.Element {
	e := c.next()
	if c.err == nil && e.Tag != tag {
		c.err = malformed("tag %v where %v is due", e.Tag, tag)
		return tlv.Element{}
	}
	return e
}

// maybe takes an OPTIONAL element.
func (c *cursor) maybe(tag tlv.Tag) (tlv.Element, bool) {
	if c.peek() != tag {
		return tlv.Element{}, false
	}
	e := c.next()
	return e, c.err == nil
}

// enter takes a constructed element and returns a cursor over what is in it.
func (c *cursor) enter(tag tlv.Tag) *cursor {
	e := c.take(tag)
	return &cursor{rest: e.Value, err: c.err}
}

// more tells whether anything is left.
func (c *cursor) more() bool { return c.err == nil && len(c.rest) > 0 }

// end returns the first error; bytes left over are one.
func (c *cursor) end() error {
	if c.err == nil && len(c.rest) > 0 {
		c.err = malformed("%d bytes too many", len(c.rest))
	}
	return c.err
}

// fail lets err stick unless an earlier one does.
func (c *cursor) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// oid takes an OBJECT IDENTIFIER.
func (c *cursor) oid() OID {
	e := c.take(tagOID)
	if c.err != nil {
		return ""
	}
	oid, err := parseOID(e.Value)
	c.fail(err)
	return oid
}

// small takes an INTEGER between 0 and 2³¹−1.
func (c *cursor) small() int {
	e := c.take(tagInteger)
	if c.err != nil {
		return 0
	}
	n, err := smallInteger(e.Value)
	c.fail(err)
	return n
}

// natural takes an INTEGER that is not negative, of at most maxInteger bytes.
func (c *cursor) natural() *big.Int {
	e := c.take(tagInteger)
	if c.err != nil {
		return nil
	}
	v := e.Value
	if len(v) == 0 || len(v) > maxInteger || v[0]&0x80 != 0 {
		c.fail(malformed("integer of %d bytes", len(v)))
		return nil
	}
	return new(big.Int).SetBytes(v)
}

// bits takes a BIT STRING of whole bytes.
func (c *cursor) bits() []byte {
	e := c.take(tagBitString)
	if c.err != nil {
		return nil
	}
	if len(e.Value) == 0 || e.Value[0] != 0 {
		c.fail(malformed("bit string of no whole bytes"))
		return nil
	}
	return e.Value[1:]
}

// boolean takes a BOOLEAN. DER writes true as FF; some write 01.
func (c *cursor) boolean() bool {
	e := c.take(tagBoolean)
	if c.err == nil && len(e.Value) != 1 {
		c.fail(malformed("boolean of %d bytes", len(e.Value)))
	}
	return c.err == nil && e.Value[0] != 0
}

func smallInteger(v []byte) (int, error) {
	if len(v) == 0 || len(v) > 4 || v[0]&0x80 != 0 {
		return 0, malformed("integer of %d bytes where a small one is due", len(v))
	}
	n := 0
	for _, b := range v {
		n = n<<8 | int(b)
	}
	return n, nil
}
