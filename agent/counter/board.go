package counter

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"chipid/agent/catalogue"
	"chipid/agent/consent"
	"chipid/agent/reading"
	"chipid/cardlib"
	"chipid/cardlib/verdict"
)

// maxVerdicts is how many ended reads the board remembers, maxFailures how many of
// them came to nothing: a page that asks in a loop must not push the verdicts off it.
const maxVerdicts, maxFailures = 20, 10

// Board is what the officer may see of the counter. It holds nothing of a citizen.
type Board struct {
	Reads []Read
	// Verdicts are the reads that have ended, the last one first.
	Verdicts []Verdict
}

// Read is a request that has the turn.
type Read struct {
	ID     string
	Caller consent.Caller
	// Reader is empty for whichever gets a card.
	Reader string
	// Waiting: no card has come yet.
	Waiting bool
	Stage   cardlib.Stage
	Percent int
}

// Verdict is how a read ended.
type Verdict struct {
	At        time.Time
	Caller    consent.Caller
	Reader    string
	Synthetic bool
	// Outcome is empty for a read that came to nothing; Code says why.
	Outcome verdict.Outcome
	Code    catalogue.Code
}

// Board returns what happens now, and a channel that is closed at the next change.
func (c *Counter) Board() (Board, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := Board{Verdicts: slices.Clone(c.verdicts)}
	for _, t := range c.turns {
		b.Reads = append(b.Reads, Read{t.id, t.caller, t.reader, t.waiting, t.at.Stage, t.at.Percent})
	}
	return b, c.changed
}

// notify wakes whoever looks at the board. The lock is held.
func (c *Counter) notify() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// End is the officer's word that a read is to end: its caller hears that the
// officer did not agree. It tells whether there was such a read.
func (c *Counter) End(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, t := range c.turns {
		if t.id == id {
			t.end(reading.Refuse(catalogue.OfficerRefused))
			return true
		}
	}
	return false
}

// nextID names a turn. The lock is held.
func (c *Counter) nextID() string {
	c.lastTurn++
	return strconv.FormatUint(c.lastTurn, 10)
}

// progress shows on the board how far the read has come, and tells the caller.
func (v *visit) progress(p cardlib.Progress) {
	v.mu.Lock()
	v.turn.at = p
	v.notify()
	v.mu.Unlock()
	if v.Progress != nil {
		v.Progress(p)
	}
}

// onBoard puts a read that had the turn on the board; err is nil for one with a result.
func (v *visit) onBoard(o *reading.Outcome, err error) {
	end := Verdict{At: v.now(), Caller: v.Caller, Reader: v.reader()}
	var why *reading.Error
	switch {
	case o != nil:
		end.Reader, end.Synthetic, end.Outcome = o.Reader.Name, o.Report.Synthetic, o.Report.Outcome
	case errors.As(err, &why):
		end.Code = why.Code
	default:
		end.Code = catalogue.Internal
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	failures := 0
	v.verdicts = slices.DeleteFunc(slices.Insert(slices.Clone(v.verdicts), 0, end), func(each Verdict) bool {
		if each.Outcome == "" {
			failures++
		}
		return each.Outcome == "" && failures > maxFailures
	})
	v.verdicts = v.verdicts[:min(len(v.verdicts), maxVerdicts)]
	v.notify()
}
