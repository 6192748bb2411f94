package chip

import (
	"time"

	"chipid/cardlib/apdu"
)

// Faults are the things that go wrong, in the order in which they are tried;
// several can strike one command.
type Faults []Fault

// Fault is one thing that goes wrong: when, and what. Every condition that is
// set must hold; a Fault without conditions strikes each command.
type Fault struct {
	// Command is the number of the command that is struck, counted from 1 since the
	// card was put in (resets do not count anew); 0 for any. From strikes that command and all after it.
	Command, From int
	// Ins strikes commands with this instruction only (as seen below secure messaging).
	Ins byte
	// File strikes commands that select or read this file, in the master file or in the application.
	File uint16
	// Offset, together with File, strikes reads only that reach beyond this offset in bytes.
	Offset int
	// Times is how often it strikes since the card was put in; 0 for always.
	Times int

	// Do is what happens; SW, Bytes, Delay belong to it.
	Do    Action
	SW    apdu.SW
	Bytes int
	Delay time.Duration
}

// Action is what a Fault does.
type Action int

const (
	// Tear takes the card away: no answer, and none to anything after it until [Chip.Insert].
	Tear Action = iota + 1
	// Mute gives no answer to this command; the reader reports a failed exchange.
	Mute
	// Hang never comes back until the caller gives up or the card is taken away.
	Hang
	// Status answers with SW and does nothing else; sealed if a channel is open.
	Status
	// PlainStatus answers with a bare SW and ends the channel.
	PlainStatus
	// Shorten makes READ BINARY return at most Bytes bytes, with 9000.
	Shorten
	// Flip flips the lowest bit of the byte at Offset of File before the answer is
	// sealed, so that no MAC can tell.
	Flip
	// FlipWire flips a bit of the answer after it is sealed.
	FlipWire
	// Replace answers with Bytes random bytes before the answer is sealed.
	Replace
	// Repeat answers what was answered to the command before, byte for byte.
	Repeat
	// Forget ends the channel before the command is looked at: 6988, or 6982 to a plain one.
	Forget
	// Slow answers after Delay.
	Slow
	// NoMAC, NoCryptogram and NoStatus leave DO 8E, 87 (or 85) or 99 out of a sealed
	// answer; the MAC is right over what is left.
	NoMAC
	NoCryptogram
	NoStatus
	// WrongMAC and WrongCryptogram change a byte of DO 8E, or of DO 87 (or 85) after
	// the MAC was taken. StaleCounter seals with the counter of the answer before.
	WrongMAC
	WrongCryptogram
	StaleCounter
)

// actionNames are said in the log.
var actionNames = map[Action]string{
	Tear: "tear", Mute: "mute", Hang: "hang", Status: "status", PlainStatus: "plain status", Shorten: "shorten",
	Flip: "flip", FlipWire: "flip on the wire", Replace: "replace", Repeat: "repeat", Forget: "forget", Slow: "slow",
	NoMAC: "no MAC", NoCryptogram: "no cryptogram", NoStatus: "no status", WrongMAC: "wrong MAC",
	WrongCryptogram: "wrong cryptogram", StaleCounter: "stale counter",
}

func (a Action) String() string { return actionNames[a] }

// strikes tells whether the fault's conditions hold for a command.
func (f *Fault) strikes(number int, ins byte, t target) bool {
	switch {
	case f.Command != 0 && f.Command != number, number < f.From, f.Ins != 0 && f.Ins != ins:
		return false
	case f.File != 0 && f.File != t.file:
		return false
	case f.File != 0 && f.Offset > 0:
		return t.reads && t.offset+t.length > f.Offset
	}
	return true
}

// struck returns the faults that strike a command and counts them.
func (c *Chip) struck(ins byte, t target) []*Fault {
	var hits []*Fault
	for i := range c.profile.Faults {
		f := &c.profile.Faults[i]
		if !f.strikes(c.number, ins, t) || (f.Times > 0 && c.faultHits[i] >= f.Times) {
			continue
		}
		c.faultHits[i]++
		hits = append(hits, f)
	}
	return hits
}
