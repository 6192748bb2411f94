package apdu

// ExtendedAnnounced tells whether the historical bytes of an ATR announce
// extended length: card capabilities (compact-TLV tag 7), third byte, bit 7
// (ISO/IEC 7816-4 §12.1.1.9 table 119, ISO/IEC 7816-3 §8.2 for the ATR). What
// an ATR announces is to be tried, not believed: reader and driver have limits too.
func ExtendedAnnounced(atr []byte) bool {
	historical, ok := historicalBytes(atr)
	if !ok || len(historical) == 0 {
		return false
	}
	body := historical[1:]
	switch historical[0] {
	case 0x80: // compact-TLV objects only
	case 0x00: // compact-TLV objects, then three bytes of status
		body = body[:max(0, len(body)-3)]
	default:
		return false
	}
	for len(body) > 0 {
		tag, n := body[0]>>4, int(body[0]&0x0F)
		if len(body) < 1+n {
			return false
		}
		if tag == 7 && n >= 3 {
			return body[3]&0x40 != 0
		}
		body = body[1+n:]
	}
	return false
}

// historicalBytes steps over the interface bytes of an ATR (ISO/IEC 7816-3 §8.2).
func historicalBytes(atr []byte) ([]byte, bool) {
	if len(atr) < 2 {
		return nil, false
	}
	present, count := atr[1]>>4, int(atr[1]&0x0F)
	at := 2
	for present != 0 {
		next := byte(0)
		for bit := byte(1); bit <= 8; bit <<= 1 {
			if present&bit == 0 {
				continue
			}
			if at >= len(atr) {
				return nil, false
			}
			if bit == 8 {
				next = atr[at] >> 4
			}
			at++
		}
		present = next
	}
	if len(atr) < at+count {
		return nil, false
	}
	return atr[at : at+count], true
}

// ContactlessATR tells whether an ATR is the one that a PC/SC reader makes up
// for a contactless card (PC/SC part 3 §3.1.3.2.3: 3B 8n 80 01 …).
func ContactlessATR(atr []byte) bool {
	return len(atr) >= 4 && atr[0] == 0x3B && atr[1]&0xF0 == 0x80 && atr[2] == 0x80 && atr[3] == 0x01
}
