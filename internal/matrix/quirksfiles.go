package main

import (
	"fmt"
	"slices"

	"chipid/cardlib"
	"chipid/cardlib/apdu"
	"chipid/cardlib/lds"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
)

// fileQuirks are files that are missing, refused or not what they should be. A
// missing optional file is not a failed read.
func fileQuirks() []quirk {
	all := []quirk{
		{id: "files/EF.COM-missing", alter: withoutCOM, shows: saw(apdu.SWFileNotFound)},
		{id: "files/EF.COM-malformed", shows: sawInstruction(apdu.InsReadBinary),
			alter: func(p *chip.Profile) { p.LDS[chip.FileCOM] = []byte{0x60, 0x03, 0x5C, 0x01, 0x00} }},
		{id: "files/EF.COM-lists-less", shows: sawInstruction(apdu.InsReadBinary),
			alter:  func(p *chip.Profile) { p.LDS[chip.FileCOM] = issuer.EncodeCOM(1, 2) },
			expect: genuineWith(remarked(verdict.Consistency, verdict.COMMismatch))},
		{id: "files/refused-SELECT-drops-the-channel", shows: dropped(apdu.SWFileNotFound), alter: func(p *chip.Profile) {
			withoutCOM(p)
			p.Quirks.DropOnRefusedSelect = true
		}},
		{id: "files/refused-READ-drops-the-channel", shows: dropped(apdu.SWSMObjectsIncorrect), alter: func(p *chip.Profile) {
			p.Faults = chip.Faults{{File: chip.FileCOM, Do: chip.Forget}}
		}},
		{id: "files/bare-6A82", shows: dropped(apdu.SWFileNotFound), alter: func(p *chip.Profile) {
			p.Faults = chip.Faults{{File: chip.FileCOM, Do: chip.PlainStatus, SW: apdu.SWFileNotFound}}
		}},
		{id: "files/no-short-identifiers", alter: with(func(q *chip.Quirks) { q.NoShortFileID = true }), shows: saw(apdu.SWFunctionNotSupported)},
		{id: "files/no-short-identifiers-and-channel-dropped", shows: saw(apdu.SWFunctionNotSupported), alter: func(p *chip.Profile) {
			withoutCOM(p)
			p.Quirks.NoShortFileID, p.Quirks.DropOnRefusedSelect = true, true
		}},
		{id: "files/DG3-needs-terminal-authentication", shows: saw(apdu.SWSecurityStatus), alter: func(*chip.Profile) {},
			plan:   func(p *cardlib.Plan) { p.Groups = []lds.Group{lds.DG1, lds.DG2, lds.DG3, lds.DG13} },
			expect: genuineWith(remarked(verdict.Hashes, verdict.GroupRefused))},
	}
	for _, sw := range []apdu.SW{apdu.SWSecurityStatus, apdu.SWConditionsOfUse, apdu.SWFunctionNotSupported, apdu.SWInsNotSupported, apdu.SWUnspecified} {
		all = append(all, quirk{id: fmt.Sprintf("files/EF.COM-refused-%04X", uint16(sw)), shows: saw(sw),
			alter: with(func(q *chip.Quirks) { q.FileSW[chip.FileCOM] = sw })})
	}
	for _, g := range []int{2, 13, 14, 15} {
		all = append(all, stripped(g))
	}
	return append(all, quirk{id: "files/DG14-set-in-another-order", resign: true, shows: sawInstruction(apdu.InsReadBinary), alter: reorderDG14})
}

func withoutCOM(p *chip.Profile) { delete(p.LDS, chip.FileCOM) }

// dropped is an answer in plain that ended the channel.
func dropped(sw apdu.SW) func(chip.Entry) bool {
	return func(e chip.Entry) bool { return e.ChannelEnded && e.PlainResponse.SW == sw }
}

// stripped is a chip that denies a group which its EF.SOD lists.
func stripped(group int) quirk {
	file := chip.FileDG(group)
	return quirk{id: fmt.Sprintf("files/DG%d-denied-though-listed", group), alarm: true, shows: saw(apdu.SWFileNotFound),
		alter:  func(p *chip.Profile) { delete(p.LDS, file) },
		expect: verdicts(verdict.Failure, verdict.Hashes, "failed STRIPPED", verdict.Signature, passed)}
}

// reorderDG14 writes the SecurityInfos in an order that is not DER's: the file is
// hashed as read, never encoded again.
func reorderDG14(p *chip.Profile) {
	set := infosOf(contentOf(p.LDS[chip.FileDG(14)]))
	slices.SortFunc(set, func(a, b []byte) int { return slices.Compare(b, a) })
	p.LDS[chip.FileDG(14)] = dg14(set...)
}
