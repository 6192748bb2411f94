package counter

import (
	"context"
	"errors"
	"maps"
	"slices"

	"chipid/agent/answer"
	"chipid/agent/audit"
	"chipid/agent/catalogue"
	"chipid/agent/child"
	"chipid/agent/consent"
	"chipid/agent/reading"
	"chipid/cardlib"
	"chipid/cardlib/cccd"
	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
)

// Request is what a caller asks for.
type Request struct {
	Caller consent.Caller
	Wanted answer.Wanted
	// Key is overwritten as soon as the read's child has it, or the request has come to
	// nothing.
	Key child.Key
	// Reader is the name of the reader, empty for the one whose card came last.
	Reader string
	// Purpose is why; Operator and Case are the page's own, opaque words.
	Purpose, Operator, Case string
	// CitizenConsent: the page states that the citizen agreed.
	CitizenConsent bool
	// Wait: wait for a card to be put in.
	Wait bool
	// Wish is the evidence that a back end wants of the read; nil for none.
	Wish *Wish
	// Resume is the token by which a result that was not delivered can be taken
	// later, empty for none.
	Resume string
	// Gone is closed when the caller has disconnected; nil for never. It ends a
	// wait; a read that has begun goes on if there is a Resume.
	Gone <-chan struct{}
	// Started, Progress and Text are those of reading.Request.
	Started  func(reading.Reader)
	Progress func(cardlib.Progress)
	Text     func(citizen []byte)
}

// visit is one request on its way.
type visit struct {
	*Counter
	Request
	permission consent.Permission
	// granted is what may be sent, withheld what was asked for beside it.
	granted  answer.Wanted
	withheld []string
	// evidence is the back end's request, nil for none.
	evidence *evidence.Request
	turn     *turn
	kept     *kept // where the result can be taken later, nil for nowhere
	// before is what was in the readers when the request took its turn.
	before reading.State
	// bound is the insertion that the request is about, once that is known.
	bound struct {
		reader    string
		insertion uint64
	}
	// shown: text fields were sent before the read ended; named has whose they were.
	shown bool
	named audit.Entry
	// detail is a word for the audit about a refusal, never of a person or a page.
	detail string
}

// Read serves a request to its result, which must be settled. Errors are
// *reading.Error; they are in the audit already.
func (c *Counter) Read(ctx context.Context, r Request) (*Result, error) {
	defer r.Key.Wipe()
	v := &visit{Counter: c, Request: r}
	result, err := v.serve(ctx)
	if err != nil {
		v.refused(err)
		c.forget(v.kept, err)
		return nil, err
	}
	result.kept = v.kept
	v.onBoard(result.Outcome, nil)
	return result, nil
}

// serve is the request in its order.
func (v *visit) serve(ctx context.Context) (*Result, error) {
	if err := v.admit(); err != nil {
		return nil, err
	}
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	if err := v.enter(end); err != nil {
		return nil, err
	}
	defer v.leave()
	if err := v.unspent(ctx); err != nil {
		return nil, err
	}
	starts := v.begin(ctx, end)
	defer starts.over(end)
	if v.Wait {
		if err := v.await(ctx); err != nil {
			return nil, err
		}
		if err := v.stillGranted(); err != nil {
			return nil, err
		}
	}
	v.kept = v.expect(v.Request) // who only waits takes no place: a wait ends with its page
	reads, err := starts.begun()
	if err != nil {
		return nil, v.reason(ctx, err)
	}
	outcome, err := v.config.Desk.Read(ctx, reading.Request{
		Reader: v.reader(), Child: reads, Order: v.order(), Said: v.said, Admit: v.allow, Started: v.Started, Progress: v.progress,
		Early: v.early, Text: v.text, Sign: v.sign,
	})
	if err != nil {
		return nil, v.calledOff(v.reason(ctx, err))
	}
	if err := v.stillAll(); err != nil {
		outcome.Wipe()
		return nil, v.calledOff(err)
	}
	result := &Result{Outcome: outcome, Wanted: v.granted, visit: v}
	if err := v.record(outcome); err != nil {
		outcome.Wipe()
		v.log.Error("audit", "why", err)
		return nil, reading.Refuse(catalogue.AuditUnwritable)
	}
	v.goesOut(result)
	return result, nil
}

// order is what is read for the request.
func (v *visit) order() child.Order {
	return child.Order{Portrait: v.granted.Portrait(), WithoutText: !needs(v.granted, lds.DG13), Text: v.Text != nil, Evidence: v.bundle()}
}

