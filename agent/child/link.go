package child

import (
	"context"
	"errors"
	"slices"

	"chipid/cardlib/apdu"
	"chipid/cardlib/readers"
)

// ErrTriesSpent: the card was given as many wrong keys as one insertion allows. A
// card that the agent guards says so.
var ErrTriesSpent = errors.New("child: no more keys on this insertion")

// faults are what can be wrong with a link, by the names that go over the pipe.
var faults = []struct {
	name string
	err  error
}{
	{"cancelled", context.Canceled},
	{"deadline", context.DeadlineExceeded},
	{"tries", ErrTriesSpent},
	{"stuck", apdu.ErrStuck},
	{"removed", apdu.ErrRemoved},
	{"noCard", apdu.ErrNoCard},
	{"reset", apdu.ErrReset},
	{"busy", apdu.ErrBusy},
	{"notBuilt", readers.ErrNotBuilt},
	{"noService", readers.ErrNoService},
	{"unknownReader", readers.ErrUnknownReader},
	{"response", apdu.ErrResponse},
	{"command", apdu.ErrCommand},
	{"link", apdu.ErrLink},
}

// otherFault is a fault that has no name here.
const otherFault = "other"

// errOtherFault stands for it in the child.
var errOtherFault = errors.New("child: the link failed")

// namesOf names all that an error is: what the link does and why it does it may be
// two things.
func namesOf(err error) (names []string) {
	for _, f := range faults {
		if errors.Is(err, f.err) {
			names = append(names, f.name)
		}
	}
	if len(names) == 0 {
		names = []string{otherFault}
	}
	return names
}

// faultOf is an error that is all of that.
func faultOf(names []string) error {
	var all []error
	for _, f := range faults {
		if slices.Contains(names, f.name) {
			all = append(all, f.err)
		}
	}
	if len(all) == 0 {
		return errOtherFault
	}
	return errors.Join(all...)
}

func newLinkHead(l apdu.LinkInfo) linkHead { return linkHead(l) }

func (l linkHead) info() apdu.LinkInfo { return apdu.LinkInfo(l) }

// same tells whether the link is still as it was told.
func (l linkHead) same(o linkHead) bool {
	if (l.Masked == nil) != (o.Masked == nil) || l.Masked != nil && *l.Masked != *o.Masked {
		return false
	}
	return string(l.ATR) == string(o.ATR) && l.Protocol == o.Protocol && l.Synthetic == o.Synthetic
}
