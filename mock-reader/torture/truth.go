package torture

import (
	"bytes"

	"chipid/cardlib/apdu"
	"chipid/mock-reader/chip"
)

// truth is what chip and link really did in one read. It is used by the
// goroutine of the read until that has returned.
type truth struct {
	entries []chip.Entry
	twisted map[int]bool // answers whose data were changed before they were sealed
	garbled map[int]bool // answers whose body was changed on the link
	// cardAccess is EF.CardAccess as it last arrived.
	cardAccess []byte
}

func newTruth() *truth { return &truth{twisted: map[int]bool{}, garbled: map[int]bool{}} }

func (t *truth) log(e chip.Entry) { t.entries = append(t.entries, e) }

func (t *truth) inPlain(number int, before, after apdu.Response) {
	if !bytes.Equal(before.Data, after.Data) {
		t.twisted[number] = true
	}
}

func (t *truth) onWire(number int, before, after apdu.Response) {
	if !bytes.Equal(before.Data, after.Data) {
		t.garbled[number] = true
	}
}

// delivered notes what the reader was given. EF.CardAccess is the only file
// that is read in plain.
func (t *truth) delivered(cmd apdu.Command, resp apdu.Response) {
	if cmd.INS != apdu.InsReadBinary || cmd.Secured() || len(resp.Data) == 0 {
		return
	}
	if cmd.P1 == 0 && cmd.P2 == 0 {
		t.cardAccess = nil
	}
	t.cardAccess = append(t.cardAccess, resp.Data...)
}

// honest tells whether the chip's own answer reached the reader.
func (t *truth) honest(e chip.Entry) bool {
	return e.Response != nil && len(e.Faults) == 0 && !t.twisted[e.Number] && !t.garbled[e.Number]
}

// provedActively tells whether the chip signed a challenge and the reader was
// given that signature.
func (t *truth) provedActively() bool {
	for _, e := range t.entries {
		if e.Plain.INS == apdu.InsInternalAuth && len(e.PlainResponse.Data) > 0 && t.honest(e) {
			return true
		}
	}
	return false
}

// provedByAgreement tells whether the chip made new keys by chip authentication
// and answered a command under them. What it answered does not matter, only
// that it was sealed rightly.
func (t *truth) provedByAgreement() bool {
	agreed := false
	for _, e := range t.entries {
		understood := e.Secured && e.PlainResponse.SW != 0 && !e.ChannelEnded
		if agreed && understood && e.Response != nil && !t.garbled[e.Number] && !sealedWrongly(e) {
			return true
		}
		switch {
		case e.Plain.INS == apdu.InsGetResponse: // below secure messaging
		case !e.Secured:
			agreed = false
		case e.Plain.INS == apdu.InsGeneralAuth, e.Plain.INS == apdu.InsMSE && e.Plain.P2 == 0xA6:
			agreed = true
		}
	}
	return false
}

// sealedWrongly tells whether a fault struck the answer's secure messaging.
func sealedWrongly(e chip.Entry) bool {
	for _, f := range e.Faults {
		if f != chip.Replace.String() {
			return true
		}
	}
	return false
}
