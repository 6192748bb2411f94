package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"chipid/cardlib"
	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/tlv"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
)

// accessQuirks are chips that want the way in gone otherwise.
func accessQuirks() []quirk {
	all := []quirk{
		{id: "pace/parameter-id-required", alter: with(func(q *chip.Quirks) { q.ParameterTag = chip.TagRequired }), shows: saw(0x6A87)},
		{id: "pace/parameter-id-refused", alter: with(func(q *chip.Quirks) { q.ParameterTag = chip.TagRefused }), shows: setATWith(false)},
		{id: "pace/one-OID-two-curves", alter: offerAlso(paceOID(ecdhGM.arc, 2), p256, true), resign: true, shows: setATWith(true)},
		{id: "pace/forbidden-offer-first", alter: offerAlso(paceOID(ecdhIM.arc, 2), p224, false), resign: true, shows: setATWith(false)},
		{id: "pace/failed-then-MRZ", withMRZ: true, keys: wrongNumber, shows: saw(apdu.SWWarning),
			alter:  with(func(q *chip.Quirks) { q.ResetAfterPACE = true }),
			expect: genuineWith(wentIn(cardlib.AccessPACEMRZ, 1))},
		{id: "pace/refused-then-BAC", withMRZ: true, shows: saw(apdu.SWFunctionNotSupported),
			alter: func(p *chip.Profile) { p.PACE, p.Quirks.ResetAfterPACE = nil, true },
			expect: genuineWith(func(o *outcome) error {
				return errors.Join(wentIn(cardlib.AccessBAC, 1)(o), remarked(verdict.Consistency, verdict.BACThoughPACE)(o))
			})},
		{id: "pace/failed-then-blocked-then-BAC", withMRZ: true, keys: wrongNumber, shows: saw(apdu.SWAuthBlocked),
			alter:  with(func(q *chip.Quirks) { q.PACETries = 1 }),
			expect: genuineWith(wentIn(cardlib.AccessBAC, 1))},
		{id: "pace/breaks-off-once", withMRZ: true, shows: sawFault, alter: func(p *chip.Profile) {
			p.Faults = chip.Faults{{Ins: apdu.InsGeneralAuth, Do: chip.Status, SW: apdu.SWUnspecified, Times: 1}}
		}},
		{id: "pace/hidden-in-EF.CardAccess", withMRZ: true, shows: sawInstruction(apdu.InsExternalAuth),
			alter:  func(p *chip.Profile) { delete(p.MF, chip.FileCardAccess); p.PACE = nil },
			expect: genuineWith(remarked(verdict.Consistency, verdict.BACThoughPACE))},
		{id: "pace/downgraded-in-EF.CardAccess", alarm: true, alter: downgrade, shows: setATWith(false),
			expect: verdicts(verdict.Failure, verdict.Consistency, "failed CARDACCESS_MISMATCH", verdict.Hashes, passed)},
		{id: "pace/PIN-alone", shows: setATWith(false), expect: genuineWith(wentIn(cardlib.AccessPACEPIN, 0)),
			alter: func(p *chip.Profile) { p.PIN = rightPIN }, keys: func(k *access.Keys) { k.CAN, k.PIN = "", rightPIN }},
		{id: "pace/no-PIN-on-the-chip", alarm: true, shows: saw(apdu.SWReferencedDataUnknown), alter: func(*chip.Profile) {},
			keys: func(k *access.Keys) { k.CAN, k.PIN = "", rightPIN }, expect: fails(cardlib.CodeAccessNeedsMore)},
		{id: "bac/wrong-key-6982", alarm: true, withMRZ: true, shows: saw(apdu.SWSecurityStatus),
			alter: func(p *chip.Profile) {
				p.PACE, p.MRZInfo, p.Quirks.WrongBAC = nil, wrongMRZ.Information(), apdu.SWSecurityStatus
			}, expect: fails(cardlib.CodeAccessDenied)},
		{id: "bac/select-without-access", withMRZ: true, shows: sawInstruction(apdu.InsExternalAuth),
			alter: func(p *chip.Profile) {
				delete(p.MF, chip.FileCardAccess)
				p.PACE, p.Quirks.SelectWithoutAccess = nil, true
			}},
	}
	return append(append(all, wrongPasswordQuirks()...), masterFileQuirks()...)
}

// wrongPasswordQuirks are the words in which chips say that the password is wrong.
func wrongPasswordQuirks() []quirk {
	var all []quirk
	for _, sw := range []apdu.SW{apdu.SWWarning, apdu.SWSecurityStatus, apdu.SWConditionsOfUse, apdu.SWSMObjectsIncorrect, apdu.SWWrongData, 0x63C2} {
		all = append(all, quirk{id: fmt.Sprintf("pace/wrong-password-%04X", uint16(sw)), alarm: true, keys: wrongNumber, shows: saw(sw),
			alter: func(p *chip.Profile) {
				if p.Quirks.WrongPassword = sw; sw == 0x63C2 {
					p.Quirks.PACETries = 3
				}
			}, expect: deniedWith(sw)})
	}
	return all
}

