package reading

import (
	"context"
	"errors"

	"chipid/agent/catalogue"
	"chipid/cardlib"
	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/lds"
)

// Request is one read that somebody asks for.
type Request struct {
	// Reader is the name of the reader, empty for the one whose card came last.
	Reader string
	Keys   access.Keys
	// Portrait asks for DG2 too, which is most of the time of a read.
	Portrait bool
	// Groups are further groups wanted; Challenge is what the chip signs, nil for
	// a random one: both are for evidence.
	Groups    []lds.Group
	Challenge *[8]byte
	// Wrap, if not nil, gets the card and the plan of each try and returns those to
	// use instead: that is how a read is recorded.
	Wrap func(apdu.Card, cardlib.Plan) (apdu.Card, cardlib.Plan)
	// WithoutText leaves DG13 out: none of its fields is wanted.
	WithoutText bool
	// Admit is asked when the reader was taken, before anything is sent to the card;
	// its error, an *Error, ends the read. ctx ends when the card is taken away. It
	// may take its time; nil admits.
	Admit func(ctx context.Context, r Reader) error
	// Started hears which reader was taken, Progress of each step, Text of the
	// citizen's data as soon as it was compared with the signed list (checked), with
	// the portrait still to come. Each may be nil; they are called in order, and
	// must return soon and keep nothing.
	Started  func(Reader)
	Progress func(cardlib.Progress)
	Text     func(doc *cardlib.Document, checked bool)
}

// Outcome is a read that came to a result. Whoever gets it wipes it.
type Outcome struct {
	*cardlib.Result
	Reader Reader
}

// Read reads the card. Errors are *Error. It waits for the desk's first look at
// its readers and for a card that is being tried, not for a card to be put in. A
// card that slips out and is back within FlickerLimit is read on, if it is the
// same one.
func (d *Desk) Read(ctx context.Context, req Request) (*Outcome, error) {
	if req.Keys.Empty() {
		return nil, fail(catalogue.KeyMissing)
	}
	ctx, stop := context.WithTimeoutCause(ctx, d.config.Limit, errTooLong)
	defer stop()
	j := &job{desk: d, req: req}
	defer j.end()
	result, err := j.first(ctx)
	for j.flickered(err) {
		if result, err = j.again(ctx); errors.Is(err, errNotBack) {
			err = &Error{Code: catalogue.CardRemoved, Err: err}
			break
		}
	}
	if err != nil {
		d.log.Info("read ended", "reader", j.claim.reader.Name, "code", string(err.(*Error).Code))
		return nil, err
	}
	d.showPortrait(ctx, &result.Document)
	reader := j.claim.reader
	result.Report.Synthetic = result.Report.Synthetic || reader.Synthetic
	d.log.Info("read ended", "reader", reader.Name, "outcome", string(result.Report.Outcome))
	return &Outcome{Result: result, Reader: reader}, nil
}

// claim is a reader that a job has taken, as it was then.
type claim struct {
	slot   *slot
	reader Reader
	// tries is how many keys the card has refused before.
	tries int
}

// claim finds the reader and takes it for a job that end can stop. A card that
// could not be tried before is tried once more.
func (d *Desk) claim(ctx context.Context, name string, end context.CancelCauseFunc) (claim, error) {
	again := true
	for {
		d.mu.Lock()
		state, changed := d.state(), d.changed
		if d.first && state.settledFor(name) {
			c, err := d.take(state, name, end)
			if err == nil || !again || !d.recheck(err, name) {
				d.mu.Unlock()
				return c, err
			}
			again, changed = false, d.changed
		}
		d.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return claim{}, explain(ctx, ctx.Err())
		}
	}
}

// settledFor tells whether it is known what can be read from.
func (s State) settledFor(name string) bool {
	if name == "" {
		return s.settled()
	}
	r, ok := s.Find(name)
	return !ok || r.Card != CardChecking
}

// take marks the chosen reader as used. The lock is held.
func (d *Desk) take(state State, name string, end context.CancelCauseFunc) (claim, error) {
	r, err := state.choose(name)
	if err != nil && d.holds(name) {
		return claim{}, fail(catalogue.Busy)
	}
	if err != nil {
		return claim{}, err
	}
	s := d.find(r.Name)
	switch {
	case s.job != nil || s.held:
		return claim{}, fail(catalogue.Busy)
	case s.tries >= access.MaxTries:
		return claim{}, fail(catalogue.TriesSpent)
	}
	s.job = end
	d.notify()
	return claim{slot: s, reader: r, tries: s.tries}, nil
}

// recheck tries cards again that another program held, or that did not answer,
// and tells whether there are any. The lock is held.
func (d *Desk) recheck(why error, name string) bool {
	var e *Error
	if !errors.As(why, &e) || e.Code != catalogue.CardBusy && e.Code != catalogue.CardMute {
		return false
	}
	found := false
	for _, s := range d.slots {
		if (name == "" || s.Name == name) && !s.Stuck && (s.Card == CardBusy || s.Card == CardMute) {
			s.Card, found = CardChecking, true
			d.startProbe(d.watching, s)
		}
	}
	if found {
		d.notify()
	}
	return found
}

// release gives the reader back and notes the keys that its card refused. With
// keep it stays the job's until the card is back: nobody gets in between.
func (d *Desk) release(c claim, failed int, keep bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c.slot.job, c.slot.held = nil, keep
	if c.slot.Insertion == c.reader.Insertion {
		c.slot.tries += failed
	}
	d.notify()
}

// run reads over a connection of its own and tells how many keys were refused.
func (d *Desk) run(ctx context.Context, r Reader, req Request, tries int, sod func([]byte) error) (*cardlib.Result, int, error) {
	conn, err := d.config.Source.Connect(ctx, r.Name)
	if err != nil {
		return nil, 0, err
	}
	defer conn.Close()
	counted := &triesCard{Conn: conn, left: tries}
	card, plan := apdu.Card(counted), cardlib.Plan{
		Groups: req.groups(), Trust: d.config.Trust(r), MaxTries: tries, Challenge: req.Challenge,
		BuildDate: d.config.BuildDate, Progress: req.Progress, OnText: req.Text, OnSOD: sod,
	}
	if req.Wrap != nil {
		card, plan = req.Wrap(card, plan)
	}
	result, err := d.config.read(ctx, card, req.Keys, plan)
	return result, counted.failed, err
}

// groups are the data groups that the request needs.
func (r Request) groups() []lds.Group {
	groups := append([]lds.Group{lds.DG1}, r.Groups...)
	if !r.WithoutText {
		groups = append(groups, lds.DG13)
	}
	if r.Portrait {
		groups = append(groups, lds.DG2)
	}
	return groups
}
