package record

import (
	"chipid/cardlib/apdu"
	"chipid/cardlib/lds"
	"chipid/cardlib/securityinfo"
	"chipid/cardlib/tlv"
)

// The tags that rules speak of.
const (
	tagBoolean tlv.Tag = 0x01
	tagInteger tlv.Tag = 0x02
	tagOctets  tlv.Tag = 0x04
	tagNull    tlv.Tag = 0x05
	tagOID     tlv.Tag = 0x06

	tagUTCTime         tlv.Tag = 0x17
	tagGeneralizedTime tlv.Tag = 0x18

	tagSequence   tlv.Tag = 0x30
	tagSet        tlv.Tag = 0x31
	tagContext0   tlv.Tag = 0xA0
	tagKeyID      tlv.Tag = 0x80
	maxKeptOID            = 16 // bytes: longer ones could hide something
	maxMaskDepth          = 16
	longestTag    tlv.Tag = 0xFFFF
	maxKeptValues         = 32 // bytes of a value of EF.COM
)

// rule is what becomes of an element.
type rule int

const (
	blank   rule = iota // its value becomes zeros
	descend             // its value is made of elements, which are judged in turn
	keep                // it stays
	key                 // it is a SubjectPublicKeyInfo: the algorithm stays, the key becomes zeros
)

// judge decides over an element by the tags of those around it.
type judge func(around []tlv.Tag, e tlv.Element) rule

// MaskFile returns a copy of a file, or of its beginning, with all values of a
// person or of one chip set to zero. Tags and lengths stay, so that it has the
// structure of the original; what is not built of TLV becomes zeros throughout.
func MaskFile(application bool, id lds.FileID, file []byte) []byte {
	out := append([]byte(nil), file...)
	maskElements(out, nil, judgeOf(application, id))
	return out
}

func judgeOf(application bool, id lds.FileID) judge {
	switch {
	case !application && id == lds.EFCardAccess:
		return judgeInfos
	case !application:
		return judgeNothing
	case id == lds.EFCOM:
		return judgeCOM
	case id == lds.EFSOD:
		return judgeSOD
	case id == lds.DG14.FileID(), id == lds.DG15.FileID():
		return judgeInfos
	}
	return judgeNothing
}

// maskElements masks the elements that b is made of. A last one that is cut off
// is masked as far as it goes.
func maskElements(b []byte, around []tlv.Tag, decide judge) {
	for len(b) > 0 {
		tag, header, length, err := tlv.Header(b)
		if err != nil || tag > longestTag {
			clear(b)
			return
		}
		end := min(header+length, len(b))
		e := tlv.Element{Tag: tag, Value: b[header:end:end], Raw: b[:end:end]}
		maskElement(e, header+length > len(b), around, decide)
		b = b[end:]
	}
}

func maskElement(e tlv.Element, cutOff bool, around []tlv.Tag, decide judge) {
	does := decide(around, e)
	switch {
	case does == keep && !cutOff:
	case does == key && !cutOff:
		maskKey(e)
	case does == descend && len(around) < maxMaskDepth && (cutOff || isElements(e.Value)):
		maskElements(e.Value, append(around[:len(around):len(around)], e.Tag), decide)
	default:
		wipe(e)
	}
}

// wipe overwrites a value with zeros, and a time with the first moment of 1970, so
// that it stays a time.
func wipe(e tlv.Element) {
	clear(e.Value)
	for tag, none := range map[tlv.Tag]string{tagUTCTime: "700101000000Z", tagGeneralizedTime: "19700101000000Z"} {
		if e.Tag == tag && len(e.Value) == len(none) {
			copy(e.Value, none)
		}
	}
}

// isElements tells whether b is made of elements to its last byte: text that
// only looks like a tag is not to pass for structure.
func isElements(b []byte) bool {
	_, err := tlv.ParseAll(b)
	return err == nil
}

// maskKey masks the key of a SubjectPublicKeyInfo, which is its second element.
func maskKey(e tlv.Element) {
	els, err := e.Children()
	if err != nil || len(els) != 2 {
		clear(e.Value)
		return
	}
	clear(els[1].Value)
}

