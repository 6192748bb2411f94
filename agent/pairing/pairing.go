package pairing

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"chipid/agent/consent"
)

// Limits of pairing.
const (
	// MaxWindow is how long the officer can open pairing at once; it is also the default.
	MaxWindow = 2 * time.Minute
	// MaxTries is how many codes the officer may enter.
	MaxTries = 3
)

// stall is how long a page may take from its request to its call for the officer. The
// client of pages takes moments; one that does not go on must not keep others out.
const stall = 20 * time.Second

// Errors of pairing.
var (
	ErrClosed     = errors.New("pairing: the officer has not opened pairing")
	ErrBusy       = errors.New("pairing: another pairing is pending")
	ErrUnknown    = errors.New("pairing: no such pairing")
	ErrCommitment = errors.New("pairing: the nonce does not fit the commitment")
	ErrDenied     = errors.New("pairing: the officer said no")
	ErrCode       = errors.New("pairing: wrong code, three times")
	ErrExpired    = errors.New("pairing: the time is over")
)

// Ask is what a page asks for.
type Ask struct {
	Caller        consent.Caller
	Name, Purpose string
	Fields        []string
	Presence      bool
	// Commitment is the page's, in base64url.
	Commitment string
}

// Room is where pairing happens: the window that the officer opens, and the one
// pairing that may be pending in the whole agent.
type Room struct {
	identity *Identity
	prompter consent.Prompter
	now      func() time.Time
	// wall is the clock that goes on while the computer sleeps; now stands still then.
	wall func() time.Time

	mu        sync.Mutex
	until     time.Time
	wallUntil time.Time
	pending   *pending
	// refused are the origins that the officer refused, that spent their codes or kept
	// others out, while the window has been open: they are not asked about again in it.
	refused map[consent.Caller]error
	// calledOff counts the questions that origins have called off meanwhile: windows must
	// not come and go without end.
	calledOff map[consent.Caller]int
}

// pending is a pairing on its way.
type pending struct {
	ask        Ask
	id         string
	agentNonce []byte
	code       string // once both nonces are shown
	decided    bool
	began      time.Time
	// wanted: another caller was turned away for it.
	wanted bool
}

// stalls tells whether the page has not gone on.
func (p *pending) stalls(now time.Time) bool { return !p.decided && now.Sub(p.began) > stall }

// NewRoom makes a room whose window is closed.
func NewRoom(identity *Identity, prompter consent.Prompter) *Room {
	return &Room{identity: identity, prompter: prompter, now: time.Now, wall: func() time.Time { return time.Now().Round(0) }}
}

// Open opens the window for that long, MaxWindow at most, and returns when it closes.
func (r *Room) Open(length time.Duration) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	length = min(max(length, 0), MaxWindow)
	r.until, r.wallUntil = r.now().Add(length), r.wall().Add(length)
	r.refused, r.calledOff = map[consent.Caller]error{}, map[consent.Caller]int{}
	return r.until
}

// IsOpen tells whether the window is open.
func (r *Room) IsOpen() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.open()
}

// Until is when the window closes or has closed.
func (r *Room) Until() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.until
}

// open asks both clocks: one stands still while the computer sleeps, the other can
// be set. The lock is held.
func (r *Room) open() bool { return r.now().Before(r.until) && r.wall().Before(r.wallUntil) }

// Opened is the agent's answer to a request.
type Opened struct {
	ID         string
	Key        string
	Commitment string
}

// Request begins a pairing.
func (r *Room) Request(ask Ask) (Opened, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.open() {
		return Opened{}, ErrClosed
	}
	if err := r.refused[ask.Caller]; err != nil {
		return Opened{}, err
	}
	if r.pending != nil && !r.pending.stalls(r.now()) {
		r.pending.wanted = r.pending.wanted || r.pending.ask.Caller != ask.Caller
		return Opened{}, ErrBusy
	}
	r.abandon()
	if err := r.refused[ask.Caller]; err != nil { // it has stalled itself
		return Opened{}, err
	}
	p := &pending{began: r.now(), ask: ask, id: encode(random(16)), agentNonce: random(nonceBytes)}
	r.pending = p
	return Opened{p.id, r.identity.Key(), Commitment("agent", p.agentNonce)}, nil
}

