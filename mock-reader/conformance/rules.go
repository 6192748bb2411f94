package conformance

import (
	"bytes"
	"fmt"

	"chipid/cardlib/apdu"
	"chipid/cardlib/tlv"
)

// rule judges what a reader sent; it returns what is wrong, or nothing.
type rule struct {
	name  string
	check func(Trace) string
}

// keepsToTheStandard: the chip found nothing to object to.
var keepsToTheStandard = rule{"the reader breaks no clause", func(t Trace) string {
	for _, e := range t {
		if len(e.Broken) > 0 {
			return fmt.Sprintf("%s: %s", e.Name, e.Broken[0])
		}
	}
	return ""
}}

// readsSomething: the reader spoke to the card at all.
var readsSomething = rule{"the reader speaks to the card", func(t Trace) string {
	for _, e := range t {
		if !e.Reset {
			return ""
		}
	}
	return "no command came"
}}

// paceFirst: a reader that sees PACE offered does not begin with BAC (Doc 9303-11 §4.2).
var paceFirst = rule{"PACE is tried before BAC", func(t Trace) string {
	for _, e := range t {
		switch {
		case paceSet(e):
			return ""
		case e.Plain.INS == apdu.InsGetChallenge && !e.Secured:
			return "GET CHALLENGE came before any MSE:Set AT of PACE"
		}
	}
	return "PACE was not tried"
}}

// resetAfterFailure: after a failed PACE nothing but a reset, or PACE anew, comes.
var resetAfterFailure = rule{"the card is reset between a failed PACE and BAC", func(t Trace) string {
	failed := false
	for _, e := range t {
		switch {
		case e.Reset:
			failed = false
		case general(e) && !e.PlainResponse.SW.OK():
			failed = true
		case failed && e.Plain.INS == apdu.InsGetChallenge && !e.Secured:
			return "GET CHALLENGE came after a failed PACE without a reset"
		}
	}
	return ""
}}

// stopsAt: once the answer to a step of PACE was wrong, the protocol goes no
// further without a new MSE:Set AT.
func stopsAt(step int) rule {
	return rule{fmt.Sprintf("PACE ends with the wrong answer to its step %d", step), func(t Trace) string {
		stopped := false
		for _, e := range t {
			switch {
			case e.Reset, paceSet(e):
				stopped = false
			case stopped && (general(e) || e.Secured):
				return "went on with " + e.Name
			case general(e) && paceStep(e.Plain) == step:
				stopped = true
			}
		}
		return ""
	}}
}

// leavesTheChannel: after an answer that breaks secure messaging the channel is
// not used again (Doc 9303-11 §9.8.5).
var leavesTheChannel = rule{"a channel that broke is not used again", func(t Trace) string {
	broken := false
	for _, e := range t {
		switch {
		case e.Reset, !e.Secured:
			broken = false
		case broken:
			return "the channel was used again for " + e.Name
		}
		if e.Secured && (len(e.Faults) > 0 || e.ChannelEnded) {
			broken = true
		}
	}
	return ""
}}

// noChannel: nothing is sent under secure messaging.
var noChannel = rule{"no channel is used that was not opened", func(t Trace) string {
	for _, e := range t {
		if e.Secured || e.Plain.Secured() {
			return "sent under secure messaging: " + e.Name
		}
	}
	return ""
}}

// atMostTries: a password that is wrong is not tried again and again.
func atMostTries(n int) rule {
	return rule{fmt.Sprintf("at most %d passwords are tried", n), func(t Trace) string {
		tries := 0
		for _, e := range t {
			if general(e) && paceStep(e.Plain) == 4 || e.Plain.INS == apdu.InsExternalAuth && !e.Secured {
				tries++
			}
		}
		if tries > n {
			return fmt.Sprintf("%d were tried", tries)
		}
		return ""
	}}
}

// freshKeys: every ephemeral key is used once (TR-03105-5.1 ISO7816_D_10).
var freshKeys = rule{"every ephemeral key is new", func(t Trace) string {
	var seen [][]byte
	for _, e := range t {
		key := ephemeral(e)
		if key == nil {
			continue
		}
		for _, old := range seen {
			if bytes.Equal(old, key) {
				return "an ephemeral key came twice"
			}
		}
		seen = append(seen, key)
	}
	if len(seen) == 0 {
		return "no ephemeral key came"
	}
	return ""
}}

// names: MSE:Set AT of PACE names a protocol.
func names(oid []byte) rule {
	return rule{fmt.Sprintf("MSE:Set AT names the protocol %X", oid), func(t Trace) string {
		for _, e := range t {
			if !paceSet(e) {
				continue
			}
			els, err := tlv.ParseAll(e.Plain.Data)
			mechanism, _ := els.Find(0x80)
			if err != nil || !bytes.Equal(mechanism.Value, oid) {
				return fmt.Sprintf("it named %X", mechanism.Value)
			}
			return ""
		}
		return "no MSE:Set AT came"
	}}
}

// sends: some command of a kind came.
func sends(what string, is func(Event) bool) rule {
	return rule{what, func(t Trace) string {
		for _, e := range t {
			if !e.Reset && is(e) {
				return ""
			}
		}
		return "no such command came"
	}}
}

// neverSends: no command of a kind came.
func neverSends(what string, is func(Event) bool) rule {
	return rule{what, func(t Trace) string {
		for _, e := range t {
			if !e.Reset && is(e) {
				return "it came: " + e.Name
			}
		}
		return ""
	}}
}

func paceSet(e Event) bool {
	return !e.Reset && e.Plain.INS == apdu.InsMSE && e.Plain.P1 == 0xC1 && e.Plain.P2 == 0xA4
}

func general(e Event) bool { return !e.Reset && !e.Secured && e.Plain.INS == apdu.InsGeneralAuth }

// paceStep is the step of PACE that a GENERAL AUTHENTICATE belongs to, 0 for none.
func paceStep(cmd apdu.Command) int {
	if cmd.INS != apdu.InsGeneralAuth {
		return 0
	}
	e, err := tlv.ReadTag(cmd.Data, 0x7C)
	if err != nil {
		return 0
	}
	els, err := e.Children()
	switch {
	case err != nil:
		return 0
	case len(els) == 0:
		return 1
	case len(els) == 1:
		return map[tlv.Tag]int{0x81: 2, 0x83: 3, 0x85: 4}[els[0].Tag]
	}
	return 0
}

// ephemeral is the key that a terminal sends in a command, nil for none.
func ephemeral(e Event) []byte {
	if e.Reset || len(e.Plain.Data) == 0 {
		return nil
	}
	switch {
	case e.Plain.INS == apdu.InsGeneralAuth && paceStep(e.Plain) != 1 && paceStep(e.Plain) != 4:
		object, err := tlv.ReadTag(e.Plain.Data, 0x7C)
		if err != nil {
			return nil
		}
		els, err := object.Children()
		if err != nil || len(els) != 1 {
			return nil
		}
		return els[0].Value
	case e.Plain.INS == apdu.InsMSE && e.Plain.P2 == 0xA6:
		els, err := tlv.ParseAll(e.Plain.Data)
		if err != nil {
			return nil
		}
		key, _ := els.Find(0x91)
		return key.Value
	}
	return nil
}
