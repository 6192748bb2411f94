package reading

import (
	"context"
	"errors"
	"time"

	"chipid/cardlib"
	"chipid/cardlib/apdu"
)

// startProbe finds out in the background whether the card that was put in is a
// citizen's. The lock is held.
func (d *Desk) startProbe(ctx context.Context, s *slot) {
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	s.probe = cancel
	name, insertion := s.Name, s.Insertion
	d.probes.Go(func() {
		defer cancel()
		card := d.probe(ctx, name)
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.find(name) != s || s.Insertion != insertion || s.Card != CardChecking {
			return // it has gone meanwhile
		}
		s.probe = nil
		s.Card = card
		if card == CardUnknown {
			s.Came--
		}
		d.log.Info("card in", "reader", name, "card", string(card))
		d.notify()
	})
}

// probe connects and asks. Only a card that answers, and answers that it has no
// eMRTD application, is unknown for certain.
func (d *Desk) probe(ctx context.Context, reader string) Card {
	ok, err := d.ask(ctx, reader)
	if errors.Is(err, apdu.ErrReset) && pause(ctx, probePause) {
		ok, err = d.ask(ctx, reader)
	}
	switch {
	case err == nil && ok:
		return CardCitizen
	case err == nil:
		return CardUnknown
	case errors.Is(err, apdu.ErrBusy), errors.Is(err, apdu.ErrReset):
		return CardBusy
	}
	return CardMute
}

// ask sends at most two commands over a shared connection and gives the card
// back as it was.
func (d *Desk) ask(ctx context.Context, reader string) (bool, error) {
	conn, err := d.config.Source.Connect(ctx, reader)
	if err != nil {
		return false, err
	}
	defer conn.Close()
	return cardlib.IsCitizenCard(ctx, conn)
}

// pause waits and tells whether ctx is still going on.
func pause(ctx context.Context, length time.Duration) bool {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
