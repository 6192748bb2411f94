package securemsg

import (
	"crypto/cipher"
	"fmt"

	"chipid/cardlib/apdu"
	"chipid/cardlib/tlv"
)

// Data objects of secure messaging (ISO/IEC 7816-4 table 27).
const (
	tagCryptogramOdd tlv.Tag = 0x85 // cryptogram without padding indicator, for odd INS
	tagCryptogram    tlv.Tag = 0x87 // padding indicator 01 and cryptogram
	tagLe            tlv.Tag = 0x97
	tagStatus        tlv.Tag = 0x99
	tagMAC           tlv.Tag = 0x8E

	paddingMethod2 = 0x01
)

// maxPlainData is what command data can be so that its protected form fits
// 65535 bytes under every cipher.
const maxPlainData = apdu.MaxExtendedData - 64

// protect makes the protected command (Doc 9303-11 §9.8.4 to §9.8.6). Le is as
// large as the form of the command allows: the protected answer is longer than the plain one.
func (s *Session) protect(cmd apdu.Command) (apdu.Command, error) {
	out := apdu.Command{CLA: cmd.CLA | apdu.ClaSecureMessaging, INS: cmd.INS, P1: cmd.P1, P2: cmd.P2}
	header := out.Header()
	var objects []byte
	if len(cmd.Data) > 0 {
		objects = s.encrypt(cmd.INS, cmd.Data)
	}
	if cmd.Le > 0 {
		objects = tlv.Append(objects, tagLe, encodeLe(cmd.Le))
	}
	mac, err := s.mac(Pad(header[:], s.cipher.BlockSize()), objects)
	if err != nil {
		return apdu.Command{}, err
	}
	out.Data = tlv.Append(objects, tagMAC, mac)
	out.Le = apdu.MaxShortLe
	if cmd.NeedsExtended() || len(out.Data) > apdu.MaxShortData {
		out.Le, out.Extended = apdu.MaxExtendedLe, true
	}
	return out, nil
}

// encodeLe writes Le as DO97 wants it: one byte (00 means 256) or two (0000 means 65536).
func encodeLe(le int) []byte {
	if le <= apdu.MaxShortLe {
		return []byte{byte(le)}
	}
	return []byte{byte(le >> 8), byte(le)}
}

// encrypt makes DO87, or DO85 where the instruction is odd.
func (s *Session) encrypt(ins byte, plain []byte) []byte {
	cryptogram := Pad(plain, s.cipher.BlockSize())
	cipher.NewCBCEncrypter(s.enc, s.iv()).CryptBlocks(cryptogram, cryptogram)
	if ins&1 == 1 {
		return tlv.Encode(tagCryptogramOdd, cryptogram)
	}
	return tlv.Encode(tagCryptogram, []byte{paddingMethod2}, cryptogram)
}

// iv is zero for 3DES and the encrypted counter for AES (Doc 9303-11 §9.8.7.1).
func (s *Session) iv() []byte {
	iv := make([]byte, s.cipher.BlockSize())
	if s.cipher != TDES {
		s.enc.Encrypt(iv, s.ssc)
	}
	return iv
}

// mac is the MAC over the counter and the parts, padded by method 2 under every cipher.
func (s *Session) mac(parts ...[]byte) ([]byte, error) {
	input := append([]byte(nil), s.ssc...)
	for _, p := range parts {
		input = append(input, p...)
	}
	if s.cipher == TDES {
		return MAC(TDES, s.ksMac, input) // the retail MAC pads by itself
	}
	return MAC(s.cipher, s.ksMac, Pad(input, s.cipher.BlockSize()))
}

// MaxData returns how many plain bytes an answer may have so that its protected
// form has at most maxAPDU bytes, status word not counted: 256 for a short
// answer gives 231 with 3DES and 223 with AES. It is 0 if nothing fits.
func (s *Session) MaxData(maxAPDU int) int { return MaxData(s.cipher.BlockSize(), maxAPDU) }

