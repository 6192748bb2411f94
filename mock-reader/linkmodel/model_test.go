package linkmodel

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
)

// Reckoned by hand from ISO/IEC 14443: 13 bytes out and 2 in, one frame each.
func TestOneFrame(t *testing.T) {
	m := Model{BitRate: 106000, FrameSize: 256, FrameDelay: 100 * time.Microsecond}
	out := float64((13+3)*9) / 106000
	in := float64((2+3)*9) / 106000
	want := time.Duration((out+in)*1e9) + 200*time.Microsecond
	assert.InDelta(t, want, m.Exchange(0xA4, 13, 2), float64(time.Microsecond))
}

// 600 bytes take three frames of 253, with two acknowledgements between them.
func TestChaining(t *testing.T) {
	m := Model{BitRate: 106000, FrameSize: 256}
	bits := (600+3*3)*9 + 2*3*9
	assert.InDelta(t, time.Duration(float64(bits)/106000*1e9), m.air(600), float64(time.Microsecond))
	assert.Less(t, Model{BitRate: 424000, FrameSize: 256}.air(600), m.air(600)/3)
}

type echo struct{}

func (echo) Transmit(context.Context, apdu.Command) (apdu.Response, error) {
	return apdu.Response{Data: make([]byte, 100), SW: apdu.SWSuccess}, nil
}

func TestLinkCountsWithoutSleeping(t *testing.T) {
	model := Typical(106000)
	link := Wrap(echo{}, model, false)
	begin := time.Now()
	for range 100 {
		_, err := link.Transmit(t.Context(), apdu.Command{INS: apdu.InsGeneralAuth, Le: 256})
		require.NoError(t, err)
	}
	assert.Equal(t, 100*model.Exchange(apdu.InsGeneralAuth, 5, 102), link.Spent())
	assert.Greater(t, link.Spent(), 20*time.Second)
	assert.Less(t, time.Since(begin), 5*time.Second)
}

func TestSleepingLinkIsCancellable(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	slow := Model{BitRate: 106000, FrameSize: 256, ChipBase: time.Hour}
	_, err := Wrap(echo{}, slow, true).Transmit(ctx, apdu.Command{INS: 0xB0, Le: 4})
	assert.ErrorIs(t, err, context.DeadlineExceeded)
}
