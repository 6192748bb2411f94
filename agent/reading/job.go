package reading

import (
	"context"
	"errors"

	"chipid/agent/catalogue"
	"chipid/agent/child"
	"chipid/cardlib"
	"chipid/cardlib/access"
	"chipid/cardlib/cccd"
)

// Request is one read that somebody asks for.
type Request struct {
	// Reader is the name of the reader, empty for the one whose card came last.
	Reader string
	// Child is what reads, begun by [Desk.Begin]; it is ended with the read. Where it
	// is nil one is begun with Key.
	Child *child.Child
	Key   child.Key
	// Order is what is read. Said is asked in the end what is told of it; its error, an
	// *Error, ends the read, and nil tells nothing.
	Order child.Order
	Said  func() (child.Said, error)
	// Admit is asked when the reader was taken, before anything is sent to the card;
	// its error, an *Error, ends the read. ctx ends when the card is taken away. It
	// may take its time; nil admits.
	Admit func(ctx context.Context, r Reader) error
	// Started hears which reader was taken, Progress of each step. Where the order
	// wants the text early, Early is asked for its fields as soon as they were compared
	// with the signed list, with the portrait still to come, and Text gets the JSON
	// object of these and the digest of the number. Each may be nil; they are called in order, and must return soon
	// and keep nothing.
	Started  func(Reader)
	Progress func(cardlib.Progress)
	Early    func() []cccd.FieldID
	Text     func(citizen, number []byte)
	// Sign signs a bundle of the order's evidence; nil where none needs it.
	Sign func(message []byte) ([]byte, error)
}

// Outcome is a read that came to a result. Whoever gets it wipes it.
type Outcome struct {
	*child.Result
	Reader Reader
}

// Begin starts the child of a read to come: it has the key from then on, which is
// overwritten here. A key that cannot be one is refused before a card is touched.
// Whoever begins a child ends it. Errors are *Error.
func (d *Desk) Begin(ctx context.Context, key child.Key) (*child.Child, error) {
	c, err := child.Begin(ctx, d.config.Children, d.config.Trust(), key)
	if err != nil && context.Cause(ctx) != nil {
		err = explain(ctx, err)
	}
	return c, err
}

// begun is the child of a request.
func (d *Desk) begun(ctx context.Context, req Request) (*child.Child, error) {
	if req.Child != nil {
		return req.Child, nil
	}
	return d.Begin(ctx, req.Key)
}

// blame names the service where a card is gone because there is none any more:
// nobody has lifted it.
func (d *Desk) blame(err error) error {
	var e *Error
	if state, _ := d.State(); errors.As(err, &e) && e.Code == catalogue.CardRemoved && state.Service != nil {
		return &Error{Code: serviceCode(state.Service), Err: err}
	}
	return err
}

// Read reads the card. Errors are *Error. It waits for the desk's first look at
// its readers and for a card that is being tried, not for a card to be put in. A
// card that slips out and is back within FlickerLimit is read on, if it is the
// same one.
func (d *Desk) Read(ctx context.Context, req Request) (*Outcome, error) {
	ctx, stop := context.WithTimeoutCause(ctx, d.config.Limit, errTooLong)
	defer stop()
	reads, err := d.begun(ctx, req)
	if err != nil {
		return nil, err
	}
	defer reads.End()
	j := &job{desk: d, req: req, child: reads}
	err = j.first(ctx)
	for j.flickered(err) {
		if err = j.again(ctx); errors.Is(err, errNotBack) {
			err = &Error{Code: catalogue.CardRemoved, Err: err}
			break
		}
	}
	err = d.blame(err)
	var result *child.Result
	if err == nil {
		result, err = j.finish(ctx)
	}
	if err != nil {
		d.log.Info("read ended", "reader", j.claim.reader.Name, "code", string(err.(*Error).Code))
		return nil, err
	}
	reader := j.claim.reader
	if result.Photo != "" {
		d.log.Info("photo unavailable", "reason", result.Photo)
	}
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

// run has the card read over a connection of its own. It tells how many keys were
// refused, and whether the card could be known again.
func (d *Desk) run(ctx context.Context, j *job) (failed int, signed bool, err error) {
	r := j.claim.reader
	conn, err := d.connect(ctx, r)
	if err != nil {
		return 0, j.signed, err
	}
	defer conn.Close()
	tries := access.MaxTries - j.claim.tries
	counted := &triesCard{Conn: conn, left: tries}
	signed, err = j.child.Try(ctx, counted, child.Try{Reader: r.Name, Synthetic: r.Synthetic, Tries: tries}, j.req.Order,
		child.Hear{Progress: j.progress, Fields: j.req.Early, Text: j.req.Text})
	return counted.failed, signed, err
}
