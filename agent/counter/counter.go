package counter

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"chipid/agent/answer"
	"chipid/agent/audit"
	"chipid/agent/child"
	"chipid/agent/consent"
	"chipid/agent/reading"
)

// Limits of a counter.
const (
	// KeepFor is how long a result that nobody took is kept.
	KeepFor = 30 * time.Second
	// WaitLimit is how long a caller may wait for a card.
	WaitLimit = 60 * time.Second
	// officerLimit is how long the officer is waited for, within one read's time.
	officerLimit = 50 * time.Second
	// chosenFor is how long a reader is left to the caller that the officer chose.
	chosenFor = 30 * time.Second
	// maxAsked is how often a caller may put the officer a question about one insertion
	// that comes to nothing; then the answer is no without a question.
	maxAsked = 3
	// maxKept is how many results may wait to be taken.
	maxKept = 4
	// maxTurns is how many requests may have a turn at once, maxTurnsOf of one caller:
	// each has a process of its own, and a reader's name that there is not is as good as
	// another to wait for.
	maxTurns   = 8
	maxTurnsOf = 4
)

// Desk is where cards are read.
type Desk interface {
	State() (reading.State, <-chan struct{})
	Begin(context.Context, child.Key) (*child.Child, error)
	Read(context.Context, reading.Request) (*reading.Outcome, error)
	Hold(context.Context, reading.Request, child.Terms, func(context.Context, reading.Held) error) error
}

// Book says what callers may.
type Book interface {
	Permission(consent.Caller) (consent.Permission, bool)
	Spend(consent.Caller) error
}

// Audit keeps the record.
type Audit interface {
	Append(audit.Entry) error
	// Pseudonym gets the digest of the citizen's number (child.Result).
	Pseudonym(e *audit.Entry, digest []byte) error
}

// Config is what a Counter needs.
type Config struct {
	Desk  Desk
	Book  Book
	Audit Audit
	// Evidence is for reads that a back end wants proof of.
	Evidence Evidence
	// Prompter asks the officer; nil for nobody there.
	Prompter consent.Prompter
	// Wait is how long a caller may wait for a card, WaitLimit at most; nil for that.
	Wait func() time.Duration
	// Keep is how long a result that nobody took is kept; 0 is KeepFor.
	Keep time.Duration
	// Spent is called after a grant was spent; nil for none.
	Spent func()
	// Log may be nil. It gets callers and codes, never what was read.
	Log *slog.Logger
}

// Counter serves callers. Make it with New.
type Counter struct {
	config Config
	log    *slog.Logger
	now    func() time.Time
	keep   time.Duration
	idle   time.Duration // how long a proof waits for its page

	mu    sync.Mutex
	turns []*turn
	// given is the insertion of each reader that gave a delivered result; allowed
	// the one that the officer lets a caller read again.
	given   map[string]uint64
	allowed map[string]permit
	asked   map[string]questions
	// out are the results of which it is not known yet whether they were delivered.
	out    []*Result
	kept   map[place]*kept
	askers []asker
	chosen asker
	quiet  quiet
	vain   map[consent.Caller]*quiet

	// what the board shows
	lastTurn uint64
	verdicts []Verdict
	changed  chan struct{} // closed at the next change
}

// permit is the officer's word for one more read of an insertion: for the purpose and
// the fields that the question named.
type permit struct {
	caller    consent.Caller
	insertion uint64
	purpose   string
	fields    answer.Wanted
}

// covers tells whether the officer's word is for that read, or for more than it.
func (p permit) covers(v *visit, insertion uint64) bool {
	if p.caller != v.Caller || p.insertion != insertion || p.purpose != v.Purpose {
		return false
	}
	for id := range v.disclosed() {
		if !p.fields[id] {
			return false
		}
	}
	return true
}

// questions are those about one insertion that callers have put and the officer has
// not agreed to.
type questions struct {
	insertion uint64
	of        map[consent.Caller]int
}

// New makes a counter.
func New(config Config) *Counter {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Keep == 0 {
		config.Keep = KeepFor
	}
	return &Counter{config: config, log: config.Log, now: time.Now, keep: config.Keep, idle: proofIdle,
		given: map[string]uint64{}, allowed: map[string]permit{}, asked: map[string]questions{}, vain: map[consent.Caller]*quiet{}, kept: map[place]*kept{}, quiet: newQuiet(), changed: make(chan struct{})}
}

// State returns the state of readers and cards, as reading.Desk does.
func (c *Counter) State() (reading.State, <-chan struct{}) { return c.config.Desk.State() }

// Permission returns what a caller may now.
func (c *Counter) Permission(caller consent.Caller) (consent.Permission, bool) {
	return c.config.Book.Permission(caller)
}

// wait is how long a caller may wait for a card.
func (c *Counter) wait() time.Duration {
	if c.config.Wait == nil {
		return WaitLimit
	}
	return min(c.config.Wait(), WaitLimit)
}
