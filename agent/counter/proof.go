package counter

import (
	"context"
	"crypto/ed25519"
	"slices"
	"strings"
	"sync"
	"time"

	"chipid/agent/answer"
	"chipid/agent/audit"
	"chipid/agent/catalogue"
	"chipid/agent/child"
	"chipid/agent/consent"
	"chipid/agent/reading"
	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
)

// proofIdle is how long a proof waits for the page's next message.
const proofIdle = 20 * time.Second

// ProofRequest is what a page asks for on behalf of its back end: that the chip
// prove itself to the back end and give it these groups.
type ProofRequest struct {
	Caller consent.Caller
	// Nonce, Purpose and Groups are those of the back end's request. The origin is
	// the caller's, never what a page says.
	Nonce   []byte
	Purpose string
	Groups  []lds.Group
	// Key is as in [Request].
	Key child.Key
	// Reader, Operator, Case, CitizenConsent, Wait, Gone and Started are as in [Request].
	Reader, Operator, Case string
	CitizenConsent, Wait   bool
	Gone                   <-chan struct{}
	Started                func(reading.Reader)
}

// request is the evidence's request as this agent sees it.
func (r ProofRequest) request() evidence.Request {
	return evidence.Request{Nonce: r.Nonce, Origin: r.Caller.Origin.String(), Purpose: r.Purpose, Groups: r.Groups}
}

// Proof is an open chip that a back end speaks to through the page. Its methods
// may be called from many goroutines.
type Proof struct {
	visit   *visit
	request evidence.Request
	end     context.CancelCauseFunc
	relayed chan relayed
	first   chan []byte
	done    chan struct{} // closed when the chip was reset and the reader is free
	err     error         // why it ended; nil where the service ended it
	// keys are the service's that its terms name: the proof ends when one is taken out
	// of the grant.
	keys    []ed25519.PublicKey
	served  bool // the service has read over its own channel
	settled sync.Once
	reader  reading.Reader
}

// relayed is a message of the service, and where its answer goes.
type relayed struct {
	message []byte
	answer  chan<- replied
}

type replied struct {
	message []byte
	ended   bool
	err     error
}

// Prove opens the chip for a back end and returns the first message for it, which
// holds EF.SOD and DG14. The proof lasts until the service or the caller ends it,
// it is left alone for long, or the time of a read is over. Errors are
// *reading.Error; they are in the audit already.
func (c *Counter) Prove(ctx context.Context, r ProofRequest) (*Proof, []byte, error) {
	v := &visit{Counter: c, Request: Request{Caller: r.Caller, Wanted: fieldsOf(r.Groups), Key: r.Key, Reader: r.Reader,
		Purpose: r.Purpose, Operator: r.Operator, Case: r.Case, CitizenConsent: r.CitizenConsent, Wait: r.Wait, Gone: r.Gone, Started: r.Started}}
	life, end := context.WithCancelCause(context.WithoutCancel(ctx))
	p := &Proof{visit: v, request: r.request(), end: end, relayed: make(chan relayed), first: make(chan []byte, 1), done: make(chan struct{})}
	if err := p.admit(); err != nil {
		r.Key.Wipe()
		end(nil)
		v.refused(err)
		return nil, nil, err
	}
	called := context.AfterFunc(ctx, func() { end(reading.Refuse(catalogue.Cancelled)) })
	go p.watch(r.Gone)
	go p.run(life)
	select {
	case first := <-p.first:
		if called() {
			return p, first, nil
		}
		p.End() // called off while the chip answered
	case <-p.done:
		called()
	}
	return nil, nil, p.over()
}

// Relay hands a message of the service over and returns the answer for it; ended
// tells that the service wants no more. Errors are *reading.Error and end the proof.
func (p *Proof) Relay(ctx context.Context, message []byte) (answer []byte, ended bool, err error) {
	back := make(chan replied, 1)
	select {
	case p.relayed <- relayed{message, back}:
	case <-p.done:
		return nil, false, p.over()
	case <-ctx.Done():
		p.end(reading.Refuse(catalogue.Cancelled))
		<-p.done
		return nil, false, p.over()
	}
	select {
	case r := <-back:
		return r.message, r.ended, r.err
	case <-ctx.Done():
		p.end(reading.Refuse(catalogue.Cancelled))
	case <-p.done:
	}
	<-p.done
	select {
	case r := <-back: // the answer was there before the end
		return r.message, r.ended, r.err
	default:
	}
	p.settle() // nobody is told
	return nil, false, p.over()
}

// settle ends a grant for one result, if the proof was one. Where the service ended
// it, that waits for the caller's hearing so: its connection ends with the grant.
func (p *Proof) settle() {
	p.settled.Do(func() {
		if p.served {
			p.visit.spend()
		}
	})
}

// Settle is called when the caller was told that the proof has ended.
func (p *Proof) Settle() {
	<-p.done
	p.settle()
}

// over says why there is nothing more to relay.
func (p *Proof) over() error {
	if p.err != nil {
		return p.err
	}
	return reading.Refuse(catalogue.ProofEnded)
}

// End ends the proof, if it has not ended, and returns when the chip was reset.
func (p *Proof) End() {
	p.end(reading.Refuse(catalogue.Cancelled))
	<-p.done
}

// Done is closed when the proof is over.
func (p *Proof) Done() <-chan struct{} { return p.done }

// Reader is the one that was taken.
func (p *Proof) Reader() reading.Reader { return p.reader }

