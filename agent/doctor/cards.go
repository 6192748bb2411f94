package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"chipid/cardlib/readers"
)

// service asks whether the smart-card service can be reached.
func (e *exam) service(context.Context) (Check, bool) {
	switch {
	case e.Readers == nil:
		return none()
	case errors.Is(e.readers.Err, readers.ErrNotBuilt):
		return e.found("service", "notBuilt", Error, "")
	case e.readers.Err != nil && !e.denied():
		return e.found("service", "down", Error, "")
	}
	return e.found("service", "ok", OK, e.System.Service())
}

// permissions asks whether the service serves this user: on Linux pcscd asks
// polkit, whose default lets in whoever sits at the computer.
func (e *exam) permissions(context.Context) (Check, bool) {
	switch {
	case e.Readers == nil:
		return none()
	case e.denied():
		return e.found("permissions", "denied", Error, e.System.Rights())
	case !e.serviceRuns():
		return e.found("permissions", "unknown", Unknown, "")
	}
	return e.found("permissions", "ok", OK, e.System.Rights())
}

// reader asks whether a reader is there and answers.
func (e *exam) reader(context.Context) (Check, bool) {
	if e.Readers == nil {
		return none()
	}
	if !e.serviceRuns() {
		return e.found("reader", "unknown", Unknown, "")
	}
	var names []string
	for _, r := range e.readers.Readers {
		if r.Stuck {
			return e.found("reader", "stuck", Error, r.Name)
		}
		names = append(names, r.Name)
	}
	if len(names) == 0 {
		return e.found("reader", "none", Error, "")
	}
	return e.found("reader", "ok", OK, strings.Join(names, ", "))
}

// driver compares the USB readers that are plugged in with those that the
// service offers.
func (e *exam) driver(context.Context) (Check, bool) {
	if e.Readers == nil {
		return none()
	}
	plugged, told := e.System.USBReaders()
	switch {
	case !told || len(plugged) == 0:
		return e.found("driver", "none", Unknown, "")
	case e.serviceRuns() && len(e.readers.Readers) == 0:
		return e.found("driver", "missing", Error, strings.Join(plugged, ", "))
	}
	return e.found("driver", "ok", OK, fmt.Sprintf("USB: %d", len(plugged)))
}

// card looks for a card, without a word to it.
func (e *exam) card(context.Context) (Check, bool) {
	if e.Readers == nil {
		return none()
	}
	if len(e.readers.Readers) == 0 {
		return e.found("card", "noReader", Unknown, "")
	}
	for _, r := range e.readers.Readers {
		switch {
		case r.Mute:
			return e.found("card", "mute", Warning, r.Name)
		case r.Card:
			return e.found("card", "in", OK, r.Name)
		}
	}
	return e.found("card", "empty", OK, "")
}
