package record

import (
	"errors"
	"time"

	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/securemsg"
)

// Kind is what a recording holds.
type Kind string

// The kinds.
const (
	Masked Kind = "masked"
	Full   Kind = "full"
)

// Recording is a conversation with a card.
type Recording struct {
	Kind Kind
	// Program says what made it, for people.
	Program string
	// ATR and Protocol are those of the link.
	ATR      []byte
	Protocol apdu.Protocol
	// Access is the way in, of a masked recording; empty if there was none.
	Access string
	// Keys are those that were used, of a full recording.
	Keys   access.Keys
	Events []Event
}

// Event is one thing that happened; exactly one of Command, Reset and Random is set.
type Event struct {
	// Command and Answer are encoded APDUs. In a masked recording they are masked,
	// and stand above secure messaging unless Plain is set.
	Command, Answer []byte
	Plain           bool
	// BlockSize is that of the channel's cipher in bytes, 0 in plain: the reader
	// chooses the sizes of its commands by it.
	BlockSize int
	// Fault says why no answer came, by a name of [faults]; empty if one did. Where
	// the chip dropped the channel with a status word in plain, Answer is that.
	Fault string
	// Took is how long the exchange took, in whole microseconds.
	Took time.Duration
	// Reset: the card was reset.
	Reset bool
	// Random are bytes that the reader drew, of a full recording.
	Random []byte
}

// Errors of recording and of playing back; test with errors.Is.
var (
	// ErrNotSynthetic: the card is not one of the test CSCA, or that could not be
	// made out. Nothing of a full recording is kept then.
	ErrNotSynthetic = errors.New("record: not a card of the test CSCA: nothing was kept")
	// ErrFormat: the file is no recording, is cut off, or is over a limit.
	ErrFormat = errors.New("record: malformed recording")
	// ErrDiverged: a command that the recording does not have at this point.
	ErrDiverged = errors.New("record: the recording has no such command here")
)

// faults names why no answer came.
var faults = []struct {
	name string
	err  error
}{
	{"channel-lost", securemsg.ErrChannelLost}, {"wrong-mac", securemsg.ErrMAC}, {"malformed", securemsg.ErrMalformed},
	{"removed", apdu.ErrRemoved}, {"reset", apdu.ErrReset}, {"no-card", apdu.ErrNoCard},
	{"busy", apdu.ErrBusy}, {"stuck", apdu.ErrStuck}, {"link", apdu.ErrLink},
}

// faultOf names an error; one that has no name counts as one of the link.
func faultOf(err error) string {
	for _, f := range faults {
		if errors.Is(err, f.err) {
			return f.name
		}
	}
	return "link"
}

func faultNamed(name string) (error, bool) {
	for _, f := range faults {
		if f.name == name {
			return f.err, true
		}
	}
	return nil, false
}

var protocols = map[apdu.Protocol]string{
	apdu.ProtocolUnknown: "unknown", apdu.ProtocolT0: "T=0", apdu.ProtocolT1: "T=1", apdu.ProtocolContactless: "contactless",
}

func protocolNamed(name string) (apdu.Protocol, bool) {
	for p, n := range protocols {
		if n == name {
			return p, true
		}
	}
	return 0, false
}
