package pcsc

import "chipid/cardlib/apdu"

// linkProtocol names the protocol of the link; a contactless card is told by
// its ATR, since the reader says T=1 for it.
func linkProtocol(atr []byte, t0, t1 bool) apdu.Protocol {
	switch {
	case apdu.ContactlessATR(atr):
		return apdu.ProtocolContactless
	case t0:
		return apdu.ProtocolT0
	case t1:
		return apdu.ProtocolT1
	}
	return apdu.ProtocolUnknown
}
