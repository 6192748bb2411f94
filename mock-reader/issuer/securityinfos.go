package issuer

import (
	"bytes"
	"slices"
	"time"

	"chipid/cardlib/tlv"
	"chipid/mock-reader/chip"
)

// Tags of the groups that hold keys (Doc 9303-10 §4.7.14, §4.7.15).
const (
	tagDG14 = tlv.Tag(0x6E)
	tagDG15 = tlv.Tag(0x6F)
)

// paceVersion and the other versions are those of Doc 9303-11 §9.2.
const (
	paceVersion         = 2
	terminalAuthVersion = 1
	activeAuthVersion   = 1
)

func terminalAuthInfo() []byte {
	return sequence(oid(oidTerminalAuth), smallInteger(terminalAuthVersion))
}

func activeAuthInfo() []byte {
	return sequence(oid(oidActiveAuth), smallInteger(activeAuthVersion), oid(oidECDSAPlainSHA256))
}

// encodeCardAccess is EF.CardAccess; with the usual options it is as the issued
// cards are said to have it: terminal authentication, chip authentication and
// PACE over brainpoolP256r1, 54 bytes.
func encodeCardAccess(o Options) []byte {
	return CardAccess(o.pace(), o.chipAuth())
}

// CardAccess writes EF.CardAccess (Doc 9303-11 §9.2.9): the ways of PACE, and of
// chip authentication with terminal authentication beside them.
func CardAccess(pace []PACEKind, chipAuth []CAKind) []byte {
	var infos [][]byte
	for _, k := range pace {
		infos = append(infos, k.info())
	}
	for _, k := range chipAuth {
		if !k.NoInfo {
			infos = append(infos, k.info())
		}
	}
	if len(chipAuth) > 0 {
		infos = append(infos, terminalAuthInfo())
	}
	return setOf(infos...)
}

// encodeDG14 writes the SecurityInfos that the issuer signs (Doc 9303-11 §9.2);
// nil if there are none.
func encodeDG14(keys cardKeys, o Options) []byte {
	var infos [][]byte
	for n, k := range o.chipAuth() {
		infos = append(infos, k.infos(keys.chipAuth[n], o.Signer.NamedCurve)...)
	}
	if len(infos) > 0 {
		infos = append(infos, terminalAuthInfo())
	}
	if !o.PACEUnsigned {
		for _, k := range o.pace() {
			infos = append(infos, k.info())
		}
	}
	if keys.hasECDSA() && !o.NoActiveAuth && !o.NoActiveAuthInfo {
		infos = append(infos, activeAuthInfo())
	}
	if len(infos) == 0 {
		return nil
	}
	if !o.UnsortedDG14 {
		return tlv.Encode(tagDG14, setOf(infos...))
	}
	// Longest first, and nothing like the order of DER.
	slices.SortFunc(infos, func(a, b []byte) int { return bytes.Compare(b, a) })
	return tlv.Encode(tagDG14, tlv.Encode(tagSet, infos...))
}

// encodeDG15 holds the public key of active authentication (Doc 9303-10 §4.7.15).
func encodeDG15(keys cardKeys, o Options) []byte {
	if keys.hasECDSA() {
		return tlv.Encode(tagDG15, ecPublicKey(keys.activeECDSA, o.Signer.NamedCurve))
	}
	return tlv.Encode(tagDG15, rsaPublicKey(&keys.activeRSA.PublicKey))
}

// cardSecurity is EF.CardSecurity of a chip with chip authentication mapping:
// its SecurityInfos with the static key, whose id is the parameter id of the
// PACEInfo (Doc 9303-11 §9.2.1, §9.2.11), signed by the document signer. It is
// nil for a chip that needs none.
func cardSecurity(signer *documentSigner, keys cardKeys, o Options, signed time.Time) ([]byte, error) {
	var infos [][]byte
	static := false
	for _, k := range o.pace() {
		infos = append(infos, k.info())
		if k.Mapping == chip.ChipAuthMapping {
			static = true
			ca := CAKind{Cipher: k.Cipher, Curve: k.Parameter, KeyID: k.Parameter}
			infos = append(infos, ca.staticInfos(keys.static)...)
		}
	}
	if !static {
		return nil, nil
	}
	d := signedData{contentType: oidSecurityObject, content: setOf(infos...), signed: signed}
	return d.encode(signer)
}