// MaxData is [Session.MaxData] for a cipher with blocks of that many bytes.
func MaxData(block, maxAPDU int) int {
	const others = 4 + 2 + MACLen // DO99 and DO8E
	for blocks := (maxAPDU - others) / block; blocks > 0; blocks-- {
		value := 1 + blocks*block
		if len(tlv.Encode(tagCryptogram, make([]byte, value)))+others <= maxAPDU {
			return blocks*block - 1
		}
	}
	return 0
}

// answerObjects are the data objects of an answer, as read.
type answerObjects struct {
	cryptogram tlv.Element // Tag 0 if there is no data
	status     tlv.Element
	mac        tlv.Element
	signed     []byte // everything before DO8E
}

// unprotect checks and decrypts an answer (Doc 9303-11 §9.8.4 to §9.8.6).
func (s *Session) unprotect(answer apdu.Response) (apdu.Response, error) {
	if len(answer.Data) == 0 {
		return apdu.Response{}, fmt.Errorf("%w: %w", ErrChannelLost, &apdu.StatusError{Command: "protected command", SW: answer.SW})
	}
	objects, err := splitAnswer(answer.Data)
	if err != nil {
		return apdu.Response{}, err
	}
	mac, err := s.mac(objects.signed)
	if err != nil {
		return apdu.Response{}, err
	}
	if !EqualMAC(mac, objects.mac.Value) {
		return apdu.Response{}, ErrMAC
	}
	sw := objects.status.Value
	resp := apdu.Response{SW: apdu.SW(sw[0])<<8 | apdu.SW(sw[1])}
	if objects.cryptogram.Tag != 0 {
		if resp.Data, err = s.decrypt(objects.cryptogram); err != nil {
			return apdu.Response{}, err
		}
	}
	return resp, nil
}

// splitAnswer finds [85|87] 99 8E, in that order and nothing else.
func splitAnswer(data []byte) (answerObjects, error) {
	var out answerObjects
	els, err := tlv.ParseAll(data)
	if err != nil {
		return out, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	rest := els
	if len(rest) > 0 && (rest[0].Tag == tagCryptogram || rest[0].Tag == tagCryptogramOdd) {
		out.cryptogram, rest = rest[0], rest[1:]
	}
	if len(rest) != 2 || rest[0].Tag != tagStatus || rest[1].Tag != tagMAC {
		return out, fmt.Errorf("%w: objects %v", ErrMalformed, tags(els))
	}
	out.status, out.mac = rest[0], rest[1]
	if len(out.status.Value) != 2 || len(out.mac.Value) != MACLen {
		return out, fmt.Errorf("%w: status of %d bytes, MAC of %d", ErrMalformed, len(out.status.Value), len(out.mac.Value))
	}
	out.signed = data[:len(data)-len(out.mac.Raw)]
	return out, nil
}

// tags lists the first tags of an answer for an error.
func tags(els tlv.Elements) []tlv.Tag {
	var list []tlv.Tag
	for _, e := range els[:min(len(els), 8)] {
		list = append(list, e.Tag)
	}
	return list
}

// decrypt opens a cryptogram whose MAC was right.
func (s *Session) decrypt(e tlv.Element) ([]byte, error) {
	cryptogram := e.Value
	if e.Tag == tagCryptogram {
		if len(cryptogram) == 0 || cryptogram[0] != paddingMethod2 {
			return nil, fmt.Errorf("%w: padding indicator", ErrMalformed)
		}
		cryptogram = cryptogram[1:]
	}
	block := s.cipher.BlockSize()
	if len(cryptogram)%block != 0 {
		return nil, fmt.Errorf("%w: cryptogram of %d bytes", ErrMalformed, len(cryptogram))
	}
	plain := make([]byte, len(cryptogram))
	cipher.NewCBCDecrypter(s.enc, s.iv()).CryptBlocks(plain, cryptogram)
	data, err := Unpad(plain, block)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return data, nil
}
