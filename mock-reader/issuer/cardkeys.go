package issuer

import (
	"crypto"
	"crypto/rsa"
	"fmt"
	"math/big"

	"chipid/mock-reader/chip"
	"chipid/mock-reader/persona"
)

// cardKeys are the keys of one chip.
type cardKeys struct {
	// chipAuth are the keys of chip authentication, one for each of Options.ChipAuth.
	chipAuth []ecKey
	// static is the key of chip authentication mapping.
	static      ecKey
	activeRSA   *rsa.PrivateKey
	activeECDSA ecKey
	hash        crypto.Hash
}

func (k cardKeys) hasECDSA() bool { return k.activeECDSA.curve != nil }

// active is the chip's key of active authentication.
func (k cardKeys) active() *chip.AAKey {
	return &chip.AAKey{RSA: k.activeRSA, Hash: k.hash, Curve: k.activeECDSA.curve, D: k.activeECDSA.d}
}

// activeRSABits is the size of the active authentication key of the issued cards.
const activeRSABits = 2048

// keys derives the keys of a persona's chip.
func (i *Issuer) keys(p persona.Persona, o Options) (cardKeys, error) {
	k := cardKeys{hash: crypto.SHA256}
	label := "card/" + p.Number
	for _, ca := range o.chipAuth() {
		name := label + "/chip-authentication"
		if ca.KeyID != 0 {
			name += fmt.Sprintf("/%d", ca.KeyID)
		}
		key, err := i.ec(name, curve(ca.Curve))
		if err != nil {
			return k, err
		}
		k.chipAuth = append(k.chipAuth, key)
	}
	for _, pace := range o.pace() {
		if pace.Mapping == chip.ChipAuthMapping {
			var err error
			if k.static, err = i.ec(label+"/chip-authentication-mapping", curve(pace.Parameter)); err != nil {
				return k, err
			}
		}
	}
	return k, i.addActive(&k, p)
}

// addActive derives the key of active authentication.
func (i *Issuer) addActive(k *cardKeys, p persona.Persona) (err error) {
	label := "card/" + p.Number + "/active-authentication"
	switch p.AA {
	case persona.AAECDSA:
		k.activeECDSA, err = i.ec(label, curve(p256))
		return err
	case persona.AARSASHA1:
		k.hash = crypto.SHA1
	}
	k.activeRSA, err = i.rsa(label, activeRSABits)
	return err
}

// OtherChipKey is a chip authentication key that no DG14 holds: what a copier
// puts in who has not the chip's own.
func (i *Issuer) OtherChipKey(p persona.Persona) (*big.Int, error) {
	k, err := i.ec("forger/"+p.Number+"/chip-authentication", curve(brainpoolP256r1))
	return k.d, err
}

// OtherDG14 announces the key of [Issuer.OtherChipKey]; nobody has signed it.
func (i *Issuer) OtherDG14(p persona.Persona) ([]byte, error) {
	k, err := i.ec("forger/"+p.Number+"/chip-authentication", curve(brainpoolP256r1))
	if err != nil {
		return nil, err
	}
	return encodeDG14(cardKeys{chipAuth: []ecKey{k}}, Options{}), nil
}

// OtherAAKey is an active authentication key that no signed DG15 holds, with
// the DG15 that would announce it.
func (i *Issuer) OtherAAKey(p persona.Persona) (*chip.AAKey, []byte, error) {
	k, err := i.ec("forger/"+p.Number+"/active-authentication", curve(p256))
	if err != nil {
		return nil, nil, err
	}
	forged := cardKeys{activeECDSA: k, hash: crypto.SHA256}
	return forged.active(), encodeDG15(forged, Options{}), nil
}
