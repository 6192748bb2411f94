package linkmodel

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
)

var (
	selectApplication = apdu.Command{INS: apdu.InsSelect, P1: 0x04, P2: 0x0C, Data: make([]byte, 7)} // 12 bytes
	readSome          = apdu.Command{INS: apdu.InsReadBinary, Le: 100}
)

// seconds makes a duration of what was reckoned by hand.
func seconds(s float64) time.Duration { return time.Duration(s * 1e9) }

// Reckoned by hand from ISO/IEC 14443: 12 bytes out and 2 in, one frame each.
func TestOneFrame(t *testing.T) {
	m := Model{BitRate: 106000, FrameSize: 256, FrameDelay: 100 * time.Microsecond}
	want := seconds(float64((12+3)*9+(2+3)*9)/106000) + 200*time.Microsecond
	assert.InDelta(t, want, m.Exchange(selectApplication, 2), float64(time.Microsecond))
}

// 600 bytes take three frames of 253, with two acknowledgements between them.
func TestChaining(t *testing.T) {
	m := Model{BitRate: 106000, FrameSize: 256}
	bits := (600+3*3)*9 + 2*3*9
	assert.InDelta(t, seconds(float64(bits)/106000), m.air(600), float64(time.Microsecond))
	assert.Less(t, Model{BitRate: 424000, FrameSize: 256}.air(600), m.air(600)/3)
}

// FWI 8 is 77.3 ms, FWI 14 4.95 s (ISO/IEC 14443-4 §7.2 states about 4949 ms).
func TestFrameWaitingTime(t *testing.T) {
	assert.InDelta(t, 77.33, float64(frameWait(8))/1e6, 0.01)
	assert.InDelta(t, 4949, float64(frameWait(14))/1e6, 1)
	assert.InDelta(t, 302, float64(frameWait(0))/1e3, 1, "at least 302 µs")
}

// A chip that thinks 200 ms asks twice for more time at FWI 8.
func TestWaitingTimeExtensions(t *testing.T) {
	m := Model{BitRate: 106000, FrameDelay: time.Millisecond, Wait: frameWait(8)}
	assert.InDelta(t, 4*(time.Millisecond+seconds(4*9/106000.0)), m.extensions(200*time.Millisecond), float64(time.Microsecond))
	assert.Zero(t, m.extensions(70*time.Millisecond))
}

// ISO/IEC 7816-3 tables 7 and 8: the default TA1 11 is 372 clocks a unit, 95 is 32.
func TestContactRates(t *testing.T) {
	slow, err := Contact(ContactT0, 0x11)
	require.NoError(t, err)
	assert.Equal(t, 10752, slow.BitRate)
	quick, err := Contact(ContactT1, 0x95)
	require.NoError(t, err)
	assert.Equal(t, 125000, quick.BitRate)
	_, err = Contact(ContactT1, 0x70)
	assert.Error(t, err, "reserved")
	// The waiting time of §10.2: 10·960·372 clocks at 4 MHz; of §11.4.3: 11 etu and 1.43 s.
	assert.InDelta(t, 892.8, float64(slow.Wait)/1e6, 0.1)
	assert.InDelta(t, 1428.6, float64(quick.Wait)/1e6, 0.1)
}

// Characters counted by hand along ISO/IEC 7816-3 §10.3.
func TestT0(t *testing.T) {
	m := Model{Medium: ContactT0, BitRate: 10000}
	for _, c := range []struct {
		name             string
		data, received   int
		characters, etus int
	}{
		{"neither way: header, status", 0, 2, 5 + 2, 2 * 16},
		{"to the card: header, ACK, 7 of data, status", 7, 2, 5 + 1 + 7 + 2, 4 * 16},
		{"from the card: header, ACK, 100 of data, status", 0, 102, 5 + 1 + 100 + 2, 2 * 16},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.InDelta(t, seconds(float64(c.characters*12+c.etus)/10000), m.tpdu(c.data, c.received), float64(time.Microsecond))
		})
	}
}

// 600 bytes are three blocks of 254 with two R-blocks between them.
func TestT1(t *testing.T) {
	m := Model{Medium: ContactT1, BitRate: 10000, FrameSize: 254}
	etus := (600+3*4)*11 + 3*22 + 2*(4*11+22)
	assert.InDelta(t, seconds(float64(etus)/10000), m.blocks(600), float64(time.Microsecond))
}

// The steps of the protocols, by what the command says.
func TestChipTime(t *testing.T) {
	chip := Chip{Multiply: time.Second, ECDSA: time.Minute, RSA: time.Hour, Mutual: time.Millisecond, PerByte: time.Microsecond}
	general := func(cla byte, data ...byte) apdu.Command {
		return apdu.Command{CLA: cla, INS: apdu.InsGeneralAuth, Data: data, Le: 256}
	}
	for _, c := range []struct {
		name     string
		cmd      apdu.Command
		received int
		want     time.Duration
	}{
		{"PACE asks for the nonce", general(0x10, 0x7C, 0x00), 22, 0},
		{"PACE maps", general(0x00, 0x7C, 0x43, 0x81, 0x41), 71, 3 * time.Second},
		{"PACE maps, in a chain", general(0x10, 0x7C, 0x43, 0x81, 0x41), 71, 0},
		{"PACE agrees", general(0x00, 0x7C, 0x81, 0x84, 0x83, 0x81), 71, 2 * time.Second},
		{"PACE proves", general(0x00, 0x7C, 0x0A, 0x85, 0x08), 14, 0},
		{"chip authentication", general(0x0C, 0x87), 16, time.Second + 23*time.Microsecond},
		{"cut off", general(0x00, 0x7C, 0x82, 0x01), 2, 0},
		{"active authentication, RSA", apdu.Command{INS: apdu.InsInternalAuth}, 258, time.Hour},
		{"active authentication, RSA announced", apdu.Command{INS: apdu.InsInternalAuth}, 2, time.Hour},
		{"active authentication, ECDSA", apdu.Command{INS: apdu.InsInternalAuth}, 66, time.Minute},
		{"BAC", apdu.Command{INS: apdu.InsExternalAuth}, 42, time.Millisecond},
		{"plain read", readSome, 102, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, chip.Time(c.cmd, length(c.cmd), c.received))
		})
	}
}

type echo struct{}

func (echo) Transmit(context.Context, apdu.Command) (apdu.Response, error) {
	return apdu.Response{Data: make([]byte, 100), SW: apdu.SWSuccess}, nil
}

func TestLinkCountsWithoutSleeping(t *testing.T) {
	model := Typical(106000)
	link := Wrap(echo{}, model, false)
	begin := time.Now()
	cmd := apdu.Command{INS: apdu.InsInternalAuth, Le: 256}
	for range 200 {
		_, err := link.Transmit(t.Context(), cmd)
		require.NoError(t, err)
	}
	assert.Equal(t, 200*model.Exchange(cmd, 102), link.Spent())
	assert.Greater(t, link.Spent(), 10*time.Second)
	assert.Less(t, time.Since(begin), 5*time.Second)
}

func TestSleepingLinkIsCancellable(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	slow := Model{PerCommand: time.Hour}
	_, err := Wrap(echo{}, slow, true).Transmit(ctx, readSome)
	assert.ErrorIs(t, err, context.DeadlineExceeded)
}
