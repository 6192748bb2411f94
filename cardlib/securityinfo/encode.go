package securityinfo

import (
	"bytes"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"chipid/cardlib/tlv"
)

// ErrEncode is what cannot be written: a key or parameters of no known kind, an
// object identifier that is none.
var ErrEncode = errors.New("securityinfo: cannot be encoded")

// Encode writes a set of SecurityInfos in the order of DER: the content of
// EF.CardAccess, or the eContent of EF.CardSecurity. Unknown infos and explicit
// domain parameters are written as read. Keys that could not be parsed and
// Problems cannot be written.
func Encode(i Infos) ([]byte, error) {
	if len(i.Problems) > 0 {
		return nil, fmt.Errorf("%w: %d SecurityInfos that are wrong", ErrEncode, len(i.Problems))
	}
	var w writer
	for _, p := range i.PACE {
		w.info(p.OID, number(p.Version), p.Parameter.der())
	}
	for _, p := range i.PACEDomain {
		w.raw(p.Raw)
	}
	for _, c := range i.ChipAuth {
		w.info(c.OID, number(c.Version), c.KeyID.der())
	}
	for _, k := range i.ChipAuthKeys {
		w.key(k)
	}
	for _, t := range i.TerminalAuth {
		w.info(oidTA, number(t.Version), t.file())
	}
	if a := i.ActiveAuth; a != nil {
		w.info(oidAA, number(a.Version), w.oid(a.Algorithm))
	}
	if i.EFDIR != nil {
		w.info(oidEFDIR, tlv.Encode(tagOctetString, i.EFDIR))
	}
	for _, raw := range i.Unknown {
		w.raw(raw)
	}
	if w.err != nil {
		return nil, w.err
	}
	slices.SortFunc(w.infos, bytes.Compare) // DER orders the elements of a SET OF (X.690 §11.6)
	return tlv.Encode(tagSet, w.infos...), nil
}

// EncodeDG14 writes EF.DG14.
func EncodeDG14(i Infos) ([]byte, error) {
	set, err := Encode(i)
	if err != nil {
		return nil, err
	}
	return tlv.Encode(tagDG14, set), nil
}

// writer gathers SecurityInfos; the first error stays.
type writer struct {
	infos [][]byte
	err   error
}

func (w *writer) oid(oid OID) []byte {
	der, err := asn1.Marshal(oid)
	if err != nil && w.err == nil {
		w.err = fmt.Errorf("%w: object identifier %v: %w", ErrEncode, oid, err)
	}
	return der
}

func (w *writer) info(oid OID, fields ...[]byte) {
	w.infos = append(w.infos, tlv.Encode(tagSequence, append([][]byte{w.oid(oid)}, fields...)...))
}

func (w *writer) raw(info []byte) {
	if _, err := tlv.ReadTag(info, tagSequence); err != nil && w.err == nil {
		w.err = fmt.Errorf("%w: %w", ErrEncode, err)
	}
	w.infos = append(w.infos, info)
}

func (w *writer) key(k ChipAuthPublicKeyInfo) {
	spki, err := EncodePublicKey(k.Key)
	if err == nil && k.Key.Agreement() != k.Agreement {
		err = fmt.Errorf("%w: key for %v where %v is named", ErrEncode, k.Key.Agreement(), k.Agreement)
	}
	if err != nil && w.err == nil {
		w.err = err
	}
	w.info(append(slices.Clone(oidPK), int(k.Agreement)), spki, k.KeyID.der())
}

// EncodePublicKey writes a SubjectPublicKeyInfo. EC keys name their curve; DH keys
// spell out their group by X9.42 (RFC 3279 §2.3.3), by PKCS#3 where its order is not
// known.
func EncodePublicKey(k PublicKey) ([]byte, error) {
	var w writer
	var algorithm, value []byte
	switch {
	case k.Curve != nil && k.Curve.Contains(k.Point):
		algorithm = tlv.Encode(tagSequence, w.oid(oidECPublicKey), w.oid(k.Curve.OID))
		value = k.Curve.Encode(k.Point)
	case k.Group != nil && k.Y != nil:
		oid, numbers := oidPKCS3, [][]byte{integer(k.Group.P), integer(k.Group.G)}
		if k.Group.Q != nil {
			oid, numbers = oidDHPublic, append(numbers, integer(k.Group.Q))
		}
		algorithm = tlv.Encode(tagSequence, w.oid(oid), tlv.Encode(tagSequence, numbers...))
		value = integer(k.Y)
	case k.N != nil && k.E != nil:
		algorithm = tlv.Encode(tagSequence, w.oid(oidRSA), tlv.Encode(tagNull))
		value = tlv.Encode(tagSequence, integer(k.N), integer(k.E))
	default:
		return nil, fmt.Errorf("%w: a key of no kind", ErrEncode)
	}
	bits := tlv.Encode(tagBitString, []byte{0}, value) // no unused bits
	return tlv.Encode(tagSequence, algorithm, bits), w.err
}

// file is FileID of TerminalAuthenticationInfo, nothing where it is not given.
func (t TerminalAuthInfo) file() []byte {
	if t.CVCAFile == 0 {
		return nil
	}
	id := tlv.Encode(tagOctetString, []byte{byte(t.CVCAFile >> 8), byte(t.CVCAFile)})
	if t.CVCAShort != 0 {
		id = tlv.Append(id, tagOctetString, []byte{t.CVCAShort})
	}
	return tlv.Encode(tagSequence, id)
}

// der is the id as an INTEGER, nothing where it is absent.
func (id ID) der() []byte {
	if !id.Present {
		return nil
	}
	return number(id.Value)
}

func number(n int) []byte { return integer(big.NewInt(int64(n))) }

// integer writes an INTEGER that is not negative.
func integer(n *big.Int) []byte {
	b := n.Bytes()
	if len(b) == 0 || b[0] >= 0x80 {
		b = append([]byte{0}, b...)
	}
	return tlv.Encode(tagInteger, b)
}
