package apdu

import (
	"context"
	"errors"
)

// Card answers commands. Transmit sends one command and returns the chip's
// answer, whatever its status word; an error means that no answer came
// ([ErrRemoved], [ErrReset], [ErrStuck], the context's error or another fault
// of the link). A Card need not be safe for concurrent use.
type Card interface {
	Transmit(ctx context.Context, cmd Command) (Response, error)
}

// Resetter is a Card that can be reset in place: the chip forgets its secure
// channel and its selected application.
type Resetter interface {
	Reset(ctx context.Context) error
}

// Protocol is the transmission protocol of the link.
type Protocol int

// The protocols of ISO/IEC 7816-3 and, for readers that say so, 14443-4.
const (
	ProtocolUnknown Protocol = iota
	ProtocolT0
	ProtocolT1
	ProtocolContactless
)

// LinkInfo is what is known of the way to the chip before it is spoken to.
type LinkInfo struct {
	// ATR is the answer to reset as the reader tells it, nil if unknown.
	ATR []byte
	// Protocol decides whether extended length can be tried: under T=0 it cannot.
	Protocol Protocol
	// Synthetic marks a mock, replayed or TCP card: nothing read over it is real.
	Synthetic bool
	// Masked is set where the card is a recording that was made above secure
	// messaging: the chip is open from the start, speaks in plain, and what it says
	// of a person or of itself is masked. There is nothing to judge.
	Masked *Masked
}

// Masked is what a recording made above secure messaging tells of the channel it had.
type Masked struct {
	// Access is the way into the chip: "PACE-CAN".
	Access string
	// BlockSize is that of the channel's cipher in bytes, on which the sizes of
	// commands depend, where the recording stands now; 0 if there was no channel.
	BlockSize int
}

// Linked is a Card that tells of its link.
type Linked interface {
	LinkInfo() LinkInfo
}

// Faults of the link that every Card reports alike; test with errors.Is.
var (
	// ErrRemoved: the card was taken away. Nothing can be sent until it is back.
	ErrRemoved = errors.New("apdu: card removed")
	// ErrReset: another program or the system reset the card; its channel and selection are gone.
	ErrReset = errors.New("apdu: card was reset")
	// ErrNoCard: no card is in the reader.
	ErrNoCard = errors.New("apdu: no card")
	// ErrBusy: another program holds the card.
	ErrBusy = errors.New("apdu: card held by another program")
	// ErrStuck: a transmit did not return within its limit; the reader is not to be used again.
	ErrStuck = errors.New("apdu: reader does not answer")
	// ErrLink: the exchange failed for another reason (mute card, protocol fault).
	ErrLink = errors.New("apdu: exchange failed")
)

// Reset resets card if it is a Resetter and reports whether it was one.
func Reset(ctx context.Context, card Card) (bool, error) {
	r, ok := card.(Resetter)
	if !ok {
		return false, nil
	}
	return true, r.Reset(ctx)
}

// Info returns what card tells of its link; the zero LinkInfo if it tells nothing.
func Info(card Card) LinkInfo {
	if l, ok := card.(Linked); ok {
		return l.LinkInfo()
	}
	return LinkInfo{}
}
