package chip

import (
	"crypto/subtle"

	"chipid/cardlib/apdu"
	"chipid/cardlib/tlv"
)

// Tags of secure messaging, Doc 9303-11 §9.8.4.
const (
	tagPlainValue tlv.Tag = 0x85 // encrypted, no padding indicator: odd instructions
	tagCryptogram tlv.Tag = 0x87
	tagMAC        tlv.Tag = 0x8E
	tagLe         tlv.Tag = 0x97
	tagStatus     tlv.Tag = 0x99

	paddingIndicator = 0x01
)

// channel is secure messaging as the chip keeps it.
type channel struct {
	cipher   Cipher
	enc, mac []byte
	ssc      []byte
	dead     bool     // refuses everything: a copy without the private key
	bluff    bool     // answers everything with 9000 and a MAC that it cannot know
	answers  *channel // seals the answers, nil for this one
}

// newChannel derives the session keys (Doc 9303-11 §9.7.4). ssc nil is zero.
func newChannel(c Cipher, secret, ssc []byte) *channel {
	if ssc == nil {
		ssc = make([]byte, c.blockSize())
	}
	return &channel{cipher: c, enc: c.derive(secret, deriveEnc), mac: c.derive(secret, deriveMAC), ssc: ssc}
}

// count increments the send sequence counter, before every command and every response.
func (ch *channel) count() {
	for i := len(ch.ssc) - 1; i >= 0; i-- {
		if ch.ssc[i]++; ch.ssc[i] != 0 {
			return
		}
	}
}

// unsealAndPerform removes secure messaging from a command, carries it out and
// seals the answer. New keys come into force after the answer
// (Doc 9303-11 §9.8.2).
func (c *Chip) unsealAndPerform(x *exchange, cmd apdu.Command) apdu.Response {
	resp := c.perhapsSecured(x, cmd)
	if c.s.next != nil && x.fate == answered {
		c.s.channel, c.s.next = c.s.next, nil
	}
	return resp
}

func (c *Chip) perhapsSecured(x *exchange, cmd apdu.Command) apdu.Response {
	ch, secure := c.s.channel, cmd.CLA&claSecure
	switch {
	case secure == 0:
		if ch != nil {
			c.endChannel(x, "Doc 9303-11 §9.8.3: a plain command ends secure messaging")
		}
		a := c.perform(x, cmd)
		return apdu.Response{Data: a.data, SW: a.sw}
	case secure != claSecure:
		return c.broken(x, cmd, refuse(apdu.SWSMNotSupported, "Doc 9303-11 §9.8.4: the header must be authenticated, CLA 0C"))
	case ch == nil:
		return c.broken(x, cmd, refuse(apdu.SWSMNotSupported, "Doc 9303-11 §9.8.1: secure messaging without a session"))
	}
	x.entry.Secured = true
	if ch.bluff {
		return c.bluff(x, cmd)
	}
	if cmd.Le == 0 && c.profile.Protocol != apdu.ProtocolT0 {
		return c.broken(x, cmd, refuse(apdu.SWWrongLength, "Doc 9303-11 §9.8.4: a protected command has Le"))
	}
	plain, a := ch.unseal(cmd)
	if a.sw != 0 {
		return c.broken(x, cmd, a)
	}
	a = c.perform(x, plain)
	if x.bare || c.drops(plain, a) {
		c.endChannel(x, "")
		return apdu.Response{SW: a.sw}
	}
	if ch.answers != nil {
		ch = ch.answers
	}
	return ch.seal(plain.INS, a, x.seal)
}

// bluff answers as if the command had been understood: DO 99 with 9000, and DO
// 8E with random bytes.
func (c *Chip) bluff(x *exchange, cmd apdu.Command) apdu.Response {
	x.entry.Name = "protected " + instructionName(cmd) + " (not understood)"
	out := tlv.Encode(tagStatus, []byte{apdu.SWSuccess.SW1(), apdu.SWSuccess.SW2()})
	return apdu.Response{Data: tlv.Append(out, tagMAC, c.noise(macLen)), SW: apdu.SWSuccess}
}

