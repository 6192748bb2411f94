package securityinfo

import (
	"encoding/asn1"

	"chipid/cardlib/securemsg"
)

// OID is an object identifier.
type OID = asn1.ObjectIdentifier

// Object identifiers of Doc 9303-11 §9.2 and §9.5; bsi-de is 0.4.0.127.0.7.
var (
	oidPK           = OID{0, 4, 0, 127, 0, 7, 2, 2, 1}
	oidTA           = OID{0, 4, 0, 127, 0, 7, 2, 2, 2}
	oidCA           = OID{0, 4, 0, 127, 0, 7, 2, 2, 3}
	oidPACE         = OID{0, 4, 0, 127, 0, 7, 2, 2, 4}
	oidAA           = OID{2, 23, 136, 1, 1, 5}
	oidEFDIR        = OID{2, 23, 136, 1, 1, 13}
	oidStandardised = OID{0, 4, 0, 127, 0, 7, 1, 2}
	oidECPublicKey  = OID{1, 2, 840, 10045, 2, 1}
	oidECDH         = OID{1, 3, 132, 1, 12} // RFC 5480: an EC key for key agreement only
	oidPrimeField   = OID{1, 2, 840, 10045, 1, 1}
	oidDHPublic     = OID{1, 2, 840, 10046, 2, 1} // X9.42
	oidPKCS3        = OID{1, 2, 840, 113549, 1, 3, 1}
	oidRSA          = OID{1, 2, 840, 113549, 1, 1, 1}
)

// Agreement is the kind of key agreement.
type Agreement int

// The key agreements of Doc 9303-11 §9.6.
const (
	DH Agreement = iota + 1
	ECDH
)

func (a Agreement) String() string {
	switch a {
	case DH:
		return "DH"
	case ECDH:
		return "ECDH"
	}
	return "no agreement"
}

// Mapping is how PACE makes a generator of a nonce (Doc 9303-11 §4.4.3.3).
type Mapping int

// The mappings of PACE.
const (
	GenericMapping Mapping = iota + 1
	IntegratedMapping
	ChipAuthenticationMapping
)

func (m Mapping) String() string {
	switch m {
	case GenericMapping:
		return "GM"
	case IntegratedMapping:
		return "IM"
	case ChipAuthenticationMapping:
		return "CAM"
	}
	return "no mapping"
}

// after returns the arcs of oid behind root, and whether it is below root at all.
func after(oid, root OID) ([]int, bool) {
	if len(oid) <= len(root) || !oid[:len(root)].Equal(root) {
		return nil, false
	}
	return oid[len(root):], true
}

// paceKind reads the arc behind id-PACE (§9.2.3).
func paceKind(arc int) (Agreement, Mapping, bool) {
	switch arc {
	case 1:
		return DH, GenericMapping, true
	case 2:
		return ECDH, GenericMapping, true
	case 3:
		return DH, IntegratedMapping, true
	case 4:
		return ECDH, IntegratedMapping, true
	case 6:
		return ECDH, ChipAuthenticationMapping, true
	}
	return 0, 0, false
}

// agreementOf reads the arc behind id-CA and id-PK (§9.2.7).
func agreementOf(arc int) (Agreement, bool) {
	a := Agreement(arc)
	return a, a == DH || a == ECDH
}

// cipherOf reads the last arc of a PACE or chip authentication protocol.
func cipherOf(arc int) (securemsg.Cipher, bool) {
	c := securemsg.Cipher(arc) // 1 is 3DES, 2 to 4 are AES-128 to AES-256, as the constants stand
	return c, c.Valid()
}
