package chip

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"sync"
	"time"

	"chipid/cardlib/apdu"
)

// Chip is one chip that lies in a reader. It is safe for concurrent use.
type Chip struct {
	profile Profile
	random  io.Reader
	log     func(Entry)
	removed func()
	twist   func(number int, cmd apdu.Command, resp apdu.Response) apdu.Response
	sleep   func(context.Context, time.Duration) error

	mu        sync.Mutex
	number    int           // commands since the card was put in
	faultHits []int         // how often each fault has struck since then
	triesUsed int           // wrong PACE passwords in a row, kept over resets
	gone      chan struct{} // closed while the card is away
	last      []byte        // the answer before, for Repeat
	memory    *memory       // of terminal authentication, kept over resets; nil without it
	s         session
}

// session is what a chip forgets when it is reset.
type session struct {
	inApplication bool
	current       uint16 // selected EF, 0 for none
	access        access
	channel       *channel // secure messaging in use
	next          *channel // secure messaging from the next command on
	challenge     []byte   // RND.IC of GET CHALLENGE, good for the next command only
	pace          *paceRun
	paceFailed    bool
	ca            *CAKey // chosen by MSE:Set AT
	caDone        bool
	terminal      terminalRun
	waiting       []byte // rest of an answer, for GET RESPONSE
	waitingSW     apdu.SW
	envelope      []byte // the part of a command that ENVELOPE has brought so far
}

// access is what was proven to the chip.
type access int

const (
	accessNone access = iota
	accessBAC
	accessPACE
)

// Option changes how a Chip runs, not what it is.
type Option func(*Chip)

// WithRandom replaces crypto/rand. The chip reads, in this order: BAC, RND.IC (8
// bytes) at GET CHALLENGE, K.IC (16) at EXTERNAL AUTHENTICATE; PACE, the nonce,
// the mapping key, the ephemeral key (each of as many bytes as the group's
// order); active authentication, M1 or the ECDSA nonce. A source that ends
// makes that command fail with 6F00.
func WithRandom(r io.Reader) Option { return func(c *Chip) { c.random = r } }

// WithLog is told every exchange, one at a time. tell must not call the chip.
func WithLog(tell func(Entry)) Option { return func(c *Chip) { c.log = tell } }

// WithRemoved is called, outside any lock, each time a [Tear] takes the card away.
func WithRemoved(tell func()) Option { return func(c *Chip) { c.removed = tell } }

// WithTwist lets alter change every answer before it is sealed, so that no MAC
// can tell: it is given the number of the command, the command as it stands
// below secure messaging and what the chip would answer, and returns what the
// chip answers instead. It must neither call the chip nor change the bytes given.
func WithTwist(alter func(number int, cmd apdu.Command, resp apdu.Response) apdu.Response) Option {
	return func(c *Chip) { c.twist = alter }
}

// WithSleep replaces the real waiting of [Slow]: a link model counts instead.
func WithSleep(sleep func(context.Context, time.Duration) error) Option {
	return func(c *Chip) { c.sleep = sleep }
}

// New makes a chip. It fails with [ErrProfile] if the profile cannot be a chip's.
func New(p Profile, opts ...Option) (*Chip, error) {
	if err := p.complete(); err != nil {
		return nil, err
	}
	c := &Chip{profile: p, random: rand.Reader, sleep: sleepFor, faultHits: make([]int, len(p.Faults)), gone: make(chan struct{})}
	for _, o := range opts {
		o(c)
	}
	if p.TA == nil {
		return c, nil
	}
	var err error
	if c.memory, err = p.TA.remember(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProfile, err)
	}
	return c, nil
}

// Profile returns what the chip was made of; it must not be changed.
func (c *Chip) Profile() Profile { return c.profile }

// ATR returns the answer to reset.
func (c *Chip) ATR() []byte { return append([]byte(nil), c.profile.ATR...) }

// LinkInfo implements apdu.Linked. A chip of this package is always synthetic.
func (c *Chip) LinkInfo() apdu.LinkInfo {
	return apdu.LinkInfo{ATR: c.ATR(), Protocol: c.profile.Protocol, Synthetic: true}
}

// Reset implements apdu.Resetter: the chip forgets its channel, its access and
// its selection. It fails with apdu.ErrRemoved if the card is away.
func (c *Chip) Reset(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isGone() {
		return apdu.ErrRemoved
	}
	c.powerCycle()
	return nil
}

// PowerOff takes the power away, as a reader does between connections. The next
// command finds the chip as after a reset.
func (c *Chip) PowerOff() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.powerCycle()
}

// Remove takes the card out of the reader: every exchange under way or to come fails.
func (c *Chip) Remove() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.takeAway()
}

// Insert puts the card back. Commands and faults are counted anew.
func (c *Chip) Insert() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isGone() {
		c.gone = make(chan struct{})
	}
	c.powerCycle()
	c.number, c.last = 0, nil
	clear(c.faultHits)
}

// Present tells whether the card is in the reader.
func (c *Chip) Present() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.isGone()
}

func (c *Chip) powerCycle() { c.s = session{} }

func (c *Chip) takeAway() {
	if !c.isGone() {
		close(c.gone)
	}
	c.powerCycle()
}

func (c *Chip) isGone() bool {
	select {
	case <-c.gone:
		return true
	default:
		return false
	}
}

func sleepFor(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
