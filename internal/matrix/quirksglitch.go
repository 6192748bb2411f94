package main

import (
	"fmt"
	"strings"
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
	} {
		all = append(all, quirk{id: "glitch/" + x.name, alarm: true, shows: sawFault, expect: fails(x.code),
			alter: func(p *chip.Profile) {
				p.Faults = chip.Faults{{File: chip.FileDG(2), Offset: glitchAt, Do: x.do}}
			}})
	}
	// What cannot be read whole, however often it is tried, costs the portrait alone.
	return append(all, quirk{id: "glitch/channel-lost-again-and-again", shows: sawFault, expect: withoutPortrait,
		alter: func(p *chip.Profile) {
			p.Faults = chip.Faults{{File: chip.FileDG(2), Offset: glitchAt, Do: chip.Forget}}
		}})
}

// resumed wants that DG2 was not begun anew: little of it was read twice.
func resumed(o *outcome) error {
	const twice = 4096 // bytes: the block that was struck, and the first one
	m, err := theMock()
	if err != nil {
		return err
	}
	n := 0
	for _, e := range o.log {
		if strings.Contains(e.Name, "EF.DG2,") {
			n += len(e.PlainResponse.Data)
		}
	}
	if size := len(m.profile.LDS[chip.FileDG(2)]); n > size+twice || size < 2*glitchAt {
		return fmt.Errorf("%d bytes of DG2 were read for a file of %d", n, size)
	}
	return nil
}
