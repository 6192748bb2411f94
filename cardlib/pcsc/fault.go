//go:build cgo || windows

package pcsc

import (
	"errors"
	"fmt"

	"github.com/ebfe/scard"

	"chipid/cardlib/apdu"
	"chipid/cardlib/readers"
)

// fault is a call that the service answered with an error.
type fault struct {
	call  string
	code  error
	kinds []error
}

func (f *fault) Error() string {
	var code scard.Error
	if !errors.As(f.code, &code) {
		return fmt.Sprintf("pcsc: %s: %v: %v", f.call, f.kinds[0], f.code)
	}
	return fmt.Sprintf("pcsc: %s: %v (%08X)", f.call, f.kinds[0], uint32(code))
}

func (f *fault) Unwrap() []error { return append(f.kinds[:len(f.kinds):len(f.kinds)], f.code) }

// meaning is what an error code says: while connecting and while a card is spoken to.
type meaning struct {
	connecting error
	speaking   error
}

// errServiceGone: the service went away while a card was spoken to. For who
// reads the card that is a fault of the link as well.
var errServiceGone = errors.Join(readers.ErrNoService, apdu.ErrLink)

// meanings maps the codes of SCARD_E_…, SCARD_W_… and SCARD_F_… that have one
// of the project's own errors. On Windows the service stops with the last
// reader; pcscd reports its own end as a communication error or a bad handle.
var meanings = map[scard.Error]meaning{
	scard.ErrNoService:          {readers.ErrNoService, errServiceGone},
	scard.ErrServiceStopped:     {readers.ErrNoService, errServiceGone},
	scard.ErrServerTooBusy:      {readers.ErrNoService, errServiceGone},
	scard.ErrShutdown:           {readers.ErrNoService, errServiceGone},
	scard.ErrCommError:          {readers.ErrNoService, errServiceGone},
	scard.ErrInvalidHandle:      {readers.ErrNoService, errServiceGone},
	scard.ErrNoAccess:           {readers.ErrNoService, errServiceGone},
	scard.ErrSecurityViolation:  {readers.ErrNoService, errServiceGone},
	errWindowsHandle:            {readers.ErrNoService, errServiceGone},
	scard.ErrUnknownReader:      {readers.ErrUnknownReader, apdu.ErrRemoved},
	scard.ErrReaderUnavailable:  {readers.ErrUnknownReader, apdu.ErrRemoved},
	scard.ErrNoReadersAvailable: {readers.ErrUnknownReader, apdu.ErrRemoved},
	scard.ErrNoSmartcard:        {apdu.ErrNoCard, apdu.ErrRemoved},
	scard.ErrRemovedCard:        {apdu.ErrNoCard, apdu.ErrRemoved},
	scard.ErrSharingViolation:   {apdu.ErrBusy, apdu.ErrBusy},
	scard.ErrResetCard:          {apdu.ErrReset, apdu.ErrReset},
	scard.ErrUnpoweredCard:      {ErrMute, apdu.ErrReset},
	scard.ErrUnresponsiveCard:   {ErrMute, ErrMute},
	scard.ErrUnsupportedCard:    {ErrMute, ErrMute},
	scard.ErrCardUnsupported:    {ErrMute, ErrMute},
	scard.ErrInvalidAtr:         {ErrMute, ErrMute},
	scard.ErrProtoMismatch:      {ErrMute, apdu.ErrLink},
}

// errWindowsHandle is Windows' own ERROR_INVALID_HANDLE, which winscard passes
// on when the service has been restarted.
const errWindowsHandle = scard.Error(6)

// unavailable is err of a call that asks the service for its readers: whatever
// its code, there are none to speak of. A pcscd that asks polkit and hears no
// answers with a violation of security.
func unavailable(call string, err error) error {
	if isCode(err, scard.ErrSecurityViolation) || isCode(err, scard.ErrNoAccess) {
		return &fault{call: call, code: err, kinds: []error{readers.ErrDenied}}
	}
	return &fault{call: call, code: err, kinds: []error{readers.ErrNoService}}
}

// connecting gives err of a call on the way to a card its meaning.
func connecting(call string, err error) error { return explain(call, err, false) }

// speaking gives err of a call to a connected card its meaning.
func speaking(call string, err error) error { return explain(call, err, true) }

func explain(call string, err error, connected bool) error {
	if err == nil {
		return nil
	}
	kind := apdu.ErrLink
	var code scard.Error
	if errors.As(err, &code) {
		if m, ok := meanings[code]; ok {
			kind = m.connecting
			if connected {
				kind = m.speaking
			}
		}
	}
	return &fault{call: call, code: err, kinds: []error{kind}}
}

// unexplained tells whether a failed exchange may have a cause that its code
// does not say: drivers answer all kinds of codes when a card is pulled.
func unexplained(err error) bool {
	var code scard.Error
	if !errors.As(err, &code) {
		return true
	}
	_, known := meanings[code]
	return !known
}

// isCode tells whether err is the given error of the service.
func isCode(err error, code scard.Error) bool { return errors.Is(err, code) }
