package conformance

import (
	"context"
	"sync"
	"time"

	"chipid/cardlib/apdu"
	"chipid/mock-reader/chip"
)

// Event is a command with its answer, or a reset of the card.
type Event struct {
	Reset bool
	chip.Entry
}

// Trace is what passed between a reader and a card, in order.
type Trace []Event

// card is a chip whose resets are noted beside its commands.
type card struct {
	*chip.Chip
	mu     sync.Mutex
	events Trace
}

// newCard makes the chip of a case.
func newCard(b build) (*card, error) {
	c := &card{}
	made, err := chip.New(b.Profile, append(b.options, chip.WithLog(c.log))...)
	if err != nil {
		return nil, err
	}
	c.Chip = made
	return c, nil
}

func (c *card) log(e chip.Entry) { c.note(Event{Entry: e}) }

func (c *card) note(e Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.events = append(c.events, e)
}

// trace returns what passed so far.
func (c *card) trace() Trace {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append(Trace(nil), c.events...)
}

// ErrDevice: the reader device has not noticed the card that was put in, so that
// nothing can be asked of whoever reads there.
var ErrDevice = errCase("the reader device does not notice the card")

// noticed waits until the device has powered the card, for at most limit; 0 is
// not to wait. It fails with ErrDevice.
func (c *card) noticed(ctx context.Context, limit time.Duration) error {
	deadline := time.Now().Add(limit)
	for limit > 0 && len(c.trace()) == 0 {
		if time.Now().After(deadline) {
			return ErrDevice
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(step):
		}
	}
	return nil
}

// Reset implements apdu.Resetter.
func (c *card) Reset(ctx context.Context) error {
	c.note(Event{Reset: true})
	return c.Chip.Reset(ctx)
}

// PowerOff implements scenario.Card.
func (c *card) PowerOff() {
	c.note(Event{Reset: true})
	c.Chip.PowerOff()
}

// Transmit implements apdu.Card.
func (c *card) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	return c.Chip.Transmit(ctx, cmd)
}
