package counter

import (
	"context"
	"time"

	"chipid/agent/answer"
	"chipid/agent/audit"
	"chipid/agent/catalogue"
	"chipid/agent/consent"
	"chipid/agent/reading"
)

// Result is a read that came to a result, on its way to the caller. It must be
// settled once it was sent or could not be.
type Result struct {
	*reading.Outcome
	// Wanted are the fields that the answer holds.
	Wanted answer.Wanted

	visit *visit
	kept  *kept
	// settled is closed when it is known what became of the result, or when it
	// waits to be taken later (waits).
	settled chan struct{}
	waits   bool
}

// place is where a result waits: a caller and its token.
type place struct {
	caller consent.Caller
	token  string
}

// kept is a result that can be taken again by its caller. done is closed when it
// is known whether there is one.
type kept struct {
	at     place
	done   chan struct{}
	closed bool
	result *Result
	err    error
	drop   *time.Timer
	// until is when it is dropped by the clock on the wall: the timer stands still
	// while the computer sleeps.
	until time.Time
}

// expect makes a place for the result of a request with a token; nil if it has
// none, or there are too many.
func (c *Counter) expect(r Request) *kept {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := place{r.Caller, r.Resume}
	if r.Resume == "" || len(c.kept) >= maxKept || c.kept[at] != nil {
		return nil
	}
	k := &kept{at: at, done: make(chan struct{})}
	c.kept[at] = k
	return k
}

// forget ends a place whose request came to nothing.
func (c *Counter) forget(k *kept, err error) {
	if k == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.kept, k.at)
	k.close(err)
}

// close tells whoever waits at the place. The lock is held.
func (k *kept) close(err error) {
	if !k.closed {
		k.closed, k.err = true, err
		close(k.done)
	}
}

// Settle says whether the result was delivered. If it was, what the officer
// decided is spent; if not, it is kept for a while for whoever has its token.
func (r *Result) Settle(delivered bool) {
	if delivered {
		r.visit.delivered(r.Reader)
	}
	if !delivered && r.visit.hold(r) {
		return
	}
	if !delivered {
		r.visit.dropped(r)
	}
	r.visit.forget(r.kept, reading.Refuse(catalogue.ResumeUnknown))
	r.visit.end(r)
}

// end is the end of a result, delivered or dropped.
func (c *Counter) end(r *Result) {
	c.mu.Lock()
	c.isSettled(r)
	c.mu.Unlock()
	r.Wipe()
}

// hold keeps a result that nobody took; false if it has no place, or its time is over.
func (c *Counter) hold(r *Result) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := r.kept
	if k == nil || c.kept[k.at] != k {
		return false
	}
	if k.drop == nil {
		k.drop = time.AfterFunc(c.keep, func() { c.expire(k) })
		k.until = c.now().Add(c.keep).Round(0)
	}
	k.result, r.waits = r, true
	close(r.settled)
	if k.closed { // it was taken and came back
		k.closed, k.done = false, make(chan struct{})
	}
	k.close(nil)
	return true
}

// expire drops a result that nobody came for.
func (c *Counter) expire(k *kept) {
	c.mu.Lock()
	r := k.result
	k.result = nil
	if c.kept[k.at] == k {
		delete(c.kept, k.at)
	}
	c.mu.Unlock()
	if r != nil { // else it is being delivered now, and will not be kept again
		r.visit.dropped(r)
		c.end(r)
	}
}

// Resume takes a result that was not delivered, waiting for the end of a read
// that still goes on. It must be settled again.
func (c *Counter) Resume(ctx context.Context, caller consent.Caller, token string) (*Result, error) {
	c.mu.Lock()
	k := c.kept[place{caller, token}]
	if k == nil || token == "" {
		c.mu.Unlock()
		return nil, reading.Refuse(catalogue.ResumeUnknown)
	}
	done := k.done
	c.mu.Unlock()
	select {
	case <-done:
	case <-ctx.Done():
		return nil, reading.Refuse(catalogue.Cancelled)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if k.err != nil {
		return nil, k.err
	}
	if !k.until.IsZero() && c.now().Round(0).After(k.until) {
		return nil, reading.Refuse(catalogue.ResumeUnknown) // and the timer wipes it
	}
	r := k.result
	k.result = nil
	if r == nil {
		return nil, reading.Refuse(catalogue.ResumeUnknown)
	}
	if p, ok := c.config.Book.Permission(caller); !ok || !r.within(p) {
		k.result = r
		return nil, reading.Refuse(catalogue.GrantEnded)
	}
	r.waits, r.settled = false, make(chan struct{})
	return r, nil
}

// within tells whether a grant, which may have changed since the read, still
// covers every field of the result, those of raw groups among them.
func (r *Result) within(p consent.Permission) bool {
	for id := range r.visit.disclosed() {
		if !p.Has(string(id)) {
			return false
		}
	}
	return true
}

// Close drops all results that wait.
func (c *Counter) Close() {
	c.mu.Lock()
	var all []*kept
	for _, k := range c.kept {
		if k.drop != nil {
			k.drop.Stop()
		}
		all = append(all, k)
	}
	c.mu.Unlock()
	for _, k := range all {
		c.expire(k)
	}
}

// delivered spends what was decided: the insertion, the officer's word for one
// more read, and a grant for one result.
func (v *visit) delivered(r reading.Reader) {
	v.gave(r)
	v.spend()
}

// gave spends the insertion and the officer's word for one more read.
func (v *visit) gave(r reading.Reader) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.given[r.Name] = r.Insertion
	delete(v.allowed, r.Name)
}

// spend ends a grant for one result, and with it the caller's connections.
func (v *visit) spend() {
	if !v.permission.Once {
		return
	}
	if err := v.config.Book.Spend(v.Caller); err != nil {
		v.log.Error("grant not spent", "caller", v.Caller.String(), "why", err)
	}
	v.note(audit.Entry{Event: audit.Spent, Origin: v.Caller.String()})
	if v.config.Spent != nil {
		v.config.Spent()
	}
}

// dropped notes a result that nobody took.
func (v *visit) dropped(r *Result) {
	e := audit.Entry{Event: audit.Dropped, Reader: r.Reader.Name}
	v.claims(&e)
	v.note(e)
}
