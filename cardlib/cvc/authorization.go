package cvc

import (
	"bytes"
	"fmt"

	"chipid/cardlib/tlv"
)

// TerminalType is the kind of terminal that a chain is for: the value of the
// object identifier in the authorization template (TR-03110-3 C.1.5, C.4).
type TerminalType string

// Terminal types; an eMRTD knows inspection systems.
const (
	InspectionSystem       TerminalType = "\x04\x00\x7F\x00\x07\x03\x01\x02\x01" // 0.4.0.127.0.7.3.1.2.1
	AuthenticationTerminal TerminalType = "\x04\x00\x7F\x00\x07\x03\x01\x02\x02"
	SignatureTerminal      TerminalType = "\x04\x00\x7F\x00\x07\x03\x01\x02\x03"
)

// Role is the holder's place in the chain.
type Role byte

// Roles: the two highest bits of the authorization (Doc 9303-12 §7.2.2).
const (
	Terminal    Role = 0
	DVForeign   Role = 1 // certified for another State's terminals
	DVOfficial  Role = 2 // of the chip's own State
	CountryCVCA Role = 3
)

func (r Role) String() string {
	return [...]string{"terminal", "foreign DV", "official domestic DV", "CVCA"}[r&3]
}

// Access rights of an inspection system (Doc 9303-11 table K-1).
const (
	ReadDG3 byte = 0x01 // fingerprints
	ReadDG4 byte = 0x02 // iris
)

// maxRights is the longest discretionary data accepted, in bytes; authentication
// terminals have five.
const maxRights = 16

// Authorization is a certificate holder authorization template (CHAT).
type Authorization struct {
	Type TerminalType
	// Bits are role and rights, the role in the two highest bits of the first byte.
	Bits []byte
}

// NewAuthorization is that of an inspection system, or of who certifies them.
func NewAuthorization(role Role, rights byte) Authorization {
	return Authorization{Type: InspectionSystem, Bits: []byte{byte(role)<<6 | rights&0x3F}}
}

// Role returns the holder's role.
func (a Authorization) Role() Role {
	if len(a.Bits) == 0 {
		return Terminal
	}
	return Role(a.Bits[0] >> 6)
}

// Allows tells whether an inspection system has all the given rights.
func (a Authorization) Allows(rights byte) bool {
	return a.Type == InspectionSystem && len(a.Bits) > 0 && a.Bits[len(a.Bits)-1]&rights == rights
}

// And is what is left of the rights one step down the chain: the bitwise and of
// the rights, the role of the lower one (Doc 9303-11 §7.1.4.3.6).
func (a Authorization) And(lower Authorization) Authorization {
	if a.Type != lower.Type || len(a.Bits) != len(lower.Bits) || len(a.Bits) == 0 {
		return Authorization{Type: lower.Type, Bits: bytes.Repeat([]byte{0}, len(lower.Bits))}
	}
	bits := make([]byte, len(a.Bits))
	for i := range bits {
		bits[i] = a.Bits[i] & lower.Bits[i]
	}
	bits[0] = bits[0]&0x3F | lower.Bits[0]&0xC0
	return Authorization{Type: lower.Type, Bits: bits}
}

func (a Authorization) String() string { return fmt.Sprintf("%v, rights %X", a.Role(), a.Bits) }

func parseAuthorization(e tlv.Element) (Authorization, error) {
	parts, err := e.Children()
	if err != nil {
		return Authorization{}, malformed("authorization: %w", err)
	}
	if len(parts) != 2 || parts[0].Tag != tagOID || parts[1].Tag != tagDiscretionary ||
		len(parts[1].Value) == 0 || len(parts[1].Value) > maxRights || len(parts[0].Value) > maxOID {
		return Authorization{}, malformed("authorization template")
	}
	return Authorization{TerminalType(parts[0].Value), parts[1].Value}, nil
}

func (a Authorization) encode() []byte {
	return tlv.Encode(tagAuthorization, tlv.Encode(tagOID, []byte(a.Type)), tlv.Encode(tagDiscretionary, a.Bits))
}
