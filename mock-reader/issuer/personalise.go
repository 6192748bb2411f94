package issuer

import (
	"crypto"
	"crypto/rsa"
	"fmt"
	"math/big"
	"time"

	"chipid/cardlib/apdu"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/persona"
)

// Options say in what a card departs from the genuine one of its persona. The
// zero value is a genuine card.
type Options struct {
	Signer SignerOptions
	// DG13 is the person whose DG13 is signed on the card, nil for the same one.
	DG13 *persona.Persona
	// Layout and MoreFields are how DG13 is written.
	Layout     Layout
	MoreFields [][]byte
	// NoChipAuth and NoActiveAuth leave the keys, their infos and DG15 away.
	NoChipAuth, NoActiveAuth bool
	// NoPACE makes a chip that only speaks BAC; PACEUnsigned leaves PACE out of DG14 alone.
	NoPACE, PACEUnsigned bool
}

// cardKeys are the keys of one chip.
type cardKeys struct {
	chipAuth    ecKey
	activeRSA   *rsa.PrivateKey
	activeECDSA ecKey
	hash        crypto.Hash
}

func (k cardKeys) hasECDSA() bool { return k.activeECDSA.curve != nil }

// activeRSABits is the size of the active authentication key of the issued cards.
const activeRSABits = 2048

// keys derives the keys of a persona's chip.
func (i *Issuer) keys(p persona.Persona) (cardKeys, error) {
	k := cardKeys{hash: crypto.SHA256}
	label := "card/" + p.Number
	var err error
	if k.chipAuth, err = i.ec(label+"/chip-authentication", curve(brainpoolP256r1)); err != nil {
		return k, err
	}
	switch p.AA {
	case persona.AAECDSA:
		k.activeECDSA, err = i.ec(label+"/active-authentication", curve(p256))
		return k, err
	case persona.AARSASHA1:
		k.hash = crypto.SHA1
	}
	k.activeRSA, err = i.rsa(label+"/active-authentication", activeRSABits)
	return k, err
}

// Personalise makes the chip of a persona's card. Each call returns maps and
// slices of its own, free to be changed into a bad card.
func (i *Issuer) Personalise(p persona.Persona, o Options) (chip.Profile, error) {
	o.Signer.NamedCurve = o.Signer.NamedCurve || p.Generation == persona.CanCuoc2024
	keys, err := i.keys(p)
	if err != nil {
		return chip.Profile{}, fmt.Errorf("personalise %s: %w", p.Name, err)
	}
	lds, err := i.files(p, o, keys)
	if err != nil {
		return chip.Profile{}, fmt.Errorf("personalise %s: %w", p.Name, err)
	}
	profile := Blank()
	profile.Name, profile.LDS, profile.MRZInfo = p.Name, lds, p.MRZInformation()
	if !o.NoPACE {
		profile.MF[chip.FileCardAccess] = encodeCardAccess(o)
		profile.CAN = p.CAN()
		profile.PACE = []chip.PACEParams{PACE(chip.AES128)}
	}
	if !o.NoChipAuth {
		profile.CA = []chip.CAKey{{OID: oidValue(oidCAECDHAES128), Cipher: chip.AES128, Curve: keys.chipAuth.curve, D: keys.chipAuth.d}}
	}
	if !o.NoActiveAuth {
		profile.AA = &chip.AAKey{RSA: keys.activeRSA, Hash: keys.hash, Curve: keys.activeECDSA.curve, D: keys.activeECDSA.d}
	}
	return profile, nil
}

// Blank is a chip before it is personalised: how it is reached and what habits
// the issued cards are said to have.
func Blank() chip.Profile {
	return chip.Profile{
		Protocol: apdu.ProtocolContactless, Extended: true, BAC: true,
		MF: map[uint16][]byte{}, AID: append([]byte(nil), chip.DefaultAID...),
		Quirks: chip.Quirks{
			NoWayBack: true,
			// Fingerprints need terminal authentication; other groups that the card lacks are not found.
			FileSW: map[uint16]apdu.SW{chip.FileDG(3): apdu.SWSecurityStatus},
		},
	}
}

// PACE is PACE-ECDH-GM over brainpoolP256r1 with AES-128 or 3DES.
func PACE(c chip.Cipher) chip.PACEParams {
	protocol := oidPACEECDHGMAES128
	if c == chip.TDES {
		protocol = oidPACEECDHGM3DES
	}
	return chip.PACEParams{OID: oidValue(protocol), Mapping: chip.GenericMapping, Cipher: c, ParameterID: brainpoolP256r1}
}

// OtherChipKey is a chip authentication key that no DG14 holds: what a copier
// puts in who has not the chip's own.
func (i *Issuer) OtherChipKey(p persona.Persona) (*big.Int, error) {
	k, err := i.ec("forger/"+p.Number+"/chip-authentication", curve(brainpoolP256r1))
	return k.d, err
}

// OtherAAKey is an active authentication key that no signed DG15 holds, with
// the DG15 that would announce it.
func (i *Issuer) OtherAAKey(p persona.Persona) (*chip.AAKey, []byte, error) {
	k, err := i.ec("forger/"+p.Number+"/active-authentication", curve(p256))
	if err != nil {
		return nil, nil, err
	}
	forged := cardKeys{activeECDSA: k}
	return &chip.AAKey{Hash: crypto.SHA256, Curve: k.curve, D: k.d}, encodeDG15(forged, Options{}), nil
}

// files makes EF.COM, EF.SOD and the data groups.
func (i *Issuer) files(p persona.Persona, o Options, keys cardKeys) (map[uint16][]byte, error) {
	groups, err := dataGroups(p, o, keys)
	if err != nil {
		return nil, err
	}
	signed := signingTime(p)
	signer, err := i.documentSigner(o.Signer, signed)
	if err != nil {
		return nil, err
	}
	sod, err := signer.signSOD(groups, signed)
	if err != nil {
		return nil, err
	}
	files := map[uint16][]byte{chip.FileSOD: sod}
	var listed []int
	for _, n := range []int{1, 2, 3, 13, 14, 15} {
		if content, ok := groups[n]; ok {
			files[chip.FileDG(n)] = content
			listed = append(listed, n)
		}
	}
	files[chip.FileCOM] = EncodeCOM(listed...)
	return files, nil
}

func dataGroups(p persona.Persona, o Options, keys cardKeys) (map[int][]byte, error) {
	portrait, err := p.Portrait()
	if err != nil {
		return nil, err
	}
	citizen := p
	if o.DG13 != nil {
		citizen = *o.DG13
	}
	groups := map[int][]byte{
		1:  EncodeDG1(p.MRZ()),
		2:  EncodeDG2(portrait, p.Sex),
		3:  encodeDG3(),
		13: EncodeDG13(citizen, o.Layout, o.MoreFields...),
	}
	if dg14 := encodeDG14(keys, o); dg14 != nil {
		groups[14] = dg14
	}
	if !o.NoActiveAuth {
		groups[15] = encodeDG15(keys, o)
	}
	return groups, nil
}

// signingTime is the morning of the day of issue.
func signingTime(p persona.Persona) time.Time {
	return time.Date(p.Issued.Year, time.Month(p.Issued.Month), p.Issued.Day, 2, 0, 0, 0, time.UTC)
}
