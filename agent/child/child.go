package child

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/cardlib"
	"chipid/cardlib/apdu"
	"chipid/cardlib/verdict"
)

// Limits of time.
const (
	// beginLimit is how long a child may take to be ready.
	beginLimit = 10 * time.Second
	// finishLimit is how long it may take to make the answer; the portrait's decoder
	// has a limit of its own below it.
	finishLimit = 15 * time.Second
	// grace is how long a child may go on after its step was called off. It is told by
	// the next command that it sends; one that sends none is ended.
	grace = 2 * time.Second
)

// Child is a read's child as the agent holds it. It does one step at a time; End
// may be called from anywhere.
type Child struct {
	link Link
	// card and hear are those of the step under way.
	card apdu.Card
	hear Hear
	told linkHead
	over error // why nothing more can be asked of it
	end  sync.Once
	// grace is that of the constants; tests have less patience.
	grace time.Duration
}

// Begin starts a child, which has the key from then on. The key is overwritten, whatever comes of
// it; one that cannot be a key is refused here, before a card is touched. Errors
// are *answer.Error.
func Begin(ctx context.Context, s Starter, trust Trust, key Key) (*Child, error) {
	defer key.Wipe()
	if key.Empty() {
		return nil, &answer.Error{Code: catalogue.KeyMissing}
	}
	link, err := s.Start()
	if err != nil {
		return nil, &answer.Error{Code: catalogue.ReadCrashed, Err: err}
	}
	c := &Child{link: link, grace: grace}
	ctx, stop := context.WithTimeout(ctx, beginLimit)
	defer stop()
	var said readyHead
	if _, err := c.ask(ctx, newFrame(kindBegin, beginHead{trust, key.Kind}, key.Text), kindReady, &said); err != nil {
		c.End()
		return nil, err
	}
	if said.Code != "" {
		c.End()
		return nil, &answer.Error{Code: known(said.Code)}
	}
	return c, nil
}

// End ends the child, whatever it does, and returns when it is gone.
func (c *Child) End() { c.end.Do(c.link.End) }

// Try has the card read once, as the order says. signed tells whether EF.SOD was read, now or in a try
// before: a card that comes back can then be known again by another Try. Errors
// are *answer.Error.
func (c *Child) Try(ctx context.Context, card apdu.Card, t Try, order Order, hear Hear) (signed bool, err error) {
	var said readHead
	c.on(card, hear)
	if _, err := c.ask(ctx, newFrame(kindTry, tryHead{t, order, c.told}, nil), kindRead, &said); err != nil {
		return false, err
	}
	return said.Signed, said.Fault.err()
}

// Finish has the answer made of a Try that went well. Errors are *answer.Error.
func (c *Child) Finish(ctx context.Context, said Said, hear Hear) (*Result, error) {
	ctx, stop := context.WithTimeout(ctx, finishLimit)
	defer stop()
	c.on(nil, hear)
	var done doneHead
	f, err := c.ask(ctx, newFrame(kindFinish, said, nil), kindDone, &done)
	if err == nil {
		err = done.Fault.err()
	}
	if err == nil && !saneReport(done.Report) {
		err = c.broke(fmt.Errorf("%w: report", errFrame))
	}
	body := f.body
	r := &Result{Report: done.Report, Photo: printable(string(done.Photo))}
	if err == nil {
		var ok bool
		if r.Number, body, ok = split(done.Number, body); !ok {
			err = c.broke(errFrame)
		}
	}
	if err == nil && !oneObject(body) {
		err = c.broke(fmt.Errorf("%w: answer", errFrame))
	}
	if err != nil {
		clear(f.body)
		return nil, err
	}
	r.Answer = body
	return r, nil
}

// Open has the chip opened for a service and returns the first message for it.
// The card stays the child's to speak to, for Relay. Errors are *answer.Error.
func (c *Child) Open(ctx context.Context, card apdu.Card, t Try, terms Terms) (first []byte, err error) {
	c.on(card, Hear{})
	var said openedHead
	f, err := c.ask(ctx, newFrame(kindOpen, openHead{t, terms, c.told}, nil), kindOpened, &said)
	if err == nil {
		err = said.Fault.err()
	}
	return f.body, err
}

// Reply is what came of a message of the service.
type Reply struct {
	Message []byte
	// Ended: the service wants no more. Served: it has read something.
	Ended, Served bool
	// Detail tells the record which command was refused, in hexadecimal.
	Detail string
}

// Relay carries a message of the service to the chip. Errors are *answer.Error and
// end the service's session.
func (c *Child) Relay(ctx context.Context, message []byte) (Reply, error) {
	var said relayedHead
	f, err := c.ask(ctx, newFrame(kindRelay, nil, message), kindRelayed, &said)
	if err != nil {
		return Reply{}, err
	}
	r := Reply{Message: f.body, Ended: said.Ended, Served: said.Served}
	if said.Fault != nil {
		r.Detail = printable(said.Fault.Detail)
	}
	return r, said.Fault.err()
}

func (c *Child) on(card apdu.Card, hear Hear) {
	c.card, c.hear = card, hear
	if card != nil {
		c.told = newLinkHead(apdu.Info(card))
	}
}

// ask sends a frame and serves the child until it answers.
func (c *Child) ask(ctx context.Context, f frame, want kind, head any) (frame, error) {
	if c.over != nil {
		return frame{}, c.over
	}
	defer c.guard(ctx)()
	if err := f.write(c.link); err != nil {
		return frame{}, c.broke(err)
	}
	for {
		got, err := readFrame(c.link)
		switch {
		case err != nil:
			return frame{}, c.broke(err)
		case got.kind == want:
			if err := got.into(head); err != nil {
				clear(got.body)
				return frame{}, c.broke(err)
			}
			return got, nil
		}
		if err := c.serve(ctx, got); err != nil {
			return frame{}, c.broke(err)
		}
	}
}

