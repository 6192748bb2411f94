package reading

import (
	"context"
	"errors"
	"time"

	"chipid/agent/child"
	"chipid/cardlib/access"
)

// resetLimit is how long the reset at the end of a hold may take.
const resetLimit = 5 * time.Second

// Held is a chip that was opened, as its child holds it.
type Held struct {
	*child.Child
	// First is the message for the service, which holds EF.SOD and DG14.
	First  []byte
	Reader Reader
}

// Hold takes the card as [Desk.Read] does, has it opened for a service on its terms
// and leaves what is said to it to use; of the request it takes Reader, Child, Key,
// Admit and Started. Whatever comes of it the chip is reset in the end, so that no
// channel outlives the hold. A card that slips out ends it: only the two that speak
// over a channel could go on.
//
// Errors are *Error; one that use returns comes back as it is.
func (d *Desk) Hold(ctx context.Context, req Request, terms child.Terms, use func(ctx context.Context, chip Held) error) error {
	ctx, stop := context.WithTimeoutCause(ctx, d.config.Limit, errTooLong)
	defer stop()
	opens, err := d.begun(ctx, req)
	if err != nil {
		return err
	}
	defer opens.End()
	req.Child = opens
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	c, err := d.claim(ctx, req.Reader, end)
	if err != nil {
		return err
	}
	failed, err := d.hold(ctx, c, req, terms, use)
	d.release(c, failed, false)
	var known *Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known) && context.Cause(ctx) == nil:
		err = known
	default:
		err = explain(ctx, err)
	}
	d.log.Info("hold ended", "reader", c.reader.Name, "code", string(err.(*Error).Code))
	return err
}

// hold opens the chip and resets it behind use. It tells how many keys were refused.
func (d *Desk) hold(ctx context.Context, c claim, req Request, terms child.Terms, use func(context.Context, Held) error) (int, error) {
	if req.Admit != nil {
		if err := req.Admit(ctx, c.reader); err != nil {
			return 0, err
		}
	}
	if req.Started != nil {
		req.Started(c.reader)
	}
	conn, err := d.connect(ctx, c.reader)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	tries := access.MaxTries - c.tries
	counted := &triesCard{Conn: conn, left: tries}
	first, err := req.Child.Open(ctx, counted, child.Try{Reader: c.reader.Name, Synthetic: c.reader.Synthetic, Tries: tries}, terms)
	if err != nil {
		return counted.failed, err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), resetLimit)
		defer cancel()
		_ = conn.Reset(ctx) // a card that is gone needs none
	}()
	return counted.failed, use(ctx, Held{req.Child, first, c.reader})
}
