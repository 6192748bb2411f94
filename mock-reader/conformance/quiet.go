package conformance

import (
	"context"
	"time"
)

// quiet waits for a reader that nobody can ask: until it has been silent for a
// while after its first command.
type quiet struct {
	// tell says what is to be done; nil for nobody.
	tell func(c Case, keys Keys)
	// first is how long the first command is waited for, still the silence that
	// counts as the end.
	first, still time.Duration
}

// step is how often the card is looked at.
const step = 100 * time.Millisecond

func (q quiet) wait(ctx context.Context, c Case, keys Keys, card *card) error {
	if q.tell != nil {
		q.tell(c, keys)
	}
	ticker := time.NewTicker(step)
	defer ticker.Stop()
	begun, last, seen := time.Now(), time.Now(), 0
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
		if n := len(card.trace()); n != seen {
			seen, last = n, time.Now()
		}
		silent := time.Since(last) > q.still
		if (seen > 0 && silent) || (seen == 0 && time.Since(begun) > q.first) {
			return nil
		}
	}
}
