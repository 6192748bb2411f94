package counter

import (
	"context"
	"errors"
	"slices"
	"time"

	"chipid/agent/catalogue"
	"chipid/agent/consent"
	"chipid/agent/reading"
	"chipid/cardlib"
)

// turn is one request that has the reader, or waits for a card in it.
type turn struct {
	id     string
	caller consent.Caller
	// reader is empty for whichever gets a card.
	reader  string
	waiting bool
	end     context.CancelCauseFunc
	// at is how far the read has come.
	at cardlib.Progress
}

// asker is a caller that was told BUSY, and when.
type asker struct {
	caller consent.Caller
	at     time.Time
}

// Askers are remembered for the officer to choose among.
const (
	maxAskers = 8
	askedFor  = 60 * time.Second
)

// enter takes the turn, or says BUSY. Who has a grant for one result asks for one
// at a time, on whichever readers.
func (v *visit) enter(end context.CancelCauseFunc) error {
	v.before, _ = v.config.Desk.State()
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.tired(v.Caller) {
		return reading.Refuse(catalogue.TooManyRequests)
	}
	own := 0
	taken := slices.ContainsFunc(v.turns, func(t *turn) bool {
		if t.caller == v.Caller {
			own++
		}
		return t.reader == "" || v.Reader == "" || t.reader == v.Reader || v.permission.Once && t.caller == v.Caller
	}) || own >= maxTurnsOf || len(v.turns) >= maxTurns
	left := v.chosen.caller != (consent.Caller{}) && v.chosen.caller != v.Caller && v.now().Sub(v.chosen.at) < chosenFor
	if taken || left {
		v.remember(v.Caller)
		return reading.Refuse(catalogue.Busy)
	}
	v.turn = &turn{id: v.nextID(), caller: v.Caller, reader: v.Reader, waiting: v.Wait, end: end}
	v.turns = append(v.turns, v.turn)
	v.chosen = asker{}
	v.notify()
	return nil
}

func (v *visit) leave() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.turns = slices.DeleteFunc(v.turns, func(t *turn) bool { return t == v.turn })
	v.notify()
}

// remember notes who was told BUSY. The lock is held.
func (c *Counter) remember(caller consent.Caller) {
	c.askers = slices.DeleteFunc(c.askers, func(a asker) bool { return a.caller == caller || c.now().Sub(a.at) > askedFor })
	if len(c.askers) < maxAskers {
		c.askers = append(c.askers, asker{caller, c.now()})
	}
	c.notify()
}

// Askers are the callers that were told BUSY within the last minute.
func (c *Counter) Askers() []consent.Caller {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []consent.Caller
	for _, a := range c.askers {
		if c.now().Sub(a.at) <= askedFor {
			all = append(all, a.caller)
		}
	}
	return all
}

// Choose is the officer's word that another caller is to have the turn: waits of
// the others end, and the reader is left to the chosen one for a while. A read
// that has begun goes on.
func (c *Counter) Choose(caller consent.Caller) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.chosen = asker{caller, c.now()}
	for _, t := range c.turns {
		if t.waiting && t.caller != caller {
			t.end(reading.Refuse(catalogue.AnotherChosen))
		}
	}
}

// present returns a context that ends, too, when the caller has disconnected.
func (v *visit) present(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	if v.Gone == nil {
		return ctx, func() { cancel(nil) }
	}
	done := make(chan struct{})
	go func() {
		select {
		case <-v.Gone:
			cancel(reading.Refuse(catalogue.Cancelled))
		case <-done:
		}
	}()
	return ctx, func() { close(done); cancel(nil) }
}

// await waits for a card and binds the request to its insertion. Once a card was
// in, its removal ends the wait.
func (v *visit) await(ctx context.Context) error {
	ctx, cancel := v.present(ctx)
	defer cancel()
	ctx, stop := context.WithTimeout(ctx, v.wait())
	defer stop()
	seen := map[string]uint64{}
	for {
		state, changed := v.config.Desk.State()
		if gone(seen, state) || missed(v.before, state) {
			return reading.Refuse(catalogue.CardRemoved)
		}
		r, err := state.Choose(v.Reader)
		if err == nil {
			v.bind(r)
			return nil
		}
		if !worthWaiting(err) {
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return v.ended(ctx, err)
		}
	}
}

// bind ties the request to the card that is in now.
func (v *visit) bind(r reading.Reader) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.bound.reader, v.bound.insertion = r.Name, r.Insertion
	v.turn.reader, v.turn.waiting = r.Name, false
	v.notify()
}

// ended says why a wait is over: what it waited for, if its time was up.
func (v *visit) ended(ctx context.Context, last error) error {
	if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		return last
	}
	if err := v.reason(ctx, nil); err != nil {
		return err
	}
	return reading.Refuse(catalogue.Cancelled)
}

// gone tells whether a card that was seen is no longer in, and notes those that
// are. Cards of another kind are none of the request's business.
func gone(seen map[string]uint64, state reading.State) bool {
	for name, insertion := range seen {
		if r, ok := state.Find(name); !ok || r.Stuck || r.Card == reading.CardNone || r.Insertion != insertion {
			return true
		}
	}
	for _, r := range state.Readers {
		if r.Card == reading.CardUnknown {
			delete(seen, r.Name)
		} else if !r.Stuck && r.Card != reading.CardNone {
			seen[r.Name] = r.Insertion
		}
	}
	return false
}

// missed tells whether a card has come since and gone again, also one that was never
// looked at. Cards of another kind are none of the request's business.
func missed(before, now reading.State) bool {
	for _, r := range now.Readers {
		was, _ := before.Find(r.Name)
		came := int64(r.Came - was.Came)
		if came > 1 || came == 1 && (holdsCitizens(was) || !holdsCitizens(r)) {
			return true
		}
	}
	return false
}

// holdsCitizens tells whether a card is in that is not known to be of another kind.
func holdsCitizens(r reading.Reader) bool {
	return r.Card != "" && r.Card != reading.CardNone && r.Card != reading.CardUnknown
}

// worthWaiting tells whether a card or reader that comes later would help.
func worthWaiting(err error) bool {
	var e *reading.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code {
	case catalogue.NoCard, catalogue.NoReader, catalogue.ReaderNotFound, catalogue.PCSCUnavailable, catalogue.CardUnknown, catalogue.CardMute, catalogue.CardBusy:
		return true
	}
	return false
}
