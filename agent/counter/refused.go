package counter

import (
	"errors"
	"fmt"
	"time"

	"chipid/agent/audit"
	"chipid/agent/catalogue"
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
	if !q.last.IsZero() {
		q.tokens = min(quietBurst, q.tokens+quietRate*now.Sub(q.last).Seconds())
	}
	q.last = now
	if q.tokens < 1 {
		q.left++
		return 0, false
	}
	q.tokens--
	left, q.left = q.left, 0
	return left, true
}

// refused puts the line of a request that came to nothing into the audit.
func (v *visit) refused(err error) {
	var e *reading.Error
	if !errors.As(err, &e) {
		e = &reading.Error{Code: catalogue.Internal}
	}
	if v.turn != nil {
		v.onBoard(nil, e)
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
