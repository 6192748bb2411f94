package cardlib

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"chipid/cardlib/apdu"
	"chipid/cardlib/readers"
	"chipid/cardlib/securemsg"
)

// Code is the stable name of a fault that ends a read. Codes are part of the
// agent's protocol: never renamed, never reused.
type Code string

// The codes. What a person reads is made of them by the agent's catalogue.
const (
	CodeReaderNotFound  Code = "READER_NOT_FOUND"
	CodePCSCUnavailable Code = "PCSC_UNAVAILABLE"
	CodePCSCNotBuilt    Code = "PCSC_NOT_BUILT"
	CodeReaderStuck     Code = "READER_STUCK"
	CodeNoCard          Code = "NO_CARD"
	CodeCardRemoved     Code = "CARD_REMOVED"
	CodeCardReset       Code = "CARD_RESET"
	CodeCardBusy        Code = "CARD_BUSY"
	CodeCardUnknown     Code = "CARD_UNKNOWN"
	CodeCardTimeout     Code = "CARD_TIMEOUT"
	CodeCardProtocol    Code = "CARD_PROTOCOL"
	CodeChannelLost     Code = "CHANNEL_LOST"
	CodeLinkFailed      Code = "LINK_FAILED"
	CodeAccessDenied    Code = "ACCESS_DENIED"
	CodeAccessNeedsMore Code = "ACCESS_NEEDS_QR_OR_MRZ"
	CodeKeyMissing      Code = "KEY_MISSING"
	CodeCancelled       Code = "CANCELLED"
)

// Error is how Read fails. errors.Is and errors.As reach the cause.
type Error struct {
	Code Code
	// Stage is where it happened.
	Stage Stage
	// Tried lists the ways in that were tried ("PACE-CAN", "BAC"), one entry a
	// try of a password.
	Tried []string
	// SW is the chip's status word, 0 if it said none.
	SW  apdu.SW
	Err error
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s at %s", e.Code, e.Stage)
	if len(e.Tried) > 0 {
		fmt.Fprintf(&b, " (tried %s)", strings.Join(e.Tried, ", "))
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// causes maps what the rooms below report to codes, the most telling first.
var causes = []struct {
	err  error
	code Code
}{
	{context.Canceled, CodeCancelled},
	{context.DeadlineExceeded, CodeCardTimeout},
	{apdu.ErrStuck, CodeReaderStuck},
	{apdu.ErrRemoved, CodeCardRemoved},
	{apdu.ErrNoCard, CodeNoCard},
	{apdu.ErrReset, CodeCardReset},
	{apdu.ErrBusy, CodeCardBusy},
	{readers.ErrNotBuilt, CodePCSCNotBuilt},
	{readers.ErrNoService, CodePCSCUnavailable},
	{readers.ErrUnknownReader, CodeReaderNotFound},
	{securemsg.ErrChannelLost, CodeChannelLost},
	{securemsg.ErrMAC, CodeChannelLost},
	{securemsg.ErrMalformed, CodeChannelLost},
	{apdu.ErrLink, CodeLinkFailed},
}

// CodeOf names the fault that err comes from: the code of an *Error, that of a
// known cause, or CARD_PROTOCOL for an answer that no standard allows.
func CodeOf(err error) Code {
	var known *Error
	if errors.As(err, &known) {
		return known.Code
	}
	for _, c := range causes {
		if errors.Is(err, c.err) {
			return c.code
		}
	}
	return CodeCardProtocol
}

// fault makes an *Error of err.
func fault(stage Stage, err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	sw, _ := apdu.StatusOf(err)
	return &Error{Code: CodeOf(err), Stage: stage, SW: sw, Err: err}
}

// fatal tells whether err ends the read: the card or the reader is gone, or the
// caller gave up. Everything else costs one file or one check.
func fatal(err error) bool {
	for _, end := range []error{context.Canceled, context.DeadlineExceeded, apdu.ErrStuck, apdu.ErrRemoved, apdu.ErrNoCard, apdu.ErrBusy, apdu.ErrLink, errEndless} {
		if errors.Is(err, end) {
			return true
		}
	}
	return false
}

// channelLost tells whether the secure channel is gone while the card is still there.
func channelLost(err error) bool {
	for _, lost := range []error{securemsg.ErrChannelLost, securemsg.ErrMAC, securemsg.ErrMalformed, securemsg.ErrClosed, apdu.ErrReset} {
		if errors.Is(err, lost) {
			return true
		}
	}
	return false
}