// Reveal takes the page's nonce and shows the agent's.
func (r *Room) Reveal(caller consent.Caller, id, pageNonce string) (agentNonce string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, err := r.find(caller, id)
	if err != nil {
		return "", err
	}
	nonce, ok := decode(pageNonce, nonceBytes)
	if !ok || p.code != "" || subtle.ConstantTimeCompare([]byte(Commitment("page", nonce)), []byte(p.ask.Commitment)) != 1 {
		r.pending = nil
		return "", ErrCommitment
	}
	p.code = Code(nonce, p.agentNonce, r.identity.public(), caller.Origin.String())
	return encode(p.agentNonce), nil
}

// Finish asks the officer and returns the decision, with the right code and
// among what was asked, and what the officer was asked. The grant is the caller's to make.
func (r *Room) Finish(ctx context.Context, caller consent.Caller, id string) (consent.Decision, Ask, error) {
	r.mu.Lock()
	p, err := r.find(caller, id)
	if err == nil && (p.code == "" || p.decided) {
		err = ErrUnknown
	}
	if err != nil {
		r.mu.Unlock()
		return consent.Decision{}, Ask{}, err
	}
	p.decided = true
	left := r.until.Sub(r.now())
	r.mu.Unlock()
	defer r.end(p)
	ctx, cancel := context.WithTimeoutCause(ctx, left, ErrExpired)
	defer cancel()
	d, err := r.decide(ctx, p)
	r.came(caller, err)
	if errors.Is(context.Cause(ctx), ErrExpired) || err == nil && !r.IsOpen() {
		return consent.Decision{}, p.ask, ErrExpired
	}
	return d, p.ask, err
}

// came notes what came of a pairing that the officer was asked about.
func (r *Room) came(caller consent.Caller, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case errors.Is(err, ErrDenied), errors.Is(err, ErrCode):
		r.refused[caller] = err
	case err != nil:
		if r.calledOff[caller]++; r.calledOff[caller] >= MaxTries {
			r.refused[caller] = ErrExpired
		}
	}
}

// decide asks until the code is right, the officer refuses, or the tries are spent.
func (r *Room) decide(ctx context.Context, p *pending) (consent.Decision, error) {
	right := func(code string) bool {
		return subtle.ConstantTimeCompare([]byte(onlyDigits(code)), []byte(p.code)) == 1
	}
	for left := MaxTries; left > 0; left-- {
		d, err := r.prompter.Ask(ctx, consent.Question{Kind: consent.AskPair, Caller: p.ask.Caller, Name: p.ask.Name, Purpose: p.ask.Purpose,
			Fields: p.ask.Fields, Presence: p.ask.Presence, TriesLeft: left, Right: right})
		switch {
		case err != nil:
			return consent.Decision{}, err
		case !d.Granted:
			return consent.Decision{}, ErrDenied
		case right(d.Code):
			d.Fields = slices.DeleteFunc(slices.Clone(d.Fields), func(f string) bool { return !slices.Contains(p.ask.Fields, f) })
			d.Presence = d.Presence && p.ask.Presence
			return d, nil
		}
	}
	return consent.Decision{}, ErrCode
}

// onlyDigits leaves out the space between groups of digits.
func onlyDigits(text string) string {
	return strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, text)
}

// Drop ends a pairing, for a page that has gone. Nothing happens if it is not
// the one that is pending, or the officer is asked already: [Room.Finish] ends it then,
// whichever connection of the page has gone.
func (r *Room) Drop(caller consent.Caller, id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := r.pending; p != nil && p.id == id && p.ask.Caller == caller && !p.decided {
		r.abandon()
	}
}

// end is the end of a pairing about which the officer was asked.
func (r *Room) end(p *pending) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pending == p {
		r.pending = nil
	}
}

// abandon ends the pending pairing. A page that kept others out and never let the
// officer decide has had its turn: while the window is open it gets no other. The
// lock is held.
func (r *Room) abandon() {
	if p := r.pending; p != nil && p.wanted && !p.decided {
		r.refused[p.ask.Caller] = ErrExpired
	}
	r.pending = nil
}

// find returns the pending pairing if it is the caller's. The lock is held.
func (r *Room) find(caller consent.Caller, id string) (*pending, error) {
	switch p := r.pending; {
	case p == nil || p.id != id || p.ask.Caller != caller:
		return nil, ErrUnknown
	case !r.open(), p.stalls(r.now()):
		r.abandon()
		return nil, ErrExpired
	default:
		return p, nil
	}
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // it never fails (crypto/rand)
	return b
}
