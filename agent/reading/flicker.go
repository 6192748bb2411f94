package reading

import (
	"context"
	"errors"
	"slices"
	"time"

	"chipid/agent/catalogue"
	"chipid/agent/child"
	"chipid/cardlib"
)

// job is one read with all its tries: a card on a contactless reader slips out
// of the field and comes back.
type job struct {
	desk  *Desk
	req   Request
	child *child.Child
	claim claim
	// signed: the child has EF.SOD. The card that comes back must have the same, byte
	// for byte, over a channel of its own.
	signed bool
	// percent is how far progress has been told; it never falls.
	percent int
	turns   int
}

// maxTurns is how often a card may slip out of one read.
const maxTurns = 5

// first takes a reader and reads.
func (j *job) first(ctx context.Context) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	var err error
	if j.claim, err = j.desk.claim(ctx, j.req.Reader, end); err != nil {
		return err
	}
	if j.req.Admit != nil {
		if err := j.req.Admit(ctx, j.claim.reader); err != nil {
			j.desk.release(j.claim, 0, false)
			return explain(ctx, err)
		}
	}
	if j.req.Started != nil {
		j.req.Started(j.claim.reader)
	}
	return j.try(ctx)
}

// again waits for the card to be back and reads from the start, over a new
// channel: nothing of the try before is kept but the child's EF.SOD.
func (j *job) again(ctx context.Context) error {
	j.turns++
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	var err error
	if j.claim, err = j.desk.back(ctx, j.claim, end); err != nil {
		return err
	}
	err = j.try(ctx)
	var e *Error
	if errors.As(err, &e) && slices.Contains(notOpened, e.Code) {
		err = &Error{Code: catalogue.OtherCard, Err: err}
	}
	return err
}

// notOpened are the errors of a card that does not open: where its key opened the one
// that slipped out, it is another one.
var notOpened = []catalogue.Code{catalogue.Code(cardlib.CodeAccessDenied), catalogue.Code(cardlib.CodeAccessNeedsMore)}

// try reads once. The error is an *Error.
func (j *job) try(ctx context.Context) error {
	failed, signed, err := j.desk.run(ctx, j)
	j.signed = signed
	if err != nil {
		err = explain(ctx, err)
	}
	j.desk.release(j.claim, failed, j.flickered(err))
	return err
}

// finish has the answer made of what was read. The error is an *Error.
func (j *job) finish(ctx context.Context) (*child.Result, error) {
	var said child.Said
	var result *child.Result
	var err error
	if j.req.Said != nil {
		said, err = j.req.Said()
	}
	if err == nil {
		result, err = j.child.Finish(ctx, said, child.Hear{Sign: j.req.Sign})
	}
	if err != nil {
		return nil, explain(ctx, err)
	}
	return result, nil
}

func (j *job) progress(p cardlib.Progress) {
	if j.req.Progress == nil {
		return
	}
	j.percent = max(j.percent, p.Percent)
	p.Percent = j.percent
	j.req.Progress(p)
}

// flickered tells whether a try ended because the card went away in the middle,
// and may come back.
func (j *job) flickered(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == catalogue.CardRemoved && j.signed && j.turns < maxTurns
}

// back waits until a card is in again in the reader that release has kept, for as
// long as a card may be out. The error is errNotBack, or an *Error where ctx ended.
func (d *Desk) back(ctx context.Context, old claim, end context.CancelCauseFunc) (claim, error) {
	timer := time.NewTimer(d.config.Flicker)
	defer timer.Stop()
	defer d.letGo(old.slot)
	for {
		d.mu.Lock()
		if d.find(old.reader.Name) != old.slot || d.watching.Err() != nil {
			d.mu.Unlock()
			return old, errNotBack
		}
		if s := old.slot; s.Insertion != old.reader.Insertion && s.Card == CardCitizen && s.job == nil {
			s.job, s.held = end, false
			c := claim{slot: s, reader: s.Reader, tries: s.tries}
			d.mu.Unlock()
			return c, nil
		}
		changed := d.changed
		d.mu.Unlock()
		select {
		case <-changed:
		case <-timer.C:
			return old, errNotBack
		case <-ctx.Done():
			return old, explain(ctx, ctx.Err())
		}
	}
}

func (d *Desk) letGo(s *slot) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s.held {
		s.held = false
		d.notify()
	}
}

// holds tells whether a reader of that name, or any for the empty one, is a job's:
// its card may have slipped out this moment. The lock is held.
func (d *Desk) holds(name string) bool {
	for _, s := range d.slots {
		if (s.job != nil || s.held) && (name == "" || s.Name == name) {
			return true
		}
	}
	return false
}
