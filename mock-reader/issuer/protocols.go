package issuer

import (
	"chipid/mock-reader/chip"
)

// PACEKind is one way of PACE that a chip offers (Doc 9303-11 §9.2.1).
type PACEKind struct {
	Mapping chip.Mapping
	Cipher  chip.Cipher
	// Parameter is the id of the domain parameters: 0 to 2 for DH, 8 to 18 for ECDH.
	Parameter int
}

// CAKind is one key of chip authentication with ECDH (Doc 9303-11 §9.2.5, §9.2.6).
type CAKind struct {
	Cipher chip.Cipher
	// Curve is the parameter id of the key's curve.
	Curve int
	// KeyID names the key, 0 for a key without an id.
	KeyID int
	// Version is 1 if 0; 2 is that of EAC2.
	Version int
	// NoInfo leaves ChipAuthenticationInfo away, as chips of the first generation do.
	NoInfo bool
}

// UsualPACE and UsualCA are what the issued cards are said to have.
var (
	UsualPACE = PACEKind{chip.GenericMapping, chip.AES128, brainpoolP256r1}
	UsualCA   = CAKind{Cipher: chip.AES128, Curve: brainpoolP256r1}
)

// mappingArcs are the arcs after id-PACE: for DH and for ECDH (Doc 9303-11 §9.2.1).
var mappingArcs = map[chip.Mapping][2]int{
	chip.GenericMapping: {1, 2}, chip.IntegratedMapping: {3, 4}, chip.ChipAuthMapping: {0, 6},
}

// lastDHParameter is the last of the parameter ids for DH.
const lastDHParameter = 2

func (k PACEKind) oid() objectID {
	arcs := mappingArcs[k.Mapping]
	agreement := arcs[1]
	if k.Parameter <= lastDHParameter {
		agreement = arcs[0]
	}
	return objectID{0, 4, 0, 127, 0, 7, 2, 2, 4, agreement, int(k.Cipher)}
}

func (k PACEKind) info() []byte {
	return sequence(oid(k.oid()), smallInteger(paceVersion), smallInteger(k.Parameter))
}

// params is what the chip needs of it.
func (k PACEKind) params(keys cardKeys) chip.PACEParams {
	p := chip.PACEParams{OID: oidValue(k.oid()), Mapping: k.Mapping, Cipher: k.Cipher, ParameterID: k.Parameter}
	if k.Mapping == chip.ChipAuthMapping {
		p.ChipKey = keys.static.d
	}
	return p
}

// PACE is what a chip needs that offers the usual way with this cipher.
func PACE(c chip.Cipher) chip.PACEParams {
	kind := UsualPACE
	kind.Cipher = c
	return kind.params(cardKeys{})
}

// DowngradedCardAccess offers PACE with 3DES beside what the card offers, as a
// forger would who prefers the weaker cipher.
func DowngradedCardAccess() []byte {
	weak := UsualPACE
	weak.Cipher = chip.TDES
	return CardAccess([]PACEKind{UsualPACE, weak}, []CAKind{UsualCA})
}

func (k CAKind) oid() objectID { return objectID{0, 4, 0, 127, 0, 7, 2, 2, 3, 2, int(k.Cipher)} }

// oidPK is id-PK-ECDH.
var oidPK = objectID{0, 4, 0, 127, 0, 7, 2, 2, 1, 2}

func (k CAKind) version() int {
	if k.Version == 0 {
		return 1
	}
	return k.Version
}

// infos are ChipAuthenticationInfo and ChipAuthenticationPublicKeyInfo.
func (k CAKind) infos(key ecKey, namedCurve bool) [][]byte {
	return k.infosOf(ecPublicKey(key, namedCurve))
}

// staticInfos are the same for the static key of PACE with chip authentication
// mapping, whose curve is named by the parameter id (Doc 9303-11 appendix I).
func (k CAKind) staticInfos(key ecKey) [][]byte {
	return k.infosOf(standardisedPublicKey(key, k.Curve))
}

func (k CAKind) infosOf(publicKey []byte) [][]byte {
	public := [][]byte{oid(oidPK), publicKey}
	if k.KeyID != 0 {
		public = append(public, smallInteger(k.KeyID))
	}
	all := [][]byte{sequence(public...)}
	if !k.NoInfo {
		all = append(all, k.info())
	}
	return all
}

func (k CAKind) info() []byte {
	parts := [][]byte{oid(k.oid()), smallInteger(k.version())}
	if k.KeyID != 0 {
		parts = append(parts, smallInteger(k.KeyID))
	}
	return sequence(parts...)
}

// key is what the chip needs of it.
func (k CAKind) key(key ecKey) chip.CAKey {
	c := chip.CAKey{OID: oidValue(k.oid()), Cipher: k.Cipher, Curve: key.curve, D: key.d}
	if k.KeyID != 0 {
		id := k.KeyID
		c.KeyID = &id
	}
	return c
}
