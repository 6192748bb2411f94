package issuer

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"chipid/cardlib/apdu"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/persona"
)

// Options say in what a card departs from the genuine one of its persona. The
// zero value is a genuine card.
type Options struct {
	Signer SignerOptions
	SOD    SODOptions
	// DG13 is the person whose DG13 is signed on the card, nil for the same one.
	DG13 *persona.Persona
	// Layout and MoreFields are how DG13 is written.
	Layout     Layout
	MoreFields [][]byte
	// Groups replaces data groups, by number, before they are signed; nil content
	// leaves the group away.
	Groups map[int][]byte
	// PACE and ChipAuth are the ways that the chip offers, nil for the usual ones.
	PACE     []PACEKind
	ChipAuth []CAKind
	// NoChipAuth and NoActiveAuth leave the keys, their infos and DG15 away.
	NoChipAuth, NoActiveAuth bool
	// NoPACE makes a chip that only speaks BAC; PACEUnsigned leaves PACE out of DG14
	// alone, NoActiveAuthInfo the algorithm of active authentication.
	NoPACE, PACEUnsigned, NoActiveAuthInfo bool
	// UnsortedDG14 writes the SET of DG14 in another order than DER's.
	UnsortedDG14 bool
}

// pace and chipAuth are the ways that the chip offers.
func (o Options) pace() []PACEKind {
	switch {
	case o.NoPACE:
		return nil
	case o.PACE == nil:
		return []PACEKind{UsualPACE}
	}
	return o.PACE
}

func (o Options) chipAuth() []CAKind {
	switch {
	case o.NoChipAuth:
		return nil
	case o.ChipAuth == nil:
		return []CAKind{UsualCA}
	}
	return o.ChipAuth
}

// Personalise makes the chip of a persona's card. Each call returns maps and
// slices of its own, free to be changed into a bad card.
func (i *Issuer) Personalise(p persona.Persona, o Options) (chip.Profile, error) {
	o.Signer.NamedCurve = o.Signer.NamedCurve || p.Generation == persona.CanCuoc2024
	profile, err := i.personalise(p, o)
	if err != nil {
		return chip.Profile{}, fmt.Errorf("personalise %s: %w", p.Name, err)
	}
	return profile, nil
}

func (i *Issuer) personalise(p persona.Persona, o Options) (chip.Profile, error) {
	keys, err := i.keys(p, o)
	if err != nil {
		return chip.Profile{}, err
	}
	profile := Blank()
	profile.Name, profile.MRZInfo = p.Name, p.MRZInformation()
	if err := i.addFiles(&profile, p, o, keys); err != nil {
		return chip.Profile{}, err
	}
	for _, k := range o.pace() {
		profile.CAN = p.CAN()
		profile.PACE = append(profile.PACE, k.params(keys))
	}
	for n, k := range o.chipAuth() {
		profile.CA = append(profile.CA, k.key(keys.chipAuth[n]))
	}
	if !o.NoActiveAuth {
		profile.AA = keys.active()
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

// addFiles makes EF.CardAccess, EF.CardSecurity, EF.COM, EF.SOD and the data groups.
func (i *Issuer) addFiles(profile *chip.Profile, p persona.Persona, o Options, keys cardKeys) error {
	groups, err := dataGroups(p, o, keys)
	if err != nil {
		return err
	}
	signed := signingTime(p)
	signer, err := i.documentSigner(o.Signer, signed)
	if err != nil {
		return err
	}
	sod, err := i.sod(signer, groups, o.SOD, signed)
	if err != nil {
		return err
	}
	security, err := cardSecurity(signer, keys, o, signed)
	if err != nil {
		return err
	}
	listed := slices.Sorted(maps.Keys(groups))
	profile.LDS = map[uint16][]byte{chip.FileSOD: sod, chip.FileCOM: EncodeCOM(listed...)}
	for n, content := range groups {
		profile.LDS[chip.FileDG(n)] = content
	}
	if len(o.pace()) > 0 {
		profile.MF[chip.FileCardAccess] = encodeCardAccess(o)
	}
	if security != nil {
		profile.MF[chip.FileCardSecurity] = security
	}
	return nil
}

func dataGroups(p persona.Persona, o Options, keys cardKeys) (map[int][]byte, error) {
	portrait, err := p.ChipImage()
	if err != nil {
		return nil, err
	}
	citizen := p
	if o.DG13 != nil {
		citizen = *o.DG13
	}
	groups := map[int][]byte{
		1:  EncodeDG1(p.MRZ()),
		2:  EncodeFaces(p.Sex, portrait),
		3:  encodeDG3(),
		13: EncodeDG13(citizen, o.Layout, o.MoreFields...),
	}
	if dg14 := encodeDG14(keys, o); dg14 != nil {
		groups[14] = dg14
	}
	if !o.NoActiveAuth {
		groups[15] = encodeDG15(keys, o)
	}
	for n, content := range o.Groups {
		groups[n] = slices.Clone(content)
		if content == nil {
			delete(groups, n)
		}
	}
	return groups, nil
}

// signingTime is the morning of the day of issue.
func signingTime(p persona.Persona) time.Time {
	return time.Date(p.Issued.Year, time.Month(p.Issued.Month), p.Issued.Day, 2, 0, 0, 0, time.UTC)
}
