package cardlib

import (
	"context"
	"time"

	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/files"
	"chipid/cardlib/securemsg"
)

// Channel is what an open chip is spoken to over: secure messaging, or a
// recording of what was said above it.
type Channel interface {
	files.Card
	apdu.Linked
	// Close ends the channel and wipes its keys.
	Close()
}

// Exchange is one command and its answer as a Plan's Observe hears of them. The
// bytes are those of the exchange: they must not be changed, nor kept without a copy.
type Exchange struct {
	// Access is the way in of the channel ("PACE-CAN"), empty where something was
	// said in plain; BlockSize is that of the channel's cipher, in bytes.
	Access    string
	BlockSize int

	// Reset: no command, but the chip was reset.
	Reset bool

	Command  apdu.Command
	Response apdu.Response
	// Err says that no answer came; Response is empty then.
	Err  error
	Took time.Duration
}

// link is the way to the chip below the channel.
type link interface {
	apdu.Card
	apdu.Resetter
	apdu.Linked
}

// observedLink tells of what is said in plain.
type observedLink struct {
	*apdu.Link
	tell func(Exchange)
}

func observeLink(l *apdu.Link, tell func(Exchange)) link {
	if tell == nil {
		return l
	}
	return observedLink{l, tell}
}

// Transmit implements apdu.Card.
func (o observedLink) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	started := time.Now()
	resp, err := o.Link.Transmit(ctx, cmd)
	if !cmd.Secured() {
		o.tell(Exchange{Command: cmd, Response: resp, Err: err, Took: time.Since(started)})
	}
	return resp, err
}

// Reset implements apdu.Resetter.
func (o observedLink) Reset(ctx context.Context) error {
	o.tell(Exchange{Reset: true})
	return o.Link.Reset(ctx)
}

// observedSession tells of what is said above secure messaging. What it embeds
// lets chip authentication find the card below.
type observedSession struct {
	*securemsg.Session
	access string
	tell   func(Exchange)
}

// Transmit implements apdu.Card.
func (o observedSession) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	started := time.Now()
	resp, err := o.Session.Transmit(ctx, cmd)
	o.tell(Exchange{
		Access: o.access, BlockSize: o.Cipher().BlockSize(),
		Command: cmd, Response: resp, Err: err, Took: time.Since(started),
	})
	return resp, err
}

func (r *read) observe(session *securemsg.Session) Channel {
	if r.plan.Observe == nil {
		return session
	}
	return observedSession{session, r.way.name, r.plan.Observe}
}

// recordedChannel is the channel of a recording made above secure messaging:
// plain, and as wide as the one that was recorded.
type recordedChannel struct{ link }

// MaxData implements files.Card. The channel that was recorded can have changed
// its cipher on the way.
func (c recordedChannel) MaxData(maxAPDU int) int {
	if m := c.LinkInfo().Masked; m != nil && m.BlockSize > 0 {
		return securemsg.MaxData(m.BlockSize, maxAPDU)
	}
	return maxAPDU
}

// Close implements Channel.
func (recordedChannel) Close() {}

// enterRecording uses the open channel of a masked recording.
func (r *read) enterRecording(m apdu.Masked) error {
	if m.BlockSize <= 0 {
		return r.closed(nil) // the recorded read did not get in either
	}
	r.way = way{name: m.Access}
	r.useChannel(recordedChannel{r.link})
	if err := selectApplication(r.ctx, r.session); err != nil {
		return fault(StageAccess, err)
	}
	return nil
}

// Opened is a chip that was opened to be looked at, by tools that are not after
// a citizen. It is not safe for concurrent use.
type Opened struct{ r *read }

// Open opens the chip as [Read] does and selects its application; of the plan it
// takes MaxTries, Random and Observe. ctx bounds all that is done with the result.
// Errors are *Error. The caller closes what it gets.
func Open(ctx context.Context, card apdu.Card, keys access.Keys, plan Plan) (*Opened, error) {
	r := newRead(ctx, card, keys, plan)
	if err := r.open(); err != nil {
		r.end()
		return nil, fault(StageAccess, err)
	}
	return &Opened{r}, nil
}

// Access is the way in: "PACE-CAN", "PACE-MRZ" or "BAC".
func (o *Opened) Access() string { return o.r.way.name }

// Channel is what the chip is spoken to over; another one after Restore.
func (o *Opened) Channel() Channel { return o.r.session }

// Link is the chip below the channel: what is sent there goes past it.
func (o *Opened) Link() apdu.Card { return o.r.link }

// Reset ends the channel and resets the chip: whatever keys it had are gone.
func (o *Opened) Reset() error { return o.r.reset() }

// Restore resets the chip and opens it again, the way that worked; a few times at most.
func (o *Opened) Restore() error { return o.r.restore() }

// Close ends the channel.
func (o *Opened) Close() { o.r.end() }
