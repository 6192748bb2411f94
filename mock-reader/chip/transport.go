package chip

import "chipid/cardlib/apdu"

// Bits of the class byte, ISO/IEC 7816-4 §5.4.1.
const (
	claChannel     = 0x03
	claSecure      = 0x0C
	claChaining    = 0x10
	claProprietary = 0x80
	claFurther     = 0x60
)

// Status words that only a chip says.
const (
	swChannelNotSupported  apdu.SW = 0x6881
	swChainingNotSupported apdu.SW = 0x6884
	swLastOfChainExpected  apdu.SW = 0x6883
	swMoreData             apdu.SW = 0x6100
	swRightLe              apdu.SW = 0x6C00
	swLcInconsistent       apdu.SW = 0x6A87
)

// receive takes a command off the wire and puts the answer in the form that the
// protocol allows. It returns false if there is nothing to put.
func (c *Chip) receive(x *exchange, raw []byte) (apdu.Response, bool) {
	cmd, a := c.frame(raw, c.profile.Protocol == apdu.ProtocolT0)
	if a.sw == 0 && cmd.INS == apdu.InsEnvelope && c.profile.Protocol == apdu.ProtocolT0 {
		return c.envelope(x, cmd)
	}
	c.s.envelope = nil
	if a.sw != 0 {
		return malformed(x, a), true
	}
	if c.fetches(cmd) {
		x.entry.Plain, x.entry.Name = cmd, "GET RESPONSE"
		return c.getResponse(x, cmd), true
	}
	return c.carryOut(x, cmd, cmd.Le)
}

// fetches tells whether a command is the transport's GET RESPONSE. Readers give it
// the class of the command before (javax.smartcardio), secure messaging and all, or
// class 00: either fetches what waits. It protects nothing and could not, since
// what it fetches is a piece of an answer that is sealed already.
func (c *Chip) fetches(cmd apdu.Command) bool {
	if cmd.INS != apdu.InsGetResponse {
		return false
	}
	return !cmd.Secured() || len(cmd.Data) == 0 && len(c.s.waiting) > 0
}

// malformed answers what is no command.
func malformed(x *exchange, a answer) apdu.Response {
	x.entry.Name = "malformed command"
	x.entry.note(a.clause)
	return apdu.Response{SW: a.sw}
}

// carryOut performs a command; le is how much the TPDU that brought it takes back.
func (c *Chip) carryOut(x *exchange, cmd apdu.Command, le int) (apdu.Response, bool) {
	c.s.waiting = nil
	resp := c.unsealAndPerform(x, cmd)
	if x.fate != answered {
		return apdu.Response{}, false
	}
	return c.deliver(le, resp), true
}

// frame decodes a command and refuses what the protocol cannot carry; t0 tells
// that it is a TPDU.
func (c *Chip) frame(raw []byte, t0 bool) (apdu.Command, answer) {
	cmd, err := apdu.ParseCommand(raw)
	switch {
	case err != nil:
		return cmd, refuse(apdu.SWWrongLength, "ISO/IEC 7816-4 §5.1: the lengths of the command contradict each other")
	case t0 && cmd.Extended:
		return cmd, refuse(apdu.SWWrongLength, "ISO/IEC 7816-3 §12.2: no extended length in a T=0 TPDU")
	case t0 && len(cmd.Data) > 0 && cmd.Le > 0:
		return cmd, refuse(apdu.SWWrongLength, "ISO/IEC 7816-3 §12.2.2: a T=0 TPDU with data has no Le")
	case cmd.Extended && !c.profile.Extended && c.profile.Protocol != apdu.ProtocolT0:
		return cmd, refuse(apdu.SWWrongLength, "Doc 9303-11 §9.3.1: this chip has no extended length")
	case cmd.CLA == 0xFF:
		return cmd, refuse(apdu.SWClassNotSupported, "ISO/IEC 7816-4 §5.4.1: class FF is invalid")
	case cmd.CLA&claProprietary != 0 || cmd.CLA&claFurther != 0:
		return cmd, refuse(apdu.SWClassNotSupported, "ISO/IEC 7816-4 §5.4.1: class not supported")
	case cmd.CLA&claChannel != 0:
		return cmd, refuse(swChannelNotSupported, "ISO/IEC 7816-4 §5.4.1: no logical channels")
	}
	return cmd, answer{}
}

// deliver fits an answer to what was asked: the rest of a longer one waits for GET RESPONSE.
func (c *Chip) deliver(le int, resp apdu.Response) apdu.Response {
	n, most := len(resp.Data), le
	if c.profile.Protocol == apdu.ProtocolT0 {
		if n > 0 && n < most {
			// A T=0 card must send exactly P3 bytes (ISO/IEC 7816-3 §12.2.3): it says how many it has.
			return apdu.Response{SW: swRightLe | apdu.SW(byte(n))}
		}
		most = min(most, apdu.MaxShortLe)
	}
	if n <= most {
		return resp
	}
	c.s.waiting, c.s.waitingSW = resp.Data[most:], resp.SW
	return apdu.Response{Data: resp.Data[:most], SW: announce(n - most)}
}

// announce is 61xx for n bytes that wait; 00 means 256 or more.
func announce(n int) apdu.SW {
	if n > apdu.MaxShortData {
		n = 0
	}
	return swMoreData | apdu.SW(n)
}

// getResponse hands out what waits. It goes in plain below secure messaging and
// does not end the channel (ISO/IEC 7816-3 §12.2.1).
func (c *Chip) getResponse(x *exchange, cmd apdu.Command) apdu.Response {
	hits := c.struck(cmd.INS, target{})
	if a, settled := c.before(x, hits); settled {
		return apdu.Response{SW: a.sw}
	}
	n := len(c.s.waiting)
	switch {
	case n == 0:
		x.entry.note("ISO/IEC 7816-4 §11.7.1: nothing waits for GET RESPONSE")
		c.endChannel(x, "")
		return apdu.Response{SW: apdu.SWConditionsOfUse}
	case cmd.P1 != 0 || cmd.P2 != 0 || len(cmd.Data) > 0:
		x.entry.note("ISO/IEC 7816-4 §11.7.1: GET RESPONSE has P1-P2 0000 and no data")
		return apdu.Response{SW: apdu.SWWrongParametersP1P2}
	case cmd.Le > n && cmd.Le < apdu.MaxShortLe, cmd.Le > n && c.profile.Protocol == apdu.ProtocolT0:
		return apdu.Response{SW: swRightLe | apdu.SW(byte(n))}
	}
	out := c.s.waiting[:min(n, cmd.Le)]
	c.s.waiting = c.s.waiting[len(out):]
	x.entry.PlainResponse = apdu.Response{Data: out}
	if rest := len(c.s.waiting); rest > 0 {
		return apdu.Response{Data: out, SW: announce(rest)}
	}
	return apdu.Response{Data: out, SW: c.s.waitingSW}
}