// common is what is the same on all cards of a kind, wherever it stands.
func common(e tlv.Element) rule {
	switch {
	case e.Tag.Constructed():
		return descend
	case e.Tag == tagNull, e.Tag == tagBoolean:
		return keep
	case e.Tag == tagOID && len(e.Value) <= maxKeptOID, e.Tag == tagInteger && len(e.Value) <= 1:
		return keep
	}
	return blank
}

// judgeNothing keeps the structure and no value.
func judgeNothing(_ []tlv.Tag, e tlv.Element) rule {
	if e.Tag.Constructed() {
		return descend
	}
	return blank
}

// judgeCOM keeps versions and the list of tags.
func judgeCOM(_ []tlv.Tag, e tlv.Element) rule {
	switch e.Tag {
	case 0x5F01, 0x5F36, 0x5C:
		if len(e.Value) <= maxKeptValues {
			return keep
		}
	}
	return judgeNothing(nil, e)
}

// judgeInfos keeps of EF.CardAccess, DG14 and DG15 what names protocols and
// standard domain parameters, and no key.
func judgeInfos(_ []tlv.Tag, e tlv.Element) rule {
	if e.Tag == tagSequence {
		if _, err := securityinfo.ParsePublicKey(e.Raw); err == nil {
			return key
		}
	}
	return common(e)
}

// judgeSOD keeps of EF.SOD the algorithms, the numbers of the groups, and the
// signer's certificate and name: a document signer signs for very many. The
// hashes, the signature and the time of signing are of one card.
func judgeSOD(around []tlv.Tag, e tlv.Element) rule {
	signedData := len(around) == 4 && around[2] == tagContext0 && around[3] == tagSequence
	signerInfo := len(around) == 6 && around[4] == tagSet && around[5] == tagSequence
	switch {
	case signedData && e.Tag == tagContext0:
		return keep // certificates
	case signerInfo && (e.Tag == tagKeyID || isIssuerAndSerial(e)):
		return keep
	case e.Tag == tagOctets && len(around) == 6 && around[5] == tagContext0 && isElements(e.Value):
		return descend // the content that is signed
	}
	return common(e)
}

// isIssuerAndSerial tells SEQUENCE { name SEQUENCE, serial INTEGER } from the
// algorithm identifiers beside it.
func isIssuerAndSerial(e tlv.Element) bool {
	els, err := e.Children()
	return err == nil && e.Tag == tagSequence && len(els) == 2 && els[0].Tag == tagSequence && els[1].Tag == tagInteger
}

// maskCommand masks the data of a command that is said above secure messaging or
// in plain. Which file is meant, where, and which protocol is chosen stays.
func maskCommand(cmd apdu.Command) apdu.Command {
	data := append([]byte(nil), cmd.Data...)
	switch {
	case cmd.INS == apdu.InsSelect && len(data) <= 16, cmd.INS == apdu.InsReadBinaryOdd && len(data) <= 8:
	case cmd.INS == apdu.InsMSE:
		maskElements(data, nil, judgeMSE)
	case cmd.INS == apdu.InsGeneralAuth:
		maskElements(data, nil, judgeNothing)
	default:
		clear(data)
	}
	cmd.Data = data
	return cmd
}

// judgeMSE keeps the protocol, the kind of password and the id of parameters or
// of a key (ISO/IEC 7816-4 table 33), and no key.
func judgeMSE(_ []tlv.Tag, e tlv.Element) rule {
	if e.Tag == 0x80 && len(e.Value) <= maxKeptOID || (e.Tag == 0x83 || e.Tag == 0x84) && len(e.Value) <= 1 {
		return keep
	}
	return blank
}

// maskAnswer masks the data of an answer that holds no bytes of a file.
func maskAnswer(cmd apdu.Command, resp apdu.Response) apdu.Response {
	data := append([]byte(nil), resp.Data...)
	if cmd.INS == apdu.InsGeneralAuth {
		maskElements(data, nil, judgeNothing)
	} else {
		clear(data)
	}
	return apdu.Response{Data: data, SW: resp.SW}
}