// said is what of it is told: what is granted when it has been read.
func (v *visit) said() (child.Said, error) {
	if err := v.stillGranted(); err != nil {
		return child.Said{}, err
	}
	return child.Said{Fields: slices.Sorted(maps.Keys(v.granted)), Withheld: v.withheld}, nil
}

// stillAll asks the grant once more, for the time in which the answer was made: that
// cannot be narrowed any more.
func (v *visit) stillAll() error {
	told := len(v.granted)
	if err := v.stillGranted(); err != nil {
		return err
	}
	if len(v.granted) < told {
		return reading.Refuse(catalogue.GrantEnded)
	}
	return nil
}

// unspent asks again whether a grant for one result is still there, once nothing
// of its caller is on the way any more.
func (v *visit) unspent(ctx context.Context) error {
	if !v.permission.Once {
		return nil
	}
	if !v.awaitDelivery(ctx, v.ofCaller) {
		return reading.Refuse(catalogue.Busy)
	}
	if _, ok := v.config.Book.Permission(v.Caller); !ok {
		return reading.Refuse(catalogue.GrantEnded)
	}
	return nil
}

// calledOff spends what a page has had that saw the text before it, or the
// officer, called the read off, or its grant was taken back: that was a result. The
// card may have slipped out and be in anew.
func (v *visit) calledOff(err error) error {
	var e *reading.Error
	if v.shown && errors.As(err, &e) && slices.Contains(callsOff, e.Code) {
		now, _ := v.config.Desk.State()
		r, ok := now.Find(v.bound.reader)
		if !ok {
			r = reading.Reader{Name: v.bound.reader, Insertion: v.bound.insertion}
		}
		v.delivered(r)
	}
	return err
}

// callsOff are the ends of a read that somebody wanted.
var callsOff = []catalogue.Code{catalogue.Cancelled, catalogue.OfficerRefused, catalogue.GrantEnded, catalogue.FieldsNotGranted, catalogue.ConsentMissing, catalogue.GroupNotGranted}

// admit asks the grant.
func (v *visit) admit() error {
	var ok bool
	if v.permission, ok = v.config.Book.Permission(v.Caller); !ok {
		return reading.Refuse(catalogue.GrantEnded)
	}
	v.granted = answer.Wanted{}
	for id := range v.Wanted {
		if v.permission.Has(string(id)) {
			v.granted[id] = true
		} else {
			v.withheld = append(v.withheld, string(id))
		}
	}
	slices.Sort(v.withheld)
	switch {
	case len(v.granted) == 0:
		return reading.Refuse(catalogue.FieldsNotGranted)
	case !v.permission.StateBody && !v.CitizenConsent:
		return reading.Refuse(catalogue.ConsentMissing)
	}
	var err error
	v.evidence, err = v.wish()
	return err
}

// stillGranted asks the grant again, which may have been taken back, narrowed or
// replaced while the request waited or the card was read. What is no longer granted
// is withheld; what has been granted meanwhile is for the next request.
func (v *visit) stillGranted() error {
	before, withheld := v.granted, v.withheld
	v.withheld = nil
	if err := v.admit(); err != nil {
		return err
	}
	for id := range v.granted {
		if !before[id] {
			delete(v.granted, id)
		}
	}
	for id := range before {
		if !v.granted[id] {
			withheld = append(withheld, string(id))
		}
	}
	if v.withheld = withheld; len(v.granted) == 0 {
		return reading.Refuse(catalogue.FieldsNotGranted)
	}
	slices.Sort(v.withheld)
	return nil
}

// needs tells whether one of the fields lies in the group.
func needs(w answer.Wanted, g lds.Group) bool {
	for id := range w {
		if f, ok := cccd.FieldByID(id); ok && slices.Contains(f.Groups, g) {
			return true
		}
	}
	return false
}

// reader names the reader that the request is about.
func (v *visit) reader() string {
	if v.bound.reader != "" {
		return v.bound.reader
	}
	return v.Reader
}

// allow is asked when the reader was taken, before anything is sent to the card.
func (v *visit) allow(ctx context.Context, r reading.Reader) error {
	bound := v.bound
	v.bind(r)
	switch {
	case bound.reader != "" && bound.insertion != r.Insertion:
		return reading.Refuse(catalogue.CardRemoved) // it was changed for another one meanwhile
	case r.Synthetic && !v.permission.Mock:
		return reading.Refuse(catalogue.SyntheticReader)
	case v.permission.Again:
		return nil
	case v.awaitDelivery(ctx, ofInsertion(r)) && !v.wasGiven(r):
		return nil
	}
	if err := v.askAgain(ctx, r); err != nil {
		return err
	}
	return v.stillGranted()
}

