package prompt

import (
	"context"
	"errors"
	"log/slog"

	"chipid/agent/consent"
)

// Errors of a window.
var (
	// errClosed: the officer has closed the window and decided nothing.
	errClosed = errors.New("prompt: the window was closed")
	// errNoWindow: this desktop shows none.
	errNoWindow = errors.New("prompt: no window can be shown here")
)

// Config is what an Attendant needs.
type Config struct {
	Queue *consent.Queue
	// Language is "vi" or "en".
	Language func() string
	// Enabled tells whether windows are wanted; nil for always.
	Enabled func() bool
	// Instead is called for a question where no window can be shown; nil for nothing.
	Instead func()
	// Log may be nil.
	Log *slog.Logger

	// show stands for the system's window in tests.
	show func(context.Context, form) (reply, error)
}

// Attendant shows a window for each question that waits.
type Attendant struct {
	config Config
	log    *slog.Logger
}

// New makes an attendant.
func New(config Config) *Attendant {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.show == nil {
		config.show = show
	}
	if config.Enabled == nil {
		config.Enabled = func() bool { return true }
	}
	return &Attendant{config, config.Log}
}

// Run shows windows until ctx ends, one at a time and each question once, and
// returns when none is left.
func (a *Attendant) Run(ctx context.Context) {
	shown := map[string]bool{}
	for {
		waiting, changed := a.config.Queue.List()
		next, any := first(waiting, shown)
		if any && a.config.Enabled() {
			shown[next.ID] = true
			a.ask(ctx, next)
			continue
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
		if ctx.Err() != nil {
			return
		}
	}
}

// first is the first question that was not shown; what waits no more is forgotten.
func first(waiting []consent.Pending, shown map[string]bool) (next consent.Pending, any bool) {
	still := map[string]bool{}
	for _, p := range waiting {
		still[p.ID] = shown[p.ID]
		if !any && !shown[p.ID] {
			next, any = p, true
		}
	}
	clear(shown)
	for id, was := range still {
		shown[id] = was
	}
	return next, any
}

// ask shows one window. It goes when the question is answered elsewhere, or nobody
// waits for the answer any more.
func (a *Attendant) ask(ctx context.Context, p consent.Pending) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.whileItWaits(ctx, p.ID)
		cancel()
	}()
	r, err := a.config.show(ctx, formOf(p.Question, a.config.Language()))
	cancel()
	<-done
	switch {
	case errors.Is(err, errNoWindow) && a.config.Instead != nil:
		a.config.Instead()
	case err == nil:
		_ = a.config.Queue.Answer(p.ID, decisionOf(p.Question, r)) // somebody else may have been faster
	case !errors.Is(err, errClosed) && !errors.Is(err, context.Canceled):
		a.log.Warn("window", "why", err)
	}
}

// whileItWaits returns when the question does not wait any more, or ctx ends.
func (a *Attendant) whileItWaits(ctx context.Context, id string) {
	for {
		waiting, changed := a.config.Queue.List()
		still := false
		for _, p := range waiting {
			still = still || p.ID == id
		}
		if !still {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}
