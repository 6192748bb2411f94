package inproc

import (
	"context"
	"testing"
	"time"

	"chipid/cardlib/apdu"
	"chipid/cardlib/readers"
	"chipid/mock-reader/scenario"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var _ readers.Source = (*Source)(nil)

var selectApplication = apdu.Command{INS: apdu.InsSelect, P1: 0x04, P2: 0x0C, Data: []byte{0xA0, 0, 0, 2, 0x47, 0x10, 1}}

func newSource(t *testing.T, cards ...string) *Source {
	t.Helper()
	s, err := New(cards...)
	require.NoError(t, err)
	return s
}

func TestListTellsAllReaders(t *testing.T) {
	s := newSource(t, Personas()...)
	state := s.List(t.Context())
	require.NoError(t, state.Err)
	require.Len(t, state.Readers, len(Personas()))
	for i, r := range state.Readers {
		assert.Equal(t, "mock:"+Personas()[i], r.Name)
		assert.True(t, r.Card)
		assert.True(t, r.Synthetic)
		assert.NotEmpty(t, r.ATR)
		assert.EqualValues(t, 1, r.Insertion)
	}
}

func TestNewRefusesUnknownCards(t *testing.T) {
	_, err := New("mau/no-such")
	var unknown *scenario.ErrUnknown
	require.ErrorAs(t, err, &unknown)
	assert.Equal(t, "scenario", unknown.Kind)
}

func TestConnectByName(t *testing.T) {
	s := newSource(t, "mau")
	for _, c := range []struct {
		reader string
		want   error
	}{
		{"mock:mau", nil},
		{"mock:ket-hon/dg2-changed", nil}, // not listed, but known
		{"mock:foreign:token", nil},
		{"mock:nobody", readers.ErrUnknownReader},
		{"mock:mau/nothing", readers.ErrUnknownReader},
		{"ACS ACR1252 00 00", readers.ErrUnknownReader},
	} {
		t.Run(c.reader, func(t *testing.T) {
			conn, err := s.Connect(t.Context(), c.reader)
			require.ErrorIs(t, err, c.want)
			if err == nil {
				assert.True(t, conn.LinkInfo().Synthetic)
				require.NoError(t, conn.Close())
			}
		})
	}
}

// TestATRIsThatOfTheChip: the listing tells the ATR before the chip is made.
func TestATRIsThatOfTheChip(t *testing.T) {
	names := []string{scenario.ForeignToken}
	for n, sc := range scenario.All() {
		if n%part == 0 {
			names = append(names, "tre-em/"+sc.Name)
		}
	}
	s := newSource(t, names...)
	for _, r := range s.List(t.Context()).Readers {
		conn, err := s.Connect(t.Context(), r.Name)
		require.NoError(t, err)
		assert.Equal(t, conn.LinkInfo().ATR, r.ATR, r.Name)
		require.NoError(t, conn.Close())
	}
}

// TestPulledCard: an open connection fails for good, the next card is a fresh one.
func TestPulledCard(t *testing.T) {
	s := newSource(t, "mau")
	conn, err := s.Connect(t.Context(), "mock:mau")
	require.NoError(t, err)
	resp, err := conn.Transmit(t.Context(), selectApplication)
	require.NoError(t, err)
	assert.Equal(t, apdu.SWSuccess, resp.SW)

	require.NoError(t, s.Remove("mock:mau"))
	_, err = conn.Transmit(t.Context(), selectApplication)
	assert.ErrorIs(t, err, apdu.ErrRemoved)
	assert.ErrorIs(t, conn.Reset(t.Context()), apdu.ErrRemoved)

	require.NoError(t, s.Insert("mock:mau", "ket-hon"))
	_, err = conn.Transmit(t.Context(), selectApplication)
	assert.ErrorIs(t, err, apdu.ErrRemoved, "the old connection stays dead")
	require.NoError(t, conn.Close())

	conn, err = s.Connect(t.Context(), "mock:mau")
	require.NoError(t, err)
	resp, err = conn.Transmit(t.Context(), selectApplication)
	require.NoError(t, err)
	assert.Equal(t, apdu.SWSuccess, resp.SW)
	require.NoError(t, conn.Close())
	assert.EqualValues(t, 2, s.List(t.Context()).Readers[0].Insertion)
}

func TestEmptyReader(t *testing.T) {
	s := newSource(t, "mau")
	require.NoError(t, s.Remove("mock:mau"))
	require.NoError(t, s.Remove("mock:mau"), "twice is no error")
	_, err := s.Connect(t.Context(), "mock:mau")
	assert.ErrorIs(t, err, apdu.ErrNoCard)
	r := s.List(t.Context()).Readers[0]
	assert.False(t, r.Card)
	assert.Nil(t, r.ATR)
	assert.ErrorIs(t, s.Insert("mock:other", "mau"), readers.ErrUnknownReader)
	assert.Error(t, s.Insert("mock:mau", "nobody"))
}

// TestTornCardEmptiesTheReader: a card that takes itself away is seen.
func TestTornCardEmptiesTheReader(t *testing.T) {
	s := newSource(t, "tre-em/dies-early")
	conn, err := s.Connect(t.Context(), "mock:tre-em/dies-early")
	require.NoError(t, err)
	_, err = conn.Transmit(t.Context(), selectApplication)
	require.NoError(t, err)
	selectSOD := apdu.Command{INS: apdu.InsSelect, P1: 0x02, P2: 0x0C, Data: []byte{0x01, 0x1D}}
	_, err = conn.Transmit(t.Context(), selectSOD)
	assert.ErrorIs(t, err, apdu.ErrRemoved)
	require.NoError(t, conn.Close())
	assert.False(t, s.List(t.Context()).Readers[0].Card)
	require.NoError(t, s.Insert("mock:tre-em/dies-early", "tre-em"))
	assert.True(t, s.List(t.Context()).Readers[0].Card)
}

func TestSecondConnectionWaits(t *testing.T) {
	s := newSource(t, "tre-em")
	first, err := s.Connect(t.Context(), "mock:tre-em")
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = s.Connect(ctx, "mock:tre-em")
	assert.ErrorIs(t, err, context.DeadlineExceeded)

	got := make(chan error, 1)
	go func() {
		second, err := s.Connect(t.Context(), "mock:tre-em")
		if err == nil {
			err = second.Close()
		}
		got <- err
	}()
	require.NoError(t, first.Close())
	require.NoError(t, first.Close(), "closing twice frees one turn only")
	assert.NoError(t, <-got)
}

// TestWatch sees each change and ends with its context.
func TestWatch(t *testing.T) {
	s := newSource(t, "mau", "ket-hon")
	ctx, cancel := context.WithCancel(t.Context())
	states := make(chan readers.State)
	ended := make(chan error, 1)
	go func() {
		ended <- s.Watch(ctx, func(st readers.State) {
			select {
			case states <- st:
			case <-ctx.Done():
			}
		})
	}()
	assert.Len(t, (<-states).Readers, 2)
	require.NoError(t, s.Remove("mock:ket-hon"))
	assert.False(t, (<-states).Readers[1].Card)
	require.NoError(t, s.Insert("mock:ket-hon", "mau/t0"))
	last := <-states
	assert.True(t, last.Readers[1].Card)
	assert.EqualValues(t, 2, last.Readers[1].Insertion)
	cancel()
	assert.NoError(t, <-ended)
}
