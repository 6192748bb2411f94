package linkmodel

import (
	"time"

	"chipid/cardlib/apdu"
)

// Chip is what a chip takes for its own work.
type Chip struct {
	// Base is for any command, PerByte for each byte that it deciphers, enciphers and
	// authenticates under secure messaging.
	Base, PerByte time.Duration
	// Multiply is a key agreement on a curve of 256 bits, key loading included; a key
	// pair costs the same.
	Multiply time.Duration
	// ECDSA is a signature on such a curve, RSA one with a key of 2048 bits by the
	// Chinese remainder theorem.
	ECDSA, RSA time.Duration
	// Mutual is EXTERNAL AUTHENTICATE of BAC: 3DES and retail MAC, twice.
	Mutual time.Duration
}

// Chips of three generations; the package comment says where they were measured.
var (
	RecentChip = Chip{Base: baseTime, PerByte: 16 * time.Microsecond, Multiply: 28 * time.Millisecond,
		ECDSA: 32 * time.Millisecond, RSA: 61 * time.Millisecond, Mutual: 8 * time.Millisecond}
	TypicalChip = Chip{Base: baseTime, PerByte: 76 * time.Microsecond, Multiply: 64 * time.Millisecond,
		ECDSA: 56 * time.Millisecond, RSA: 201 * time.Millisecond, Mutual: 28 * time.Millisecond}
	OldChip = Chip{Base: baseTime, PerByte: 302 * time.Microsecond, Multiply: 140 * time.Millisecond,
		ECDSA: 88 * time.Millisecond, RSA: 442 * time.Millisecond, Mutual: 36 * time.Millisecond}
)

// baseTime is assumed for dispatching any command.
const baseTime = 2 * time.Millisecond

// rsaAnswer is the shortest answer, in bytes, that must hold an RSA signature.
const rsaAnswer = 120

// Time is what the chip takes for a command of sent bytes with an answer of
// received bytes. Public-key work is counted by Doc 9303-11: PACE with generic
// mapping multiplies three times to map the nonce (a key pair, the shared point,
// the new generator), twice to agree (§4.4.3.3.1, §4.4.3.4); chip authentication
// once (§6.2); active authentication signs (§6.1). GENERAL AUTHENTICATE under
// secure messaging is chip authentication. A chain counts at its last command.
func (c Chip) Time(cmd apdu.Command, sent, received int) time.Duration {
	t := c.Base
	if cmd.Secured() {
		t += time.Duration(sent+received) * c.PerByte
	}
	if cmd.CLA&apdu.ClaChaining != 0 {
		return t
	}
	switch cmd.INS {
	case apdu.InsGeneralAuth:
		t += time.Duration(multiplications(cmd)) * c.Multiply
	case apdu.InsInternalAuth:
		if received > 2 && received < rsaAnswer {
			return t + c.ECDSA
		}
		t += c.RSA
	case apdu.InsExternalAuth:
		t += c.Mutual
	}
	return t
}

// multiplications on the curve that a step of GENERAL AUTHENTICATE needs, told by
// the tag of the object inside 7C (Doc 9303-11 table 5).
func multiplications(cmd apdu.Command) int {
	if cmd.Secured() {
		return 1
	}
	switch stepTag(cmd.Data) {
	case 0x81: // map the nonce
		return 3
	case 0x83: // agree
		return 2
	case 0x80: // chip authentication before secure messaging
		return 1
	}
	return 0
}

// stepTag is the first tag inside 7C, 0 if there is none.
func stepTag(data []byte) byte {
	if len(data) < 3 || data[0] != 0x7C {
		return 0
	}
	at := 2
	if data[1] > 0x80 {
		at += int(data[1] & 0x7F)
	}
	if at >= len(data) {
		return 0
	}
	return data[at]
}
