package apdu

import (
	"errors"
	"fmt"
)

// Lengths of ISO/IEC 7816-4 §5.1, in bytes.
const (
	MaxShortData    = 255
	MaxShortLe      = 256
	MaxExtendedData = 65535
	MaxExtendedLe   = 65536
)

// Instructions used by eMRTD readers (ISO/IEC 7816-4 §5.1.2, TR-03110-3 B).
const (
	InsSelect             = 0xA4
	InsReadBinary         = 0xB0
	InsReadBinaryOdd      = 0xB1
	InsGetChallenge       = 0x84
	InsExternalAuth       = 0x82
	InsInternalAuth       = 0x88
	InsMSE                = 0x22
	InsGeneralAuth        = 0x86
	InsPSO                = 0x2A
	InsGetResponse        = 0xC0
	InsEnvelope           = 0xC2
	ClaSecureMessaging    = 0x0C
	ClaChaining           = 0x10
	classSecureMessageBit = 0x0C
)

// Command is a command APDU before it is encoded.
type Command struct {
	CLA, INS, P1, P2 byte
	// Data is the command data, at most MaxExtendedData bytes.
	Data []byte
	// Le is how many bytes of answer are wanted: 0 none, up to MaxExtendedLe.
	// MaxShortLe is written as 00, MaxExtendedLe as 0000.
	Le int
	// Extended asks for the extended form even where the short one would do.
	Extended bool
}

// ErrCommand is a command that no APDU can carry, or bytes that are no command.
var ErrCommand = errors.New("apdu: malformed command")

// NeedsExtended tells whether the command fits only the extended form.
func (c Command) NeedsExtended() bool {
	return c.Extended || len(c.Data) > MaxShortData || c.Le > MaxShortLe
}

// Secured tells whether the class byte announces secure messaging.
func (c Command) Secured() bool { return c.CLA&classSecureMessageBit == classSecureMessageBit }

// Header returns CLA, INS, P1, P2.
func (c Command) Header() [4]byte { return [4]byte{c.CLA, c.INS, c.P1, c.P2} }

// Bytes encodes the command, in the short form unless NeedsExtended.
func (c Command) Bytes() ([]byte, error) {
	if len(c.Data) > MaxExtendedData || c.Le < 0 || c.Le > MaxExtendedLe {
		return nil, fmt.Errorf("%w: %d bytes of data, Le %d", ErrCommand, len(c.Data), c.Le)
	}
	b := make([]byte, 0, 4+3+len(c.Data)+3)
	b = append(b, c.CLA, c.INS, c.P1, c.P2)
	if !c.NeedsExtended() {
		if len(c.Data) > 0 {
			b = append(b, byte(len(c.Data)))
			b = append(b, c.Data...)
		}
		if c.Le > 0 {
			b = append(b, byte(c.Le))
		}
		return b, nil
	}
	if len(c.Data) > 0 {
		b = append(b, 0, byte(len(c.Data)>>8), byte(len(c.Data)))
		b = append(b, c.Data...)
	}
	if c.Le > 0 {
		if len(c.Data) == 0 {
			b = append(b, 0)
		}
		b = append(b, byte(c.Le>>8), byte(c.Le))
	}
	return b, nil
}

// ParseCommand decodes a command APDU; it is the card's side of Bytes.
// Data is a sub-slice of b.
func ParseCommand(b []byte) (Command, error) {
	if len(b) < 4 {
		return Command{}, fmt.Errorf("%w: %d bytes", ErrCommand, len(b))
	}
	c := Command{CLA: b[0], INS: b[1], P1: b[2], P2: b[3]}
	body := b[4:]
	switch {
	case len(body) == 0: // case 1
		return c, nil
	case len(body) == 1: // case 2 short
		c.Le = decodeLe(int(body[0]), MaxShortLe)
		return c, nil
	case body[0] != 0:
		return c.parseShort(body)
	}
	return c.parseExtended(body)
}

func (c Command) parseShort(body []byte) (Command, error) {
	n := int(body[0])
	switch len(body) - 1 - n {
	case 0: // case 3
	case 1: // case 4
		c.Le = decodeLe(int(body[1+n]), MaxShortLe)
	default:
		return Command{}, fmt.Errorf("%w: Lc %d, %d bytes after it", ErrCommand, n, len(body)-1)
	}
	c.Data = body[1 : 1+n : 1+n]
	return c, nil
}

func (c Command) parseExtended(body []byte) (Command, error) {
	if len(body) < 3 {
		return Command{}, fmt.Errorf("%w: extended length cut off", ErrCommand)
	}
	c.Extended = true
	n := int(body[1])<<8 | int(body[2])
	if len(body) == 3 { // case 2
		c.Le = decodeLe(n, MaxExtendedLe)
		return c, nil
	}
	rest := body[3:]
	switch {
	case n == 0:
		return Command{}, fmt.Errorf("%w: extended Lc 0", ErrCommand)
	case len(rest) == n: // case 3
	case len(rest) == n+2: // case 4
		c.Le = decodeLe(int(rest[n])<<8|int(rest[n+1]), MaxExtendedLe)
	default:
		return Command{}, fmt.Errorf("%w: extended Lc %d, %d bytes after it", ErrCommand, n, len(rest))
	}
	c.Data = rest[:n:n]
	return c, nil
}

func decodeLe(n, zero int) int {
	if n == 0 {
		return zero
	}
	return n
}
