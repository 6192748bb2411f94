package counter

import (
	"context"
	"slices"
	"time"

	"chipid/agent/reading"
)

// deliveryLimit is how long another request waits to learn whether a result was
// delivered; a client that takes longer counts as having had it.
const deliveryLimit = 15 * time.Second

// goesOut notes a result whose delivery is not known yet. It is called while its
// request still has the turn, so that no other request can pass between the read
// and the word whether it was delivered: that one would find nothing given.
func (c *Counter) goesOut(r *Result) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r.settled = make(chan struct{})
	c.out = append(c.out, r)
}

// isSettled ends what goesOut began. The lock is held.
func (c *Counter) isSettled(r *Result) {
	c.out = slices.DeleteFunc(c.out, func(o *Result) bool { return o == r })
	if !r.waits {
		close(r.settled)
	}
	r.waits = false
}

// awaitDelivery waits until no result that concerns the request is on its way,
// and tells whether that came about. One that waits for its page to come back is
// dropped if the same caller asks anew: it gets one of the two. One of another
// caller is left to it, and the answer is false.
func (v *visit) awaitDelivery(ctx context.Context, concerns func(*Result) bool) bool {
	ctx, stop := context.WithTimeout(ctx, deliveryLimit)
	defer stop()
	for {
		v.mu.Lock()
		i := slices.IndexFunc(v.out, concerns)
		if i < 0 {
			v.mu.Unlock()
			return true
		}
		r := v.out[i]
		waits, settled := r.waits, r.settled
		v.mu.Unlock()
		switch {
		case waits && r.visit.Caller != v.Caller:
			return false
		case waits:
			v.expire(r.kept)
			continue
		}
		select {
		case <-settled:
		case <-ctx.Done():
			return false
		}
	}
}

// ofInsertion are the results of one insertion.
func ofInsertion(r reading.Reader) func(*Result) bool {
	return func(o *Result) bool { return o.Reader.Name == r.Name && o.Reader.Insertion == r.Insertion }
}

// ofCaller are the results of the visit's caller.
func (v *visit) ofCaller(o *Result) bool { return o.visit.Caller == v.Caller }
