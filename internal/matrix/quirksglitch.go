package main

import (
	"fmt"
	"time"

	"chipid/cardlib"
	"chipid/cardlib/apdu"
	"chipid/mock-reader/chip"
)

// glitchAt is the offset in DG2 at which the glitches strike, in bytes.
const glitchAt = 6000

// glitchQuirks are faults that pass: the read goes on where it was.
func glitchQuirks() []quirk {
	var all []quirk
	for _, x := range []struct {
		name  string
		fault chip.Fault
	}{
		{"channel-forgotten", chip.Fault{Do: chip.Forget}},
		{"bare-6F00", chip.Fault{Do: chip.PlainStatus, SW: apdu.SWUnspecified}},
		{"bare-6988", chip.Fault{Do: chip.PlainStatus, SW: apdu.SWSMObjectsIncorrect}},
		{"bit-flipped", chip.Fault{Do: chip.FlipWire}},
		{"answer-repeated", chip.Fault{Do: chip.Repeat}},
		{"sealed-6F00", chip.Fault{Do: chip.Status, SW: apdu.SWUnspecified}},
		{"short-answer", chip.Fault{Do: chip.Shorten, Bytes: 7}},
		{"slow-answer", chip.Fault{Do: chip.Slow, Delay: 50 * time.Millisecond}},
	} {
		x.fault.File, x.fault.Offset, x.fault.Times = chip.FileDG(2), glitchAt, 1
		all = append(all, quirk{id: "glitch/" + x.name, shows: sawFault, expect: genuineWith(resumed),
			alter: func(p *chip.Profile) { p.Faults = chip.Faults{x.fault} }})
	}
	for _, x := range []struct {
		name string
		do   chip.Action
		code cardlib.Code
	}{
		{"card-taken-away", chip.Tear, cardlib.CodeCardRemoved},
		{"chip-falls-silent", chip.Mute, cardlib.CodeLinkFailed},
		{"channel-lost-again-and-again", chip.Forget, cardlib.CodeChannelLost},
	} {
		all = append(all, quirk{id: "glitch/" + x.name, alarm: true, shows: sawFault, expect: fails(x.code),
			alter: func(p *chip.Profile) {
				p.Faults = chip.Faults{{File: chip.FileDG(2), Offset: glitchAt, Do: x.do}}
			}})
	}
	return all
}

// resumed wants that DG2 was not begun anew: bytes far before the glitch were
// read once only, however the file was selected.
func resumed(o *outcome) error {
	const before = glitchAt / 2
	again := 0
	for _, e := range o.log {
		if e.Plain.INS == apdu.InsReadBinary && e.Plain.P1&0x80 == 0 && int(e.Plain.P1)<<8|int(e.Plain.P2) == 0 {
			again++ // files are begun by their short identifier; offset 0 of a current file is a new beginning
		}
	}
	if again > 1 { // EF.CardAccess has no short identifier outside the application
		return fmt.Errorf("%d files were begun again (glitch at %d, looked before %d)", again-1, glitchAt, before)
	}
	return nil
}
