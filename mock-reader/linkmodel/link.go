package linkmodel

import (
	"context"
	"time"

	"chipid/cardlib/apdu"
)

// Link is a Card behind a modelled link. Like the Card it wraps, it serves one
// caller at a time.
type Link struct {
	card  apdu.Card
	model Model
	sleep bool
	spent time.Duration
}

// Wrap counts the time of card's exchanges; with sleep it also waits it out.
func Wrap(card apdu.Card, model Model, sleep bool) *Link {
	return &Link{card: card, model: model, sleep: sleep}
}

// Spent is the modelled time of all exchanges so far.
func (l *Link) Spent() time.Duration { return l.spent }

// Transmit implements apdu.Card.
func (l *Link) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	resp, err := l.card.Transmit(ctx, cmd)
	if err != nil {
		return resp, err
	}
	took := l.model.Exchange(cmd, len(resp.Data)+2)
	l.spent += took
	if !l.sleep {
		return resp, nil
	}
	if err := Sleep(ctx, took); err != nil {
		return apdu.Response{}, err
	}
	return resp, nil
}

// Sleep waits; it returns the context's error if that ends first.
func Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Reset implements apdu.Resetter.
func (l *Link) Reset(ctx context.Context) error {
	_, err := apdu.Reset(ctx, l.card)
	return err
}

// LinkInfo implements apdu.Linked.
func (l *Link) LinkInfo() apdu.LinkInfo { return apdu.Info(l.card) }
