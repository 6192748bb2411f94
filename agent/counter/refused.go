package counter

import (
	"errors"
	"fmt"
	"time"

	"chipid/agent/audit"
	"chipid/agent/catalogue"
	"chipid/agent/consent"
	"chipid/agent/reading"
)

// quiet bounds the lines about refusals: a page that asks in a loop must not
// fill the disk. What was left out is counted and said.
type quiet struct {
	tokens float64
	last   time.Time
	left   int
}

// A burst of refusals that is written whole, and how many a second after it.
const (
	quietBurst = 30
	quietRate  = 0.5
)

func newQuiet() quiet { return quiet{tokens: quietBurst} }

// take tells whether a line may be written now, and how many were not before it.
func (q *quiet) take(now time.Time) (left int, ok bool) {
	q.fill(now, quietBurst, quietRate)
	if q.tokens < 1 {
		q.left++
		return 0, false
	}
	q.tokens--
	left, q.left = q.left, 0
	return left, true
}

// fill gives tokens for the time since the last look.
func (q *quiet) fill(now time.Time, most, rate float64) {
	if !q.last.IsZero() {
		q.tokens = min(most, q.tokens+rate*now.Sub(q.last).Seconds())
	}
	q.last = now
}

// A burst of requests of one caller that come to nothing, and how many a second it may
// make after it. Each has cost a process; those that come to something are slow by
// themselves.
const (
	vainBurst = 60
	vainRate  = 2
)

// tired tells whether a caller has asked in vain too often. The lock is held.
func (c *Counter) tired(caller consent.Caller) bool {
	q, ok := c.vain[caller]
	if !ok {
		return false
	}
	q.fill(c.now(), vainBurst, vainRate)
	if q.tokens >= vainBurst {
		delete(c.vain, caller)
	}
	return q.tokens < 1
}

// inVain notes a request that had a turn and came to nothing. The lock is held.
func (c *Counter) inVain(caller consent.Caller) {
	q, ok := c.vain[caller]
	if !ok {
		q = &quiet{tokens: vainBurst}
		c.vain[caller] = q
	}
	q.fill(c.now(), vainBurst, vainRate)
	q.tokens = max(0, q.tokens-1)
}

// refused puts the line of a request that came to nothing into the audit.
func (v *visit) refused(err error) {
	var e *reading.Error
	if !errors.As(err, &e) {
		e = &reading.Error{Code: catalogue.Internal}
	}
	if v.turn != nil {
		v.onBoard(nil, e)
		v.mu.Lock()
		v.inVain(v.Caller)
		v.mu.Unlock()
	}
	line := audit.Entry{Event: audit.Denied, Code: string(e.Code), Fields: names(v.Wanted), Reader: v.reader(), Detail: v.detail}
	v.claims(&line)
	if v.shown {
		line.Detail = "text fields were shown"
		line.Pseudonym, line.PseudonymKey = v.named.Pseudonym, v.named.PseudonymKey
	}
	v.Denied(line, v.shown)
}

// Denied puts the line of a refusal into the audit, unless there are too many of them.
// With always it is written whatever there was before: for what a person decided, or
// of which data has gone out.
func (c *Counter) Denied(line audit.Entry, always bool) {
	c.mu.Lock()
	left, ok := c.quiet.take(c.now())
	c.mu.Unlock()
	if !ok && !always {
		return
	}
	if left > 0 {
		line.Detail += fmt.Sprintf("; %d refusals before this one are not written", left)
	}
	c.note(line)
}

// note writes a line whose failure must not stop what has happened already.
func (c *Counter) note(e audit.Entry) {
	if err := c.config.Audit.Append(e); err != nil {
		c.log.Error("audit", "why", err)
	}
}
