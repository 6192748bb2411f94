package readers_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"chipid/cardlib/apdu"
	"chipid/cardlib/readers"
)

// fake is a source whose states a test sends.
type fake struct {
	states  chan readers.State
	list    readers.State
	connect error
	fails   error
}

func (f *fake) Watch(ctx context.Context, tell func(readers.State)) error {
	for {
		select {
		case s := <-f.states:
			tell(s)
		case <-ctx.Done():
			return f.fails
		}
		if f.fails != nil {
			return f.fails
		}
	}
}

func (f *fake) List(context.Context) readers.State { return f.list }

func (f *fake) Connect(context.Context, string) (readers.Conn, error) {
	if f.connect != nil {
		return nil, f.connect
	}
	return conn{}, nil
}

type conn struct{ readers.Conn }

func newFake() *fake { return &fake{states: make(chan readers.State)} }

func with(rs ...readers.Reader) readers.State { return readers.State{Readers: rs} }

func TestJoinWatch(t *testing.T) {
	defer goleak.VerifyNone(t)
	real, mock := newFake(), newFake()
	ctx, cancel := context.WithCancel(t.Context())
	told := make(chan readers.State)
	done := make(chan error)
	source := readers.Join(real, mock)
	go func() { done <- source.Watch(ctx, func(s readers.State) { told <- s }) }()

	mock.states <- with(readers.Reader{Name: "mock:A", Card: true, Insertion: 40, Synthetic: true})
	assert.Equal(t, with(readers.Reader{Name: "mock:A", Card: true, Insertion: 1, Synthetic: true}), <-told)

	real.states <- with(readers.Reader{Name: "R", Card: true, Insertion: 3})
	assert.Equal(t, with(
		readers.Reader{Name: "R", Card: true, Insertion: 2},
		readers.Reader{Name: "mock:A", Card: true, Insertion: 1, Synthetic: true},
	), <-told, "the order is that of the sources; the later card has the higher number")

	mock.states <- with(readers.Reader{Name: "mock:A", Card: true, Insertion: 41, Synthetic: true})
	s := <-told
	assert.Equal(t, []uint64{2, 3}, []uint64{s.Readers[0].Insertion, s.Readers[1].Insertion})

	cancel()
	require.NoError(t, <-done)
}

func TestJoinErr(t *testing.T) {
	away := readers.State{Err: readers.ErrNoService}
	for name, tc := range map[string]struct {
		states []readers.State
		want   error
	}{
		"one of two away": {[]readers.State{away, with()}, nil},
		"both away":       {[]readers.State{{Err: readers.ErrNotBuilt}, away}, readers.ErrNotBuilt},
		"none away":       {[]readers.State{with(), with()}, nil},
		"no sources":      {nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var sources []readers.Source
			for _, s := range tc.states {
				sources = append(sources, &fake{list: s})
			}
			assert.Equal(t, tc.want, readers.Join(sources...).List(t.Context()).Err)
		})
	}
}

func TestJoinConnect(t *testing.T) {
	unknown, away := readers.ErrUnknownReader, readers.ErrNoService
	for name, tc := range map[string]struct {
		answers []error
		want    error
	}{
		"first knows it":                  {[]error{nil, unknown}, nil},
		"second knows it":                 {[]error{unknown, nil}, nil},
		"first is away, second knows":     {[]error{away, nil}, nil},
		"nobody knows":                    {[]error{unknown, unknown}, unknown},
		"one away, the other does not":    {[]error{away, unknown}, away},
		"known, but another program's":    {[]error{unknown, apdu.ErrBusy, nil}, apdu.ErrBusy},
		"without sources nobody knows it": {nil, unknown},
	} {
		t.Run(name, func(t *testing.T) {
			var sources []readers.Source
			for _, err := range tc.answers {
				sources = append(sources, &fake{connect: err})
			}
			_, err := readers.Join(sources...).Connect(t.Context(), "R")
			assert.ErrorIs(t, err, tc.want)
		})
	}
}

func TestJoinWatchEndsWithFailure(t *testing.T) {
	defer goleak.VerifyNone(t)
	broken := newFake()
	broken.fails = errors.New("broken")
	told := make(chan readers.State, 1)
	done := make(chan error)
	go func() {
		done <- readers.Join(newFake(), broken).Watch(t.Context(), func(s readers.State) { told <- s })
	}()
	broken.states <- with()
	assert.ErrorIs(t, <-done, broken.fails)
}

func TestNotBuiltIsNoService(t *testing.T) {
	assert.ErrorIs(t, readers.ErrNotBuilt, readers.ErrNoService)
}
