package reading

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"chipid/agent/catalogue"
	"chipid/cardlib"
	"chipid/cardlib/apdu"
	"chipid/cardlib/readers"
)

// Error is how a read ends that has no result.
type Error struct {
	Code catalogue.Code
	// SW is the chip's status word, 0 if it said none.
	SW apdu.SW
	// Tried lists the ways in that were tried (cardlib.Error).
	Tried []string
	Err   error
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("reading: " + string(e.Code))
	if len(e.Tried) > 0 {
		fmt.Fprintf(&b, " (tried %s)", strings.Join(e.Tried, ", "))
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// Why a job was ended from outside.
var (
	errCardGone = errors.New("reading: the card was taken away")
	errTooLong  = errors.New("reading: the read took too long")
	// errOtherCard: the card that came back has another EF.SOD.
	errOtherCard = errors.New("reading: another card")
	// errNotBack: the card did not come back in time.
	errNotBack = errors.New("reading: the card did not come back")
)

func fail(code catalogue.Code) error { return &Error{Code: code} }

// Refuse makes the error of a read that is refused for a cause of that code.
func Refuse(code catalogue.Code) error { return fail(code) }

// explain makes an *Error of what ended a job. Why the job's context ended
// says more than what the read saw of it.
func explain(ctx context.Context, err error) error {
	var refused *Error
	switch cause := context.Cause(ctx); {
	case errors.Is(err, errOtherCard):
		return &Error{Code: catalogue.OtherCard, Err: err}
	case errors.As(cause, &refused):
		return refused // whoever ended it has said why
	case errors.Is(cause, errCardGone):
		return &Error{Code: catalogue.CardRemoved, Err: err}
	case errors.Is(cause, errTooLong), errors.Is(cause, context.DeadlineExceeded):
		return &Error{Code: catalogue.CardTimeout, Err: err}
	case cause != nil:
		return &Error{Code: catalogue.Cancelled, Err: err}
	case errors.Is(err, errTriesSpent):
		return &Error{Code: catalogue.TriesSpent, Err: err}
	}
	if errors.As(err, &refused) {
		return refused
	}
	out := &Error{Code: catalogue.Code(cardlib.CodeOf(err)), Err: err}
	var known *cardlib.Error
	if errors.As(err, &known) {
		out.SW, out.Tried = known.SW, known.Tried
	}
	return out
}

// serviceCode names why there is no smart-card service.
func serviceCode(err error) catalogue.Code {
	if errors.Is(err, readers.ErrNotBuilt) {
		return catalogue.PCSCNotBuilt
	}
	return catalogue.PCSCUnavailable
}

// ServiceFault returns the error of a state without service, nil if it runs.
func (s State) ServiceFault() *Error {
	if s.Service == nil {
		return nil
	}
	return &Error{Code: serviceCode(s.Service), Err: s.Service}
}