// watch ends the proof when its caller has disconnected.
func (p *Proof) watch(gone <-chan struct{}) {
	select {
	case <-gone:
		p.end(reading.Refuse(catalogue.Cancelled))
	case <-p.done:
	}
}

// admit asks the grant: a pinned key of a service, and every field that each
// group can hold.
func (p *Proof) admit() error {
	v := p.visit
	var ok bool
	if v.permission, ok = v.config.Book.Permission(v.Caller); !ok {
		return reading.Refuse(catalogue.GrantEnded)
	}
	switch {
	case len(v.permission.ServiceKeys) == 0 || v.Caller.Client != "" || !p.pinned():
		return reading.Refuse(catalogue.ProofNotGranted)
	case p.request.Check() != nil:
		return reading.Refuse(catalogue.InvalidParams)
	case !v.permission.StateBody && !v.CitizenConsent:
		return reading.Refuse(catalogue.ConsentMissing)
	case !coversAll(v.permission, p.request.Groups):
		return reading.Refuse(catalogue.GroupNotGranted)
	}
	v.granted = v.Wanted
	return nil
}

// pinned tells whether the keys of the terms are those of the grant still.
func (p *Proof) pinned() bool {
	for _, key := range p.keys {
		if !slices.ContainsFunc(p.visit.permission.ServiceKeys, func(now ed25519.PublicKey) bool { return now.Equal(key) }) {
			return false
		}
	}
	return true
}

// covers tells whether a permission has every field that the group can hold.
func covers(p consent.Permission, g lds.Group) bool {
	fields := Holds(g)
	for id := range fields {
		if !p.Has(string(id)) {
			return false
		}
	}
	return len(fields) > 0 // nobody could have granted what nobody can name
}

// fieldsOf are the fields that the groups can hold.
func fieldsOf(groups []lds.Group) answer.Wanted {
	w := answer.Wanted{}
	for _, g := range groups {
		for id := range Holds(g) {
			w[id] = true
		}
	}
	return w
}

// run is the proof from the turn to the reset.
func (p *Proof) run(ctx context.Context) {
	defer close(p.done)
	defer p.end(nil)
	defer p.visit.Key.Wipe()
	if p.err = p.serve(ctx); p.err != nil {
		p.visit.refused(p.err)
		p.settle()
	}
}

func (p *Proof) serve(ctx context.Context) error {
	v := p.visit
	if err := v.enter(p.end); err != nil {
		return err
	}
	defer v.leave()
	if err := v.unspent(ctx); err != nil {
		return err
	}
	starts := v.begin(ctx, p.end)
	defer starts.over(p.end)
	if v.Wait {
		if err := v.await(ctx); err != nil {
			return err
		}
	}
	opens, err := starts.begun()
	if err != nil {
		return v.reason(ctx, err)
	}
	err = v.config.Desk.Hold(ctx, reading.Request{Reader: v.reader(), Child: opens, Admit: v.allow, Started: v.Started}, p.terms(), p.use)
	if err != nil {
		return v.reason(ctx, err)
	}
	return nil
}

// terms are what the service may do with the chip.
func (p *Proof) terms() child.Terms {
	t := child.Terms{Request: p.request}
	p.keys = p.visit.permission.ServiceKeys
	for _, key := range p.keys {
		t.Keys = append(t.Keys, key)
	}
	return t
}

// use is the proof with the open chip: its child has read what the service needs to
// judge the card, and from now on messages are carried and nothing else.
func (p *Proof) use(ctx context.Context, chip reading.Held) error {
	p.reader = chip.Reader
	if err := p.admit(); err != nil { // the grant may have changed while it waited
		return err
	}
	if err := p.record(chip.Reader); err != nil {
		p.visit.log.Error("audit", "why", err)
		return reading.Refuse(catalogue.AuditUnwritable)
	}
	p.first <- chip.First
	return p.carry(ctx, chip)
}

// record puts the line of the proof into the audit before anything goes out.
func (p *Proof) record(r reading.Reader) error {
	e := audit.Entry{Event: audit.Proof, Reader: r.Name, Fields: names(p.visit.granted), Synthetic: r.Synthetic, Detail: groupNames(p.request.Groups)}
	p.visit.claims(&e)
	return p.visit.config.Audit.Append(e)
}

func groupNames(groups []lds.Group) string {
	all := []string{lds.DG14.String()}
	for _, g := range groups {
		all = append(all, g.String())
	}
	return strings.Join(all, " ")
}

// carry relays until the service ends it.
func (p *Proof) carry(ctx context.Context, chip reading.Held) error {
	for {
		idle := time.NewTimer(p.visit.idle)
		select {
		case m := <-p.relayed:
			idle.Stop()
			if err := p.admit(); err != nil {
				return err
			}
			reply, err := chip.Relay(ctx, m.message)
			if reply.Served && !p.served {
				p.served = true
				p.visit.gave(p.reader)
			}
			if err != nil {
				p.visit.detail = reply.Detail // the header of a command, and no word of the page's
				return err                    // whoever waits hears it when the chip was reset
			}
			m.answer <- replied{message: reply.Message, ended: reply.Ended}
			if reply.Ended {
				return nil
			}
		case <-idle.C:
			return reading.Refuse(catalogue.ProofIdle)
		case <-ctx.Done():
			idle.Stop()
			return context.Cause(ctx)
		}
	}
}
