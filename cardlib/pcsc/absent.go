//go:build !cgo && !windows

package pcsc

import (
	"context"

	"chipid/cardlib/readers"
)

// Source answers readers.ErrNotBuilt to everything: this build has no PC/SC,
// because on this system libpcsclite is reached through cgo.
type Source struct{}

// New makes a Source; its options have no effect in this build.
func New(options ...Option) *Source {
	newSettings(options)
	return &Source{}
}

// Watch implements readers.Source: it tells readers.ErrNotBuilt once and waits.
func (*Source) Watch(ctx context.Context, tell func(readers.State)) error {
	tell(readers.State{Err: readers.ErrNotBuilt})
	<-ctx.Done()
	return nil
}

// List implements readers.Source.
func (*Source) List(context.Context) readers.State {
	return readers.State{Err: readers.ErrNotBuilt}
}

// Connect implements readers.Source.
func (*Source) Connect(context.Context, string) (readers.Conn, error) {
	return nil, readers.ErrNotBuilt
}

// Abandoned is how many calls into the service did not return in time and are
// still under way: none in this build.
func (*Source) Abandoned() int { return 0 }
