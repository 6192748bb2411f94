package main

import (
	"context"
	"fmt"

	"chipid/cardlib/apdu"
	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/curves"
	"chipid/cardlib/pace"
	"chipid/mock-reader/chip"
)

// paceKind is a mapping with its key agreement: the arc behind id-PACE (Doc 9303-11 §9.2.3).
type paceKind struct {
	name    string
	arc     int
	mapping chip.Mapping
	dh      bool
}

var paceKinds = []paceKind{
	{"DH-GM", 1, chip.GenericMapping, true},
	{"ECDH-GM", 2, chip.GenericMapping, false},
	{"DH-IM", 3, chip.IntegratedMapping, true},
	{"ECDH-IM", 4, chip.IntegratedMapping, false},
	{"ECDH-CAM", 6, chip.ChipAuthMapping, false},
}

// groupNames name the MODP groups by their parameter id (§9.5.1).
var groupNames = []string{"MODP-1024-160", "MODP-2048-224", "MODP-2048-256"}

// domain is a set of standardised domain parameters.
type domain struct {
	id   int
	name string
}

// domains are those that the kind of PACE can run over, allowed or not.
func (k paceKind) domains() []domain {
	var all []domain
	if k.dh {
		for id, name := range groupNames {
			all = append(all, domain{id, name})
		}
		return all
	}
	for _, c := range curves.All() {
		all = append(all, domain{c.ID, c.Name})
	}
	return all
}

// p224 is the parameter id of P-224, over which integrated mapping is not defined (table 12).
const p224 = 10

// allows tells which combinations the standard has (tables 2, 3 and 12).
func (k paceKind) allows(parameter, cipher int) bool {
	switch k.mapping {
	case chip.IntegratedMapping:
		return parameter != p224
	case chip.ChipAuthMapping:
		return !k.dh && cipher != int(chip.TDES)
	}
	return true
}

// paceCases are all allowed combinations, and the other ways to run some of them.
func paceCases() []Case {
	var all []Case
	for _, kind := range paceKinds {
		for _, d := range kind.domains() {
			for _, cipher := range ciphers {
				if kind.allows(d.id, cipher) {
					all = append(all, paceCase(kind, d, cipher))
				}
			}
		}
	}
	return append(all, paceWays()...)
}

// paceTrial is a run of PACE with a chip.
type paceTrial struct {
	kind     paceKind
	id       int
	cipher   int
	password pace.Password
	protocol apdu.Protocol
	// static is the chip's key for chip authentication mapping, signed the one that
	// EF.CardSecurity holds.
	static, signed *cmstest.Key
}

func paceCase(kind paceKind, d domain, cipher int) Case {
	id := fmt.Sprintf("pace/%s/%s/%s", kind.name, d.name, cipherNames[cipher])
	trial := func() *paceTrial {
		return &paceTrial{kind: kind, id: d.id, cipher: cipher, password: pace.CAN(rightCAN), protocol: apdu.ProtocolContactless}
	}
	return Case{ID: id,
		Right: func(ctx context.Context) error { return trial().run(ctx) },
		Wrong: func(ctx context.Context) error {
			if kind.mapping == chip.ChipAuthMapping {
				t := trial()
				t.signed = cmstest.NewKey(d.name)
				if err := mustBe(t.run(ctx), pace.ErrChip); err != nil {
					return fmt.Errorf("chip with another static key: %w", err)
				}
			}
			t := trial()
			t.password = pace.CAN(wrongCAN)
			return mustBe(t.run(ctx), pace.ErrDenied)
		}}
}

// profile makes the chip of the trial.
func (t *paceTrial) profile() chip.Profile {
	oid := paceOID(t.kind.arc, t.cipher)
	params := chip.PACEParams{OID: value(oid), Mapping: t.kind.mapping, Cipher: chip.Cipher(t.cipher), ParameterID: t.id}
	mf := map[uint16][]byte{chip.FileCardAccess: cmstest.Set(paceInfo(oid, t.id))}
	if t.kind.mapping == chip.ChipAuthMapping {
		curve, _ := curves.ByID(t.id)
		t.static = cmstest.NewKey(curve.Name)
		if t.signed == nil {
			t.signed = t.static
		}
		params.ChipKey = t.static.D
		mf[chip.FileCardSecurity] = cardSecurity(t.signed, t.id)
	}
	return chip.Profile{Protocol: t.protocol, Extended: true, MF: mf, PACE: []chip.PACEParams{params}}
}

// run goes in by PACE and reads a file; with chip authentication mapping it lets
// the chip prove itself by EF.CardSecurity before.
func (t *paceTrial) run(ctx context.Context) error {
	b, err := put(t.profile())
	if err != nil {
		return err
	}
	result, err := b.openPACE(ctx, t.password)
	if err != nil {
		return err
	}
	if t.kind.mapping == chip.ChipAuthMapping {
		if err := b.proveByCardSecurity(ctx, result); err != nil {
			return err
		}
	}
	return b.readSample(ctx)
}
