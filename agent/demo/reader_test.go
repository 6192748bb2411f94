package demo

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/readers"
)

func TestReaderHasOneNameForEveryCard(t *testing.T) {
	r, err := NewReader("mau")
	require.NoError(t, err)
	states := make(chan readers.State, 4)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Watch(ctx, func(s readers.State) { states <- s }) }()

	first := (<-states).Readers
	require.Len(t, first, 1)
	assert.Equal(t, ReaderName, first[0].Name)
	assert.True(t, first[0].Card)
	assert.True(t, first[0].Synthetic)

	require.NoError(t, r.Insert("cao-tuoi"))
	second := (<-states).Readers[0]
	assert.Equal(t, ReaderName, second.Name)
	assert.Greater(t, second.Insertion, first[0].Insertion)

	require.NoError(t, r.Remove())
	assert.False(t, (<-states).Readers[0].Card)
	cancel()
	require.NoError(t, <-ended)
}

func TestReaderConnects(t *testing.T) {
	selectApplication := apdu.Command{INS: 0xA4, P1: 0x04, P2: 0x0C, Data: []byte{0xA0, 0, 0, 2, 0x47, 0x10, 1}}
	tests := []struct {
		speed   Speed
		atLeast time.Duration
	}{{Instant, 0}, {Normal, 4 * time.Millisecond}, {Slow, 40 * time.Millisecond}}
	for _, test := range tests {
		t.Run(string(test.speed), func(t *testing.T) {
			r, err := NewReader("mau")
			require.NoError(t, err)
			require.NoError(t, r.SetSpeed(test.speed))
			conn, err := r.Connect(t.Context(), ReaderName)
			require.NoError(t, err)
			begin := time.Now()
			resp, err := conn.Transmit(t.Context(), selectApplication)
			require.NoError(t, err)
			assert.Equal(t, apdu.SWSuccess, resp.SW)
			assert.GreaterOrEqual(t, time.Since(begin), test.atLeast)
			assert.True(t, conn.LinkInfo().Synthetic)
			require.NoError(t, r.Remove())
			_, err = conn.Transmit(t.Context(), selectApplication)
			assert.ErrorIs(t, err, apdu.ErrRemoved)
			require.NoError(t, conn.Close())
		})
	}
}

func TestReaderRefuses(t *testing.T) {
	_, err := NewReader("nobody")
	require.Error(t, err)
	r, err := NewReader("mau")
	require.NoError(t, err)
	_, err = r.Connect(t.Context(), "mock:mau")
	assert.ErrorIs(t, err, readers.ErrUnknownReader)
	require.NoError(t, r.Remove())
	_, err = r.Connect(t.Context(), ReaderName)
	assert.ErrorIs(t, err, apdu.ErrNoCard)
}
