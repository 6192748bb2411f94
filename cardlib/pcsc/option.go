package pcsc

import (
	"fmt"
	"strings"
	"time"

	"chipid/cardlib/apdu"
)

// ErrMute is a card that gives no usable answer to reset: the wrong way round,
// damaged, or of a kind the reader cannot speak to. It is an apdu.ErrLink.
var ErrMute = fmt.Errorf("pcsc: card does not answer: %w", apdu.ErrLink)

// Limits of calls into the service.
const (
	// DefaultTransmitLimit is how long one command may take before its reader
	// counts as stuck. An active authentication on a slow chip takes about 2 s.
	DefaultTransmitLimit = 10 * time.Second
	// busyLimit is how long a card held by another program is waited for.
	busyLimit = 3 * time.Second
	// busyPause lies between two tries for a card that is held exclusively: the
	// service tells no one when it is given back.
	busyPause = 100 * time.Millisecond
	// holdLimit is how long a transaction outlives the last command. Windows
	// resets the card after 5 s.
	holdLimit = time.Second
)

// Option changes a Source when it is made.
type Option func(*settings)

type settings struct {
	transmitLimit time.Duration
	busyLimit     time.Duration
	holdLimit     time.Duration
}

// WithTransmitLimit sets how long one command may take, instead of
// DefaultTransmitLimit. It must be more than zero.
func WithTransmitLimit(limit time.Duration) Option {
	return func(s *settings) { s.transmitLimit = limit }
}

func newSettings(options []Option) settings {
	s := settings{transmitLimit: DefaultTransmitLimit, busyLimit: busyLimit, holdLimit: holdLimit}
	for _, option := range options {
		option(&s)
	}
	return s
}

// virtualReader starts the names of vpcd's readers, whose cards come over TCP.
const virtualReader = "Virtual PCD"

// synthetic tells whether the cards in the named reader can never be real.
func synthetic(reader string) bool { return strings.HasPrefix(reader, virtualReader) }