// broken answers a command that breaks secure messaging: in plain, and the
// channel is over (Doc 9303-11 §9.8.5).
func (c *Chip) broken(x *exchange, cmd apdu.Command, a answer) apdu.Response {
	x.entry.Name = "protected " + instructionName(cmd)
	c.endChannel(x, a.clause)
	return apdu.Response{SW: a.sw}
}

// drops tells whether the chip answers a command in plain and ends the channel over it.
func (c *Chip) drops(cmd apdu.Command, a answer) bool {
	q := c.profile.Quirks
	return q.DropOnRefusedSelect && cmd.INS == apdu.InsSelect && !a.sw.OK() ||
		q.DropOnShortFileID && cmd.INS == apdu.InsReadBinary && cmd.P1&0x80 != 0
}

// endChannel deletes the keys and takes the access rights back (Doc 9303-11 §9.8.3).
func (c *Chip) endChannel(x *exchange, clause string) {
	x.entry.note(clause)
	if c.s.channel == nil {
		return
	}
	x.entry.ChannelEnded = true
	keep := session{inApplication: c.s.inApplication, current: c.s.current, paceFailed: c.s.paceFailed}
	c.s = keep
}

// unseal checks and decrypts a protected command. The objects must come in the
// order of Doc 9303-11 §9.8.4: [85 or 87] [97] 8E.
func (ch *channel) unseal(cmd apdu.Command) (apdu.Command, answer) {
	ch.count()
	els, err := tlv.ParseAll(cmd.Data)
	if err != nil {
		return cmd, refuse(apdu.SWSMObjectsIncorrect, "Doc 9303-11 §9.8.4: malformed data objects")
	}
	body, le, mac, a := sortObjects(cmd.INS, els)
	if a.sw != 0 {
		return cmd, a
	}
	header := []byte{cmd.CLA, cmd.INS, cmd.P1, cmd.P2}
	signed := append(append([]byte(nil), ch.ssc...), ch.cipher.pad(header)...)
	if len(body.Raw)+len(le.Raw) > 0 {
		signed = append(append(signed, body.Raw...), le.Raw...)
		signed = ch.cipher.pad(signed)
	}
	if ch.dead || subtle.ConstantTimeCompare(ch.cipher.mac(ch.mac, signed), mac.Value) != 1 {
		return cmd, refuse(apdu.SWSMObjectsIncorrect, "Doc 9303-11 §9.8.2, §9.8.6.2: MAC or send sequence counter wrong")
	}
	plain := apdu.Command{CLA: cmd.CLA &^ claSecure, INS: cmd.INS, P1: cmd.P1, P2: cmd.P2, Extended: cmd.Extended}
	if plain.Data, a = ch.decrypt(body); a.sw != 0 {
		return cmd, a
	}
	plain.Le, a = innerLe(le)
	return plain, a
}

// sortObjects tells the objects of a protected command apart and refuses any other.
func sortObjects(ins byte, els tlv.Elements) (body, le, mac tlv.Element, a answer) {
	want := tagCryptogram
	if ins&1 == 1 {
		want = tagPlainValue
	}
	rest := els
	if len(rest) > 0 && rest[0].Tag == want {
		body, rest = rest[0], rest[1:]
	}
	if len(rest) > 0 && rest[0].Tag == tagLe {
		le, rest = rest[0], rest[1:]
	}
	if _, ok := els.Find(tagMAC); !ok {
		return body, le, mac, refuse(apdu.SWSMObjectsMissing, "Doc 9303-11 §9.8.4: DO 8E missing")
	}
	if len(rest) != 1 || rest[0].Tag != tagMAC || len(rest[0].Value) != macLen {
		return body, le, mac, refuse(apdu.SWSMObjectsIncorrect,
			"Doc 9303-11 §9.8.4: objects are [87, or 85 for odd INS] [97] 8E in this order, 8E with 8 bytes")
	}
	return body, le, rest[0], answer{}
}

