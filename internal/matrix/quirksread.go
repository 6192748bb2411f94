package main

import (
	"bytes"
	"errors"
	"fmt"

	"chipid/cardlib/apdu"
	"chipid/cardlib/lds"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
)

// readQuirks are habits of READ BINARY.
func readQuirks() []quirk {
	var all []quirk
	for _, most := range []int{0x10, 0x60, 0xDF, 1000} {
		all = append(all, quirk{id: fmt.Sprintf("read/fewer-bytes-than-asked-%d", most), shows: gave(most),
			alter: func(p *chip.Profile) { p.MaxResponse = most }})
	}
	for _, end := range []struct {
		name  string
		habit chip.EndOfFile
		sw    apdu.SW
	}{{"6282", chip.EndWarning, apdu.SWEndOfFile}, {"9000", chip.EndSilent, apdu.SWSuccess}, {"6Cxx", chip.EndCorrect, 0}} {
		for _, tr := range transports {
			shows := saw(end.sw)
			if end.habit == chip.EndCorrect {
				shows = func(e chip.Entry) bool { return e.PlainResponse.SW.SW1() == 0x6C }
			}
			all = append(all, quirk{id: fmt.Sprintf("read/end-of-file-%s/%s", end.name, tr.name), shows: shows,
				alter: func(p *chip.Profile) {
					p.Protocol, p.Extended, p.Quirks.EndOfFile = tr.protocol, tr.extended, end.habit
				}})
		}
	}
	for _, limit := range []int{0xE0 - 33, 0xA0, 0x60} {
		for _, sw := range []apdu.SW{apdu.SWWrongLength, apdu.SWUnspecified, 0x6981, 0x6C00 | apdu.SW(limit)} {
			all = append(all, quirk{id: fmt.Sprintf("read/at-most-%d-else-%04X", limit, uint16(sw)), shows: saw(sw),
				alter:  with(func(q *chip.Quirks) { q.MaxLe, q.MaxLeSW = limit, sw }),
				expect: genuineWith(learns(sw))})
		}
	}
	return append(all, offsetQuirks()...)
}

// gave is an answer of exactly n plain bytes.
func gave(n int) func(chip.Entry) bool {
	return func(e chip.Entry) bool { return e.Plain.INS == apdu.InsReadBinary && len(e.PlainResponse.Data) == n }
}

// learns wants the block size found once and remembered: few refusals in all.
func learns(sw apdu.SW) func(*outcome) error {
	const most = 12 // at most a few for each of the sizes tried
	return func(o *outcome) error {
		n := 0
		for _, e := range o.log {
			if e.PlainResponse.SW == sw {
				n++
			}
		}
		if n > most {
			return fmt.Errorf("%d refused commands: the size is not remembered", n)
		}
		return nil
	}
}

// offsetQuirks are files that end early or reach far.
func offsetQuirks() []quirk {
	return []quirk{
		{id: "read/offset-above-7FFF", resign: true, alter: longPortrait, shows: sawInstruction(apdu.InsReadBinaryOdd)},
		{id: "read/offset-above-7FFF-short", resign: true, shows: sawInstruction(apdu.InsReadBinaryOdd), alter: func(p *chip.Profile) {
			longPortrait(p)
			p.Extended = false
		}},
		{id: "read/offset-above-7FFF-T=0", resign: true, shows: sawInstruction(apdu.InsReadBinaryOdd), alter: func(p *chip.Profile) {
			longPortrait(p)
			p.Protocol, p.Extended = apdu.ProtocolT0, false
		}},
		{id: "read/no-odd-instruction", resign: true, shows: saw(apdu.SWInsNotSupported), expect: withoutPortrait, alter: func(p *chip.Profile) {
			longPortrait(p)
			p.Quirks.NoOddRead = true
		}},
		{id: "read/file-shorter-than-it-claims", resign: true, shows: saw(apdu.SWWrongOffset), expect: withoutPortrait, alter: func(p *chip.Profile) {
			file := p.LDS[chip.FileDG(2)]
			p.LDS[chip.FileDG(2)] = file[:len(file)-300]
		}},
	}
}

// longPortrait makes DG2 longer than READ BINARY with the even instruction can reach.
func longPortrait(p *chip.Profile) {
	faces, err := lds.ParseDG2(p.LDS[chip.FileDG(2)])
	if err != nil || len(faces) == 0 {
		panic(errors.Join(err, errors.New("no face on the mock card")))
	}
	// What stands behind the end of a JPEG image is no part of it.
	faces[0].Image = append(bytes.Clone(faces[0].Image), make([]byte, 40<<10)...)
	if p.LDS[chip.FileDG(2)], err = lds.EncodeDG2(faces[:1]); err != nil {
		panic(err)
	}
}

// withoutPortrait wants everything but the portrait, which is said to be broken;
// where its file did not arrive whole there is nothing to compare its hash with.
func withoutPortrait(o *outcome) error {
	if o.err != nil {
		return o.err
	}
	d := o.result.Document
	switch {
	case d.Portrait != nil:
		return errors.New("a portrait came out of a file that could not be read")
	case len(d.Broken) != 1 || d.Broken[0] != lds.DG2.String():
		return fmt.Errorf("broken are %v", d.Broken)
	case d.Citizen.FullName == "":
		return errors.New("the text is gone with the portrait")
	}
	hashes := passed
	if d.Groups[lds.DG2] == nil {
		hashes = "unavailable GROUP_UNREAD"
	}
	return compare(o.result.Report, expectation{verdict.Signature: passed, verdict.Anchor: passed,
		verdict.ActiveAuth: passed, verdict.ChipAuth: passed, verdict.Hashes: hashes})
}

// lengthQuirks are about extended length, which is to be tried and not believed.
func lengthQuirks() []quirk {
	extended := func(e chip.Entry) bool {
		return e.Plain.INS == apdu.InsReadBinary && len(e.PlainResponse.Data) > apdu.MaxShortLe
	}
	reach := func(protocol apdu.Protocol, extended bool) func(*chip.Profile) {
		return func(p *chip.Profile) { p.Protocol, p.Extended = protocol, extended }
	}
	return []quirk{
		{id: "length/extended", alter: reach(apdu.ProtocolContactless, true), shows: extended},
		{id: "length/short-only", alter: reach(apdu.ProtocolContactless, false), shows: sawInstruction(apdu.InsGetResponse)},
		{id: "length/T=0", alter: reach(apdu.ProtocolT0, false), shows: sawInstruction(apdu.InsGetResponse)},
		{id: "length/T=1", alter: reach(apdu.ProtocolT1, true), shows: extended},
		{id: "length/T=1-short-only", alter: reach(apdu.ProtocolT1, false), shows: sawInstruction(apdu.InsGetResponse)},
		{id: "length/announced-and-not-there", shows: func(e chip.Entry) bool { return e.Name == "malformed command" }, alter: func(p *chip.Profile) {
			p.Extended, p.ATR = false, chip.DefaultATR(apdu.ProtocolContactless, true)
		}},
		{id: "length/there-and-not-announced", shows: sawInstruction(apdu.InsReadBinary), alter: func(p *chip.Profile) {
			p.Extended, p.ATR = true, chip.DefaultATR(apdu.ProtocolContactless, false)
		}},
		{id: "length/ATR-says-nothing", shows: sawInstruction(apdu.InsReadBinary), alter: func(p *chip.Profile) {
			p.ATR = chip.BuildATR(apdu.ProtocolContactless, nil)
		}},
	}
}