// wasGiven tells whether this insertion gave a result that the officer did not
// allow to be given again.
func (v *visit) wasGiven(r reading.Reader) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.given[r.Name] == r.Insertion && !v.allowed[r.Name].covers(v, r.Insertion)
}

// mayAsk counts a question about an insertion, and tells whether the caller may put it:
// one that is refused, or calls its question off, must not keep windows coming.
func (v *visit) mayAsk(r reading.Reader) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.asked[r.Name].insertion != r.Insertion || v.asked[r.Name].of == nil {
		v.asked[r.Name] = questions{r.Insertion, map[consent.Caller]int{}}
	}
	of := v.asked[r.Name].of
	of[v.Caller]++
	return of[v.Caller] <= maxAsked
}

// askAgain asks the officer for one more read of the insertion.
func (v *visit) askAgain(ctx context.Context, r reading.Reader) error {
	if v.config.Prompter == nil {
		return reading.Refuse(catalogue.OfficerAbsent)
	}
	if !v.mayAsk(r) {
		return reading.Refuse(catalogue.OfficerRefused)
	}
	ctx, cancel := v.present(ctx)
	defer cancel()
	ctx, stop := context.WithTimeoutCause(ctx, officerLimit, consent.ErrNobody)
	defer stop()
	d, err := v.config.Prompter.Ask(ctx, consent.Question{Kind: consent.AskAgain, Caller: v.Caller, Purpose: v.Purpose, Fields: names(v.disclosed()), Reader: r.Name})
	switch {
	case errors.Is(err, consent.ErrNobody), errors.Is(context.Cause(ctx), consent.ErrNobody):
		return reading.Refuse(catalogue.OfficerAbsent)
	case err != nil:
		return err // the card has gone, or the caller: the desk says which
	case !d.Granted:
		return reading.Refuse(catalogue.OfficerRefused)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.allowed[r.Name] = permit{v.Caller, r.Insertion, v.Purpose, v.disclosed()}
	delete(v.asked[r.Name].of, v.Caller)
	return nil
}

// early are the text fields that the caller may have before the portrait has come.
// Whoever may have one result gets it whole or not at all.
func (v *visit) early() []cccd.FieldID {
	if v.stillGranted() != nil || v.permission.Once {
		return nil
	}
	return slices.Sorted(maps.Keys(v.granted.Text()))
}

// text hands the early fields over. Whoever's they are must be known to the audit,
// should the read come to nothing afterwards.
func (v *visit) text(citizen, number []byte) {
	if err := v.config.Audit.Pseudonym(&v.named, number); err != nil {
		v.log.Error("audit", "why", err)
		return
	}
	v.shown = true
	v.Text(citizen)
}

// reason says why a read ended that the counter itself has ended.
func (v *visit) reason(ctx context.Context, err error) error {
	var why *reading.Error
	if cause := context.Cause(ctx); cause != nil && errors.As(cause, &why) {
		return why
	}
	return err
}

// record puts the line of a read into the audit.
func (v *visit) record(o *reading.Outcome) error {
	e := ReadEntry(o, v.disclosed())
	v.claims(&e)
	if err := v.config.Audit.Pseudonym(&e, o.Number); err != nil {
		return err
	}
	return v.config.Audit.Append(e)
}

// claims puts what the page said of itself into a line.
func (v *visit) claims(e *audit.Entry) {
	e.Origin, e.Purpose, e.Operator, e.Case = v.Caller.String(), v.Purpose, v.Operator, v.Case
	e.CitizenConsent, e.By = v.CitizenConsent, v.permission.By
}

// ReadEntry is the line of a read, without who asked and why.
func ReadEntry(o *reading.Outcome, w answer.Wanted) audit.Entry {
	e := audit.Entry{Event: audit.Read, Reader: o.Reader.Name, Fields: names(w), Outcome: string(o.Report.Outcome),
		Synthetic: o.Report.Synthetic, Checks: map[string]string{}}
	for _, check := range o.Report.Checks {
		e.Checks[string(check.ID)] = string(check.Status)
	}
	return e
}

// names are the ids of fields, sorted.
func names(w answer.Wanted) []string {
	var all []string
	for id := range w {
		all = append(all, string(id))
	}
	slices.Sort(all)
	return all
}