// decrypt opens DO 85 or 87; no object is no data.
func (ch *channel) decrypt(body tlv.Element) ([]byte, answer) {
	if body.Raw == nil {
		return nil, answer{}
	}
	sealed := body.Value
	if body.Tag == tagCryptogram {
		if len(sealed) == 0 || sealed[0] != paddingIndicator {
			return nil, refuse(apdu.SWSMObjectsIncorrect, "Doc 9303-11 §9.8.4: DO 87 begins with padding indicator 01")
		}
		sealed = sealed[1:]
	}
	if len(sealed) == 0 || len(sealed)%ch.cipher.blockSize() != 0 {
		return nil, refuse(apdu.SWSMObjectsIncorrect, "Doc 9303-11 §9.8.4: cryptogram is not whole blocks")
	}
	plain, err := unpad(ch.cipher.open(ch.enc, ch.messageIV(), sealed))
	if err != nil {
		return nil, refuse(apdu.SWSMObjectsIncorrect, "Doc 9303-11 §9.8.6.1: padding of the cryptogram")
	}
	return plain, answer{}
}

// innerLe reads DO 97: one byte, or two of an extended command.
func innerLe(le tlv.Element) (int, answer) {
	switch v := le.Value; {
	case le.Raw == nil:
		return 0, answer{}
	case len(v) == 1 && v[0] == 0:
		return apdu.MaxShortLe, answer{}
	case len(v) == 1:
		return int(v[0]), answer{}
	case len(v) == 2 && v[0] == 0 && v[1] == 0:
		return apdu.MaxExtendedLe, answer{}
	case len(v) == 2:
		return int(v[0])<<8 | int(v[1]), answer{}
	}
	return 0, refuse(apdu.SWSMObjectsIncorrect, "Doc 9303-11 §9.8.4: DO 97 has one or two bytes")
}

// messageIV is zero for 3DES and E(KSEnc, SSC) for AES (Doc 9303-11 §9.8.6.1, §9.8.7.1).
func (ch *channel) messageIV() []byte {
	if ch.cipher == TDES {
		return nil
	}
	iv := make([]byte, ch.cipher.blockSize())
	ch.cipher.block(ch.enc).Encrypt(iv, ch.ssc)
	return iv
}

// seal protects an answer: [85 or 87] 99 8E, and the same status word outside.
// wrong is a fault of the chip's, 0 for none.
func (ch *channel) seal(ins byte, a answer, wrong Action) apdu.Response {
	if wrong != StaleCounter {
		ch.count()
	}
	var out []byte
	if len(a.data) > 0 && wrong != NoCryptogram {
		sealed := ch.cipher.seal(ch.enc, ch.messageIV(), ch.cipher.pad(a.data))
		if ins&1 == 1 {
			out = tlv.Append(out, tagPlainValue, sealed)
		} else {
			out = tlv.Append(out, tagCryptogram, []byte{paddingIndicator}, sealed)
		}
	}
	cryptogram := len(out)
	if wrong != NoStatus {
		out = tlv.Append(out, tagStatus, []byte{a.sw.SW1(), a.sw.SW2()})
	}
	signed := append(append([]byte(nil), ch.ssc...), out...)
	mac := ch.cipher.mac(ch.mac, ch.cipher.pad(signed))
	switch {
	case wrong == WrongCryptogram && cryptogram > 0:
		out[cryptogram-1] ^= 1
	case wrong == WrongMAC:
		mac[macLen-1] ^= 1
	}
	if wrong != NoMAC {
		out = tlv.Append(out, tagMAC, mac)
	}
	return apdu.Response{Data: out, SW: a.sw}
}
