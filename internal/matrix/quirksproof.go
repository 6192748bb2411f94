package main

import (
	"crypto"

	"chipid/cardlib/apdu"
	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/curves"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
)

// proofQuirks are about chip and active authentication.
func proofQuirks() []quirk {
	aa := func(change func(*chip.AAKey)) func(*chip.Profile) {
		return func(p *chip.Profile) {
			key := *p.AA
			change(&key)
			p.AA = &key
		}
	}
	byAA := verdicts(verdict.Genuine, verdict.ChipAuth, "unavailable CA_V2", verdict.ActiveAuth, passed)
	failsCA := func(why string) func(*outcome) error {
		return verdicts(verdict.Failure, verdict.ChipAuth, "failed "+why, verdict.ActiveAuth, passed, verdict.Hashes, passed)
	}
	failsAA := func(why string) func(*outcome) error {
		return verdicts(verdict.Failure, verdict.ActiveAuth, "failed "+why, verdict.ChipAuth, passed, verdict.Hashes, passed)
	}
	internal := sawInstruction(apdu.InsInternalAuth)
	return []quirk{
		{id: "aa/trailer-BC", alter: aa(func(k *chip.AAKey) { k.Hash = crypto.SHA1 }), shows: internal},
		{id: "aa/trailer-35CC", alter: aa(func(k *chip.AAKey) { k.Hash = crypto.SHA512 }), shows: internal},
		{id: "aa/smaller-signature", alter: aa(func(k *chip.AAKey) { k.Smaller = true }), shows: internal},
		{id: "aa/after-CA-only", alter: with(func(q *chip.Quirks) { q.AA.When = chip.AAAfterCA }), shows: internal},
		{id: "aa/before-CA-only", alter: with(func(q *chip.Quirks) { q.AA.When = chip.AABeforeCA }), shows: saw(apdu.SWConditionsOfUse)},
		{id: "aa/refused-though-announced", alarm: true, shows: saw(apdu.SWInsNotSupported), expect: failsAA("REFUSED"),
			alter: with(func(q *chip.Quirks) { q.AA.Refuse = apdu.SWInsNotSupported })},
		{id: "aa/replayed", alarm: true, shows: internal, expect: failsAA("WRONG_ANSWER"),
			alter: with(func(q *chip.Quirks) { q.AA.Answer = chip.AAReplayed })},
		{id: "aa/random", alarm: true, shows: internal, expect: failsAA("WRONG_ANSWER"),
			alter: with(func(q *chip.Quirks) { q.AA.Answer = chip.AAWrong })},
		{id: "ca/3DES-by-KAT", resign: true, alter: withKey(1, 1, chip.CAQuirk{NoSetAT: true}), shows: mse(0x41A6)},
		{id: "ca/3DES-by-AT", resign: true, alter: withKey(1, 1, chip.CAQuirk{NoSetKAT: true}), shows: mse(0x41A4)},
		{id: "ca/AES-256", resign: true, alter: withKey(4, 1, chip.CAQuirk{}), shows: mse(0x41A4)},
		{id: "ca/version-2-alone", resign: true, alter: withKey(2, 2, chip.CAQuirk{}), shows: internal, expect: byAA},
		{id: "ca/refused-though-announced", alarm: true, shows: saw(apdu.SWConditionsOfUse), expect: failsCA("REFUSED"),
			alter: with(func(q *chip.Quirks) { q.CA.RefuseSet = apdu.SWConditionsOfUse })},
		{id: "ca/key-refused", alarm: true, shows: saw(0x6300), expect: failsCA("REFUSED"),
			alter: with(func(q *chip.Quirks) { q.CA.RefuseKey = 0x6300 })},
		{id: "ca/new-channel-is-dead", alarm: true, shows: sawInstruction(apdu.InsGeneralAuth), expect: failsCA("WRONG_ANSWER"),
			alter: with(func(q *chip.Quirks) { q.CA.DeadChannel = true })},
	}
}

// mse is an MSE with these P1 and P2 that the chip took.
func mse(p1p2 uint16) func(chip.Entry) bool {
	return func(e chip.Entry) bool {
		return e.Plain.INS == apdu.InsMSE && uint16(e.Plain.P1)<<8|uint16(e.Plain.P2) == p1p2 && e.PlainResponse.SW.OK()
	}
}

// withKey gives the chip another key for chip authentication, and DG14 with it
// and the PACEInfo of the card.
func withKey(cipher, version int, q chip.CAQuirk) func(*chip.Profile) {
	return func(p *chip.Profile) {
		curve, _ := curves.ByID(p256)
		a, oid, id := ecAgreement(curve, named), chipAuthOID(arcECDH, cipher), 3
		p.LDS[chip.FileDG(14)] = dg14(chipAuthInfo(oid, version, id), chipAuthKeyInfo(a.arc, a.spki, id), paceInfo(paceOID(ecdhGM.arc, 2), brainpoolP256r1))
		p.MF[chip.FileCardAccess] = cmstest.Set(paceInfo(paceOID(ecdhGM.arc, 2), brainpoolP256r1))
		p.CA = []chip.CAKey{{KeyID: &id, OID: value(oid), Cipher: chip.Cipher(cipher), Curve: curve, D: a.d}}
		p.Quirks.CA = q
	}
}
