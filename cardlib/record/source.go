package record

import (
	"context"
	"fmt"

	"chipid/cardlib/readers"
)

// Prefix begins the name of a reader that plays a recording; the file's path follows.
const Prefix = "replay:"

// Source offers a recording as a reader with its card in. It is safe for
// concurrent use: each connection plays from the beginning.
type Source struct {
	reader string
	rec    *Recording
}

var _ readers.Source = (*Source)(nil)

// NewSource returns a source with one reader, of the given name.
func NewSource(reader string, rec *Recording) *Source { return &Source{reader, rec} }

// List implements readers.Source.
func (s *Source) List(context.Context) readers.State {
	return readers.State{Readers: []readers.Reader{{
		Name: s.reader, Card: true, Insertion: 1, ATR: s.rec.ATR, Synthetic: true,
	}}}
}

// Watch implements readers.Source.
func (s *Source) Watch(ctx context.Context, tell func(readers.State)) error {
	tell(s.List(ctx))
	<-ctx.Done()
	return nil
}

// Connect implements readers.Source.
func (s *Source) Connect(ctx context.Context, reader string) (readers.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if reader != s.reader {
		return nil, fmt.Errorf("%w: %s", readers.ErrUnknownReader, reader)
	}
	return conn{s.rec.Replay()}, nil
}

// conn is a connection to a recording.
type conn struct{ *Card }

// Close implements readers.Conn.
func (conn) Close() error { return nil }
