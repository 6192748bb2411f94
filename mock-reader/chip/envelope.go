package chip

import (
	"fmt"

	"chipid/cardlib/apdu"
)

// Sizes of an extended command in ENVELOPE, in bytes.
const (
	extendedHeader = 7 // CLA INS P1 P2 00 Lc Lc
	extendedLe     = 2
	maxEnvelope    = extendedHeader + apdu.MaxExtendedData + extendedLe
)

// envelope is ENVELOPE under T=0, which brings a command that no TPDU can carry
// in pieces (ISO/IEC 7816-3 §12.2.5, 7816-4 §11.7.2). A piece shorter than 255
// bytes, or an empty one, is the last; so is one that completes the lengths in
// the command itself. What the command answers is fetched by GET RESPONSE.
func (c *Chip) envelope(x *exchange, cmd apdu.Command) (apdu.Response, bool) {
	x.entry.Plain = cmd
	if a := c.fillEnvelope(cmd); a.sw != 0 {
		c.s.envelope = nil
		return malformed(x, a), true
	}
	last := len(cmd.Data) < apdu.MaxShortData
	whole := complete(c.s.envelope)
	switch {
	case !whole && !last:
		x.entry.Name = fmt.Sprintf("ENVELOPE, %d bytes so far", len(c.s.envelope))
		return apdu.Response{SW: apdu.SWSuccess}, true
	case !whole && len(c.s.envelope) == 0:
		return malformed(x, refuse(apdu.SWConditionsOfUse, "ISO/IEC 7816-4 §11.7.2: an empty ENVELOPE ends a string, and there is none")), true
	}
	raw := c.s.envelope
	c.s.envelope = nil
	inner, a := c.frame(raw, false)
	if a.sw == 0 && (inner.INS == apdu.InsEnvelope || inner.INS == apdu.InsGetResponse) {
		a = refuse(apdu.SWInsNotSupported, "ISO/IEC 7816-4 §11.7.2: ENVELOPE holds a command that the transport cannot carry")
	}
	if a.sw != 0 {
		return malformed(x, a), true
	}
	return c.carryOut(x, inner, 0)
}

// fillEnvelope adds a piece.
func (c *Chip) fillEnvelope(cmd apdu.Command) answer {
	switch {
	case cmd.CLA != 0:
		return refuse(apdu.SWClassNotSupported, "ISO/IEC 7816-3 §12.2: the envelope itself has class 00")
	case cmd.P1 != 0 || cmd.P2 != 0:
		return refuse(apdu.SWWrongParametersP1P2, "ISO/IEC 7816-4 §11.7.2: P1-P2 of ENVELOPE is 0000")
	case len(c.s.envelope)+len(cmd.Data) > maxEnvelope:
		return refuse(apdu.SWWrongLength, "ISO/IEC 7816-4 §5.1: longer than any command")
	}
	c.s.envelope = append(c.s.envelope, cmd.Data...)
	return answer{}
}

// complete tells whether b is a whole extended command with data and Le.
func complete(b []byte) bool {
	if len(b) < extendedHeader || b[4] != 0 {
		return false
	}
	return len(b) == extendedHeader+(int(b[5])<<8|int(b[6]))+extendedLe
}
