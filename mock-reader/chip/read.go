package chip

import (
	"chipid/cardlib/apdu"
	"chipid/cardlib/tlv"
)

// Tags and limits of READ BINARY with an odd instruction, ISO/IEC 7816-4 §11.3.3.
const (
	tagOffset     tlv.Tag = 0x54
	tagDiscretion tlv.Tag = 0x53
	maxOffsetLen          = 4
)

// readBinary is READ BINARY with INS B0 (Doc 9303-10 §3.6.4): P1-P2 is the
// offset, or P1 names a short file identifier and P2 is the offset.
func (c *Chip) readBinary(cmd apdu.Command, limit int) answer {
	if len(cmd.Data) > 0 {
		return refuse(apdu.SWWrongLength, "ISO/IEC 7816-4 §11.3.3: READ BINARY with INS B0 has no data")
	}
	offset := int(cmd.P1)<<8 | int(cmd.P2)
	if cmd.P1&0x80 != 0 {
		switch {
		case c.profile.Quirks.DropOnShortFileID:
			return refuse(apdu.SWConditionsOfUse, "")
		case c.profile.Quirks.NoShortFileID:
			return refuse(apdu.SWFunctionNotSupported, "")
		case cmd.P1&0x60 != 0:
			return refuse(apdu.SWWrongParametersP1P2, "ISO/IEC 7816-4 §11.3.3: bits 7 and 6 of P1 are zero")
		}
		id := c.byShortID(cmd.P1 & shortIDMask)
		if id == 0 {
			return refuse(apdu.SWFileNotFound, "")
		}
		if _, a := c.open(id); a.sw != 0 {
			return a
		}
		c.s.current, offset = id, int(cmd.P2)
	}
	return c.readCurrent(offset, cmd.Le, 0, limit)
}

// readBinaryOdd is READ BINARY with INS B1: the offset comes in DO 54, the data
// go in DO 53, which counts against Le.
func (c *Chip) readBinaryOdd(cmd apdu.Command, limit int) answer {
	if c.profile.Quirks.NoOddRead {
		return refuse(apdu.SWInsNotSupported, "")
	}
	e, err := tlv.ReadTag(cmd.Data, tagOffset)
	if err != nil || len(e.Value) == 0 || len(e.Value) > maxOffsetLen {
		return refuse(apdu.SWWrongData, "ISO/IEC 7816-4 §11.3.3: the data is DO 54 with the offset")
	}
	id := c.oddFile(cmd)
	if cmd.P1 != 0 || cmd.P2 != 0 {
		if id == 0 {
			return refuse(apdu.SWFileNotFound, "")
		}
		if _, a := c.open(id); a.sw != 0 {
			return a
		}
		c.s.current = id
	}
	a := c.readCurrent(number(e.Value), cmd.Le, headerOf53(cmd.Le), limit)
	if len(a.data) > 0 {
		a.data = tlv.Encode(tagDiscretion, a.data)
	}
	return a
}

// oddFile is the file that P1-P2 of an odd READ BINARY name: 0000 the current
// one, a short identifier alone in the low five bits, or an identifier.
func (c *Chip) oddFile(cmd apdu.Command) uint16 {
	id := uint16(cmd.P1)<<8 | uint16(cmd.P2)
	switch {
	case id == 0:
		return c.s.current
	case id <= shortIDMask:
		return c.byShortID(byte(id))
	}
	return id
}

// readCurrent reads from the current file. le counts the overhead bytes that
// wrap the data; limit is a fault's, 0 for none.
func (c *Chip) readCurrent(offset, le, overhead, limit int) answer {
	if c.s.current == 0 {
		return refuse(apdu.SWNoCurrentEF, "ISO/IEC 7816-4 §11.3.3: no file is selected")
	}
	content, a := c.open(c.s.current)
	q := c.profile.Quirks
	switch {
	case a.sw != 0:
		return a
	case le == 0:
		return refuse(apdu.SWWrongLength, "ISO/IEC 7816-4 §11.3.3: READ BINARY has Le")
	case q.MaxLe > 0 && le > q.MaxLe && q.MaxLeSW != 0:
		return refuse(q.MaxLeSW, "")
	case q.MaxLe > 0 && le > q.MaxLe:
		return refuse(apdu.SWWrongLength, "")
	case offset < 0 || offset >= len(content):
		return refuse(apdu.SWWrongOffset, "")
	}
	want := max(le-overhead, 0)
	for _, most := range []int{c.profile.MaxResponse, limit} {
		if most > 0 {
			want = min(want, most)
		}
	}
	return c.cut(content[offset:], want, le)
}

// cut returns want bytes of what is left of a file, or all of it in the chip's
// habit. An Le of all zeros asks for whatever there is: no warning.
func (c *Chip) cut(left []byte, want, le int) answer {
	if want <= len(left) {
		return done(append([]byte(nil), left[:want]...))
	}
	a := done(append([]byte(nil), left...))
	if le == apdu.MaxShortLe || le == apdu.MaxExtendedLe {
		return a
	}
	switch c.profile.Quirks.EndOfFile {
	case EndWarning:
		a.sw = apdu.SWEndOfFile
	case EndCorrect:
		if len(left) < apdu.MaxShortLe {
			return refuse(swRightLe|apdu.SW(len(left)), "")
		}
	case EndRefused:
		return refuse(apdu.SWWrongOffset, "")
	}
	return a
}

// headerOf53 is how many bytes tag and length of DO 53 take of an answer of n bytes.
func headerOf53(n int) int {
	switch {
	case n <= 0x7F+2:
		return 2
	case n <= 0xFF+3:
		return 3
	}
	return 4
}

// number reads a big-endian number of at most maxOffsetLen bytes.
func number(b []byte) int {
	n := 0
	for _, x := range b {
		n = n<<8 | int(x)
	}
	return n
}