func wrongNumber(k *access.Keys) { k.CAN = wrongCAN }

// masterFileQuirks are about what lies above the application.
func masterFileQuirks() []quirk {
	assumed := genuineWith(remarked(verdict.Consistency, verdict.CardAccessAssumed))
	selected := func(ctx context.Context, c apdu.Card) error { return selectApplication(ctx, c) }
	return []quirk{
		{id: "mf/no-way-back-from-the-application", before: selected, shows: saw(apdu.SWSecurityStatus),
			alter:  with(func(q *chip.Quirks) { q.NoWayBack = true }),
			expect: genuineWith(wentIn(cardlib.AccessPACECAN, 1))},
		{id: "mf/EF.CardAccess-missing", shows: saw(apdu.SWFileNotFound), expect: assumed,
			alter: func(p *chip.Profile) { delete(p.MF, chip.FileCardAccess) }},
		{id: "mf/EF.CardAccess-refused", shows: saw(apdu.SWSecurityStatus), expect: assumed, alter: func(p *chip.Profile) {
			p.Faults = chip.Faults{{File: chip.FileCardAccess, Do: chip.Status, SW: apdu.SWSecurityStatus}}
		}},
		{id: "mf/EF.CardAccess-malformed", shows: sawInstruction(apdu.InsReadBinary), expect: assumed,
			alter: func(p *chip.Profile) { p.MF[chip.FileCardAccess] = []byte{0x31, 0x02, 0x02, 0x00} }},
	}
}

// wentIn wants a way in and at least as many resets on the way.
func wentIn(way string, resets int) func(*outcome) error {
	return func(o *outcome) error {
		if got := o.result.Document.Access; got != way {
			return fmt.Errorf("access by %s, due was %s", got, way)
		}
		if o.result.Stats.Resets < resets {
			return errors.New("the chip was not reset")
		}
		return nil
	}
}

// deniedWith wants ACCESS_DENIED with the chip's status word.
func deniedWith(sw apdu.SW) func(*outcome) error {
	return func(o *outcome) error {
		if err := fails(cardlib.CodeAccessDenied)(o); err != nil {
			return err
		}
		var e *cardlib.Error
		if !errors.As(o.err, &e) || e.SW != sw || !slices.Equal(e.Tried, []string{cardlib.AccessPACECAN}) {
			return fmt.Errorf("%w: status word or tries are not told", o.err)
		}
		return nil
	}
}

// setATWith is an MSE:Set AT of PACE that the chip took, with or without the parameter id.
func setATWith(parameter bool) func(chip.Entry) bool {
	return func(e chip.Entry) bool {
		if e.Plain.INS != apdu.InsMSE || e.Plain.P1 != 0xC1 || !e.PlainResponse.SW.OK() {
			return false
		}
		els, err := tlv.ParseAll(e.Plain.Data)
		_, found := els.Find(0x84)
		return err == nil && found == parameter
	}
}

// offerAlso puts a PACEInfo before the others of EF.CardAccess and into DG14; the
// chip honours it or not.
func offerAlso(oid []byte, parameter int, honoured bool) func(*chip.Profile) {
	return func(p *chip.Profile) {
		info := paceInfo(oid, parameter)
		p.MF[chip.FileCardAccess] = cmstest.Set(append([][]byte{info}, infosOf(p.MF[chip.FileCardAccess])...)...)
		p.LDS[chip.FileDG(14)] = dg14(append([][]byte{info}, infosOf(contentOf(p.LDS[chip.FileDG(14)]))...)...)
		if honoured {
			p.PACE = append(slices.Clone(p.PACE), chip.PACEParams{OID: value(oid), Mapping: chip.GenericMapping, Cipher: chip.AES128, ParameterID: parameter})
		}
	}
}

// infosOf are the SecurityInfos of a set that the issuer wrote.
func infosOf(set []byte) [][]byte {
	e, err := tlv.ReadTag(set, 0x31)
	if err != nil {
		panic(err)
	}
	children, err := e.Children()
	if err != nil {
		panic(err)
	}
	var infos [][]byte
	for _, c := range children {
		infos = append(infos, c.Raw)
	}
	return infos
}

// downgrade edits EF.CardAccess to offer 3DES alone; the chip takes it.
func downgrade(p *chip.Profile) {
	oid := paceOID(ecdhGM.arc, 1)
	p.MF[chip.FileCardAccess] = cmstest.Set(paceInfo(oid, brainpoolP256r1))
	p.PACE = append(slices.Clone(p.PACE), chip.PACEParams{OID: value(oid), Mapping: chip.GenericMapping, Cipher: chip.TDES, ParameterID: brainpoolP256r1})
}
