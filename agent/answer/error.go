package answer

import (
	"fmt"
	"strings"

	"chipid/agent/catalogue"
	"chipid/cardlib/apdu"
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
	b.WriteString(string(e.Code))
	if len(e.Tried) > 0 {
		fmt.Fprintf(&b, " (tried %s)", strings.Join(e.Tried, ", "))
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }
