package pace

import (
	"errors"
	"fmt"

	"chipid/cardlib/apdu"
)

var (
	// ErrDenied: the chip says that the password is wrong, or shows that it has another.
	ErrDenied = errors.New("pace: access denied")
	// ErrUnsupported: the chip refuses this way of PACE, or the way is not allowed or not known here.
	ErrUnsupported = errors.New("pace: this way of PACE is not available")
	// ErrProtocol: the chip does not keep to the protocol, or sends an invalid key.
	ErrProtocol = errors.New("pace: protocol violated by the chip")
	// ErrChip: the chip's proof by chip authentication mapping does not hold.
	ErrChip = errors.New("pace: chip is not the holder of its static key")
)

// TriesError is a refusal that tells how many tries the password has left; it
// is an [ErrDenied]. Before the last one nothing was tried: see [Authenticate].
type TriesError struct {
	Left int
	SW   apdu.SW
	// Spared: the chip said so before the password was used. Of the password
	// nothing is known.
	Spared bool
}

func (e *TriesError) Error() string {
	return fmt.Sprintf("pace: access denied, %d tries left (%v)", e.Left, e.SW)
}

// Unwrap makes the error an ErrDenied with a status word.
func (e *TriesError) Unwrap() []error {
	return []error{ErrDenied, &apdu.StatusError{Command: "PACE", SW: e.SW}}
}

const (
	swLcInconsistent  apdu.SW = 0x6A87
	swIncorrectP1P2   apdu.SW = 0x6A86
	swLastChainLink   apdu.SW = 0x6883
	swChainingUnknown apdu.SW = 0x6884
)

// blocked tells of status words that name the tries left; 6983 names none left.
func blocked(sw apdu.SW) (*TriesError, bool) {
	if left, ok := sw.TriesLeft(); ok {
		return &TriesError{Left: left, SW: sw}, true
	}
	if sw == apdu.SWAuthBlocked {
		return &TriesError{SW: sw}, true
	}
	return nil, false
}

// refusedStep is a refusal of one of the first three GENERAL AUTHENTICATE commands.
func refusedStep(step string, sw apdu.SW) error {
	if tries, ok := blocked(sw); ok {
		return tries
	}
	return fmt.Errorf("%w: %w", ErrProtocol, &apdu.StatusError{Command: step, SW: sw})
}

// refusedToken is a refusal of the authentication token: 6300 by the standard.
// Chips answer with other words too; only those that speak of the form of the
// command mean something else.
func refusedToken(step string, sw apdu.SW) error {
	if tries, ok := blocked(sw); ok {
		return tries
	}
	kind := ErrDenied
	switch sw {
	case apdu.SWWrongLength, apdu.SWInsNotSupported, apdu.SWClassNotSupported, apdu.SWFunctionNotSupported,
		swIncorrectP1P2, swLastChainLink, swChainingUnknown:
		kind = ErrProtocol
	}
	return fmt.Errorf("%w: %w", kind, &apdu.StatusError{Command: step, SW: sw})
}
