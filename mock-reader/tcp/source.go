package tcp

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"time"

	"chipid/cardlib/apdu"
	"chipid/cardlib/readers"
	"chipid/mock-reader/wire"
)

// Times of the reader's side.
const (
	dialLimit   = 3 * time.Second
	answerLimit = 5 * time.Second // for the state and the answer to reset, beyond the wait for a turn
	firstPause  = 100 * time.Millisecond
	longPause   = 5 * time.Second
)

// Source is the reader at one address, named tcp:HOST:PORT. While nobody listens
// there it is absent. It is safe for concurrent use.
type Source struct{ address string }

var _ readers.Source = (*Source)(nil)

// New returns the source of the reader at HOST:PORT.
func New(address string) *Source { return &Source{address} }

// Name is the reader's name.
func (s *Source) Name() string { return Prefix + s.address }

// Watch implements readers.Source. Whether somebody listens at the address cannot
// be waited for: an absent reader is tried again and again, every five seconds at last.
func (s *Source) Watch(ctx context.Context, tell func(readers.State)) error {
	absent := false
	for pause := firstPause; ; pause = min(2*pause, longPause) {
		err := s.follow(ctx, func(state readers.State) {
			tell(state)
			absent, pause = false, firstPause
		})
		if ctx.Err() != nil {
			return nil
		}
		if err != nil && !absent {
			tell(readers.State{})
			absent = true
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil
		}
	}
}

// List implements readers.Source.
func (s *Source) List(ctx context.Context) readers.State {
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	var first readers.State
	_ = s.follow(ctx, func(state readers.State) {
		first = state
		cancel()
	})
	return first
}

// follow connects and tells each state until the connection or ctx ends.
func (s *Source) follow(ctx context.Context, tell func(readers.State)) error {
	conn, err := s.dial(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	if err := wire.Write(conn, []byte{wire.Watch}); err != nil {
		return err
	}
	for {
		message, err := wire.Read(conn)
		if err != nil {
			return err
		}
		if len(message) < 8 {
			return errors.New("tcp: a state is eight bytes and more")
		}
		r := readers.Reader{Name: s.Name(), Insertion: binary.BigEndian.Uint64(message), Synthetic: true}
		if atr := message[8:]; len(atr) > 0 {
			r.Card, r.ATR = true, atr
		}
		tell(readers.State{Readers: []readers.Reader{r}})
	}
}

func (s *Source) dial(ctx context.Context) (net.Conn, error) {
	dialer := net.Dialer{Timeout: dialLimit}
	return dialer.DialContext(ctx, "tcp", s.address)
}

// Connect implements readers.Source.
func (s *Source) Connect(ctx context.Context, reader string) (readers.Conn, error) {
	if reader != s.Name() {
		return nil, fmt.Errorf("%w: %s", readers.ErrUnknownReader, reader)
	}
	conn, err := s.dial(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%w: %w", readers.ErrUnknownReader, err)
	}
	c := &card{conn: conn}
	limited, cancel := context.WithTimeout(ctx, busyWait+answerLimit)
	defer cancel()
	c.atr, err = c.ask(limited, []byte{wire.ATR})
	switch {
	case err == nil && len(c.atr) == 0:
		err = apdu.ErrBusy
	case ctx.Err() != nil:
		err = ctx.Err()
	case err != nil:
		err = apdu.ErrNoCard
	default:
		return c, nil
	}
	_ = conn.Close()
	return nil, err
}
