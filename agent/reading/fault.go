package reading

import (
	"context"
	"errors"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/cardlib"
	"chipid/cardlib/readers"
)

// Error is how a read ends that has no result.
type Error = answer.Error

// Why a job was ended from outside.
var (
	errCardGone = errors.New("reading: the card was taken away")
	errTooLong  = errors.New("reading: the read took too long")
	// errNotBack: the card did not come back in time.
	errNotBack = errors.New("reading: the card did not come back")
)

func fail(code catalogue.Code) error { return &Error{Code: code} }

// Refuse makes the error of a read that is refused for a cause of that code.
func Refuse(code catalogue.Code) error { return fail(code) }

// explain makes an *Error of what ended a job. Why the job's context ended
// says more than what the read saw of it.
func explain(ctx context.Context, err error) error {
	var refused, known *Error
	switch cause := context.Cause(ctx); {
	case errors.As(err, &known) && known.Code == catalogue.OtherCard:
		return known
	case errors.As(cause, &refused):
		return refused // whoever ended it has said why
	case errors.Is(cause, errCardGone):
		return &Error{Code: catalogue.CardRemoved, Err: err}
	case errors.Is(cause, errTooLong), errors.Is(cause, context.DeadlineExceeded):
		return &Error{Code: catalogue.CardTimeout, Err: err}
	case cause != nil:
		return &Error{Code: catalogue.Cancelled, Err: err}
	case known != nil:
		return known
	}
	return &Error{Code: catalogue.Code(cardlib.CodeOf(err)), Err: err}
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
