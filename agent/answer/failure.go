package answer

import (
	"errors"

	"chipid/agent/catalogue"
)

// Failure is an error in JSON: the data of a JSON-RPC error object, and under
// "error" the output of a command that failed.
type Failure struct {
	Code      catalogue.Code `json:"code"`
	Messages  catalogue.Text `json:"messages"`
	Remedy    catalogue.Text `json:"remedy"`
	Retryable bool           `json:"retryable"`
	// SW is the chip's status word in hexadecimal, if an APDU failed.
	SW string `json:"sw,omitempty"`
	// Tried are the ways into the chip that were tried, one entry a try.
	Tried []string `json:"tried,omitempty"`
	// Detail tells a developer more, in English and without personal data.
	Detail string `json:"detail,omitempty"`
}

// NewFailure makes the failure of a code.
func NewFailure(code catalogue.Code, detail string) Failure {
	e := catalogue.Of(code)
	return Failure{Code: e.Code, Messages: e.What, Remedy: e.Remedy, Retryable: e.Retryable, Detail: detail}
}

// FailureOf makes the failure of what ended a read. The error's own text is left
// out: it speaks to developers of cardlib.
func FailureOf(err error) Failure {
	var e *Error
	if !errors.As(err, &e) {
		return NewFailure(catalogue.Internal, "")
	}
	f := NewFailure(e.Code, "")
	f.Tried = e.Tried
	if e.SW != 0 {
		f.SW = e.SW.String()
	}
	return f
}