// guard ends a child that does not end its step soon after ctx has ended.
func (c *Child) guard(ctx context.Context) (stop func()) {
	done := make(chan struct{})
	stopped := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(c.grace)
		defer timer.Stop()
		select {
		case <-done:
		case <-timer.C:
			c.link.Kill()
		}
	})
	return func() { close(done); stopped() }
}

// broke ends a child that crashed, hangs, or says what no child says.
func (c *Child) broke(why error) error {
	c.over = &answer.Error{Code: catalogue.ReadCrashed, Err: why}
	c.End()
	return c.over
}

// serve does what the child needs within a step.
func (c *Child) serve(ctx context.Context, f frame) error {
	switch {
	case f.kind == kindCommand && c.card != nil:
		return c.transmit(ctx, f.body)
	case f.kind == kindReset && c.card != nil:
		_, err := apdu.Reset(ctx, c.card)
		return c.reply(apdu.Response{}, err)
	case f.kind == kindProgress:
		var p cardlib.Progress
		if err := f.into(&p); err != nil || !slices.Contains(cardlib.Stages(), p.Stage) || p.Percent < 0 || p.Percent > 100 {
			return errFrame
		}
		if c.hear.Progress != nil {
			c.hear.Progress(p)
		}
		return nil
	case f.kind == kindChecked && c.hear.Fields != nil:
		return newFrame(kindFields, fieldsHead{c.hear.Fields()}, nil).write(c.link)
	case f.kind == kindText && c.hear.Text != nil:
		defer clear(f.body)
		var head textHead
		if err := f.into(&head); err != nil {
			return errFrame
		}
		number, citizen, ok := split(head.Number, f.body)
		if !ok || !oneObject(citizen) {
			return errFrame
		}
		c.hear.Text(citizen, number)
		return nil
	case f.kind == kindSign && c.hear.Sign != nil:
		defer clear(f.body)
		signature, err := c.hear.Sign(f.body)
		if err != nil {
			return err
		}
		return newFrame(kindSigned, nil, signature).write(c.link)
	}
	return fmt.Errorf("%w: %q out of turn", errFrame, f.kind)
}

// transmit carries a command to the card, unless the step was called off.
func (c *Child) transmit(ctx context.Context, b []byte) error {
	cmd, err := apdu.ParseCommand(b)
	if err != nil {
		return err // a child's command is always one
	}
	if err := ctx.Err(); err != nil {
		return c.reply(apdu.Response{}, err)
	}
	resp, err := c.card.Transmit(ctx, cmd)
	return c.reply(resp, err)
}

// reply answers the child for the card.
func (c *Child) reply(r apdu.Response, err error) error {
	head := answerHead{SW: r.SW}
	if now := newLinkHead(apdu.Info(c.card)); !now.same(c.told) {
		c.told, head.Link = now, &now
	}
	if err != nil {
		head.Fault, head.SW, r.Data = namesOf(err), 0, nil
	}
	return newFrame(kindAnswer, head, r.Data).write(c.link)
}

// err makes an error of what the child says went wrong; nil for nothing.
func (f *faultHead) err() error {
	if f == nil {
		return nil
	}
	e := &answer.Error{Code: known(f.Code), SW: f.SW}
	if len(f.Tried) <= maxTried && !slices.ContainsFunc(f.Tried, func(way string) bool { return !slices.Contains(ways, way) }) {
		e.Tried = f.Tried
	}
	return e
}

// ways are the ways into a chip; maxTried bounds how many tries a child may tell of.
var ways = []string{cardlib.AccessPACECAN, cardlib.AccessPACEMRZ, cardlib.AccessPACEPIN, cardlib.AccessPACEPUK, cardlib.AccessBAC}

const maxTried = 16

// known is the code if there is such a one.
func known(code catalogue.Code) catalogue.Code { return catalogue.Of(code).Code }

// printable lets short ASCII pass, and nothing else.
func printable(s string) string {
	if len(s) > 200 || slices.ContainsFunc([]byte(s), func(b byte) bool { return b < ' ' || b > '~' }) {
		return ""
	}
	return s
}

// saneReport tells whether a report speaks of the checks that there are.
func saneReport(r verdict.Report) bool {
	if len(r.Checks) > len(verdict.All()) || !slices.Contains([]verdict.Outcome{verdict.Genuine, verdict.Failure, verdict.Unproven}, r.Outcome) {
		return false
	}
	for _, c := range r.Checks {
		if !slices.Contains(verdict.All(), c.ID) || !slices.Contains([]verdict.Status{verdict.Passed, verdict.Failed, verdict.Skipped, verdict.Unavailable}, c.Status) {
			return false
		}
	}
	return true
}

// oneObject tells whether b is one JSON object, without making anything of it.
func oneObject(b []byte) bool { return len(b) > 1 && b[0] == '{' && json.Valid(b) }

// errEnded: the child was ended from outside.
var errEnded = errors.New("child: ended")

// split takes the digest of the number from the front of a body, if it is there.
func split(number bool, body []byte) (digest, rest []byte, ok bool) {
	if !number {
		return nil, body, true
	}
	if len(body) < sha256.Size {
		return nil, body, false
	}
	return body[:sha256.Size:sha256.Size], body[sha256.Size:], true
}
