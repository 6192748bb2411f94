package issuer

import (
	"chipid/cardlib/tlv"
)

// Tags of the groups that hold keys (Doc 9303-10 §4.7.14, §4.7.15).
const (
	tagDG14 = tlv.Tag(0x6E)
	tagDG15 = tlv.Tag(0x6F)
)

// paceVersion and the other versions are those of Doc 9303-11 §9.2.
const (
	paceVersion         = 2
	chipAuthVersion     = 1
	terminalAuthVersion = 1
	activeAuthVersion   = 1
)

func paceInfo(protocol objectID, parameter int) []byte {
	return sequence(oid(protocol), smallInteger(paceVersion), smallInteger(parameter))
}

func chipAuthInfo() []byte { return sequence(oid(oidCAECDHAES128), smallInteger(chipAuthVersion)) }

func terminalAuthInfo() []byte {
	return sequence(oid(oidTerminalAuth), smallInteger(terminalAuthVersion))
}

func activeAuthInfo() []byte {
	return sequence(oid(oidActiveAuth), smallInteger(activeAuthVersion), oid(oidECDSAPlainSHA256))
}

// encodeCardAccess is EF.CardAccess as the issued cards are said to have it:
// terminal authentication, chip authentication and PACE over brainpoolP256r1,
// 54 bytes.
func encodeCardAccess(o Options) []byte {
	infos := [][]byte{paceInfo(oidPACEECDHGMAES128, brainpoolP256r1)}
	if !o.NoChipAuth {
		infos = append(infos, terminalAuthInfo(), chipAuthInfo())
	}
	return setOf(infos...)
}

// DowngradedCardAccess offers PACE with 3DES beside what the card offers, as a
// forger would who prefers the weaker cipher.
func DowngradedCardAccess() []byte {
	return setOf(terminalAuthInfo(), chipAuthInfo(),
		paceInfo(oidPACEECDHGMAES128, brainpoolP256r1), paceInfo(oidPACEECDHGM3DES, brainpoolP256r1))
}

// encodeDG14 writes the SecurityInfos that the issuer signs (Doc 9303-11 §9.2);
// nil if there are none.
func encodeDG14(keys cardKeys, o Options) []byte {
	var infos [][]byte
	if !o.NoChipAuth {
		infos = append(infos, chipAuthInfo(), terminalAuthInfo(),
			sequence(oid(oidPKECDH), ecPublicKey(keys.chipAuth, o.Signer.NamedCurve)))
	}
	if !o.NoPACE && !o.PACEUnsigned {
		infos = append(infos, paceInfo(oidPACEECDHGMAES128, brainpoolP256r1))
	}
	if keys.hasECDSA() && !o.NoActiveAuth {
		infos = append(infos, activeAuthInfo())
	}
	if len(infos) == 0 {
		return nil
	}
	return tlv.Encode(tagDG14, setOf(infos...))
}

// encodeDG15 holds the public key of active authentication (Doc 9303-10 §4.7.15).
func encodeDG15(keys cardKeys, o Options) []byte {
	if keys.hasECDSA() {
		return tlv.Encode(tagDG15, ecPublicKey(keys.activeECDSA, o.Signer.NamedCurve))
	}
	return tlv.Encode(tagDG15, rsaPublicKey(&keys.activeRSA.PublicKey))
}
