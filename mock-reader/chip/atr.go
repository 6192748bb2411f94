package chip

import "chipid/cardlib/apdu"

// Bytes of an answer to reset, ISO/IEC 7816-3 §8.2.
const (
	atrDirect     = 0x3B
	atrT1Follows  = 0x80 // TD1 announces TD2: what PC/SC part 3 §3.1.3.2.3 writes for contactless cards
	atrIsT1       = 0x01
	atrHasTD      = 0x80
	maxHistorical = 15
)

// Card capabilities in the historical bytes, ISO/IEC 7816-4 §12.1.1.9: an object
// 73 with selection methods (full name, file identifier, short identifier), data
// coding, and lengths.
const (
	capSelection = 0x94
	capCoding    = 0x21
	capChaining  = 0x80
	capExtended  = 0x40
)

// DefaultATR returns a plausible answer to reset: for contactless cards the one
// that PC/SC readers compose, for contact cards the shortest for T=0 or T=1. The
// historical bytes tell whether extended length is supported.
func DefaultATR(protocol apdu.Protocol, extended bool) []byte {
	lengths := byte(capChaining)
	if extended {
		lengths |= capExtended
	}
	return BuildATR(protocol, []byte{0x80, 0x73, capSelection, capCoding, lengths})
}

// BuildATR composes an answer to reset around historical bytes, of which at most 15 are taken.
func BuildATR(protocol apdu.Protocol, historical []byte) []byte {
	if len(historical) > maxHistorical {
		historical = historical[:maxHistorical]
	}
	k := byte(len(historical))
	switch protocol {
	case apdu.ProtocolT0: // no interface bytes mean T=0 alone, and no TCK
		return append([]byte{atrDirect, k}, historical...)
	case apdu.ProtocolT1:
		return checked(append([]byte{atrDirect, atrHasTD | k, atrIsT1}, historical...))
	}
	return checked(append([]byte{atrDirect, atrHasTD | k, atrT1Follows, atrIsT1}, historical...))
}

// checked appends TCK, so that all bytes after TS give zero by exclusive or.
func checked(atr []byte) []byte {
	tck := byte(0)
	for _, b := range atr[1:] {
		tck ^= b
	}
	return append(atr, tck)
}
