package chip

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
)

var readDG1 = apdu.Command{INS: apdu.InsReadBinary, P1: 0x81, Le: 4}

// faulty is an open chip with faults; the application is selected by command 1.
func faulty(t *testing.T, faults ...Fault) *Chip {
	t.Helper()
	p := openChip()
	p.Faults = faults
	c, err := New(p)
	require.NoError(t, err)
	_, err = c.Transmit(t.Context(), apdu.Command{INS: apdu.InsSelect, P1: 4, P2: 0x0C, Data: DefaultAID})
	require.NoError(t, err)
	return c
}

func TestTear(t *testing.T) {
	p := openChip()
	p.Faults = Faults{{Command: 3, Do: Tear}}
	told := 0
	c, err := New(p, WithRemoved(func() { told++ }))
	require.NoError(t, err)
	for range 2 {
		_, err := c.Transmit(t.Context(), readDG1)
		require.NoError(t, err)
	}
	for range 2 {
		_, err = c.Transmit(t.Context(), readDG1)
		require.ErrorIs(t, err, apdu.ErrRemoved)
	}
	assert.Equal(t, 1, told)
	assert.False(t, c.Present())
	assert.ErrorIs(t, c.Reset(t.Context()), apdu.ErrRemoved)
	assert.Nil(t, c.Exchange([]byte{0, 0xB0, 0, 0, 4}))

	c.Insert()
	assert.True(t, c.Present())
	_, err = c.Transmit(t.Context(), readDG1)
	assert.NoError(t, err, "commands are counted anew")
}

// TestTearAtOffset: "torn at byte n of DG2".
func TestTearAtOffset(t *testing.T) {
	c := faulty(t, Fault{File: FileDG(2), Offset: 500, Do: Tear})
	_, err := c.Transmit(t.Context(), readDG1)
	require.NoError(t, err)
	_, err = c.Transmit(t.Context(), apdu.Command{INS: apdu.InsSelect, P1: 2, P2: 0x0C, Data: []byte{1, 2}})
	require.NoError(t, err)
	for offset := 0; offset < 500; offset += 250 {
		_, err = c.Transmit(t.Context(), apdu.Command{INS: apdu.InsReadBinary, P1: byte(offset >> 8), P2: byte(offset), Le: 250})
		require.NoError(t, err, "offset %d", offset)
	}
	_, err = c.Transmit(t.Context(), apdu.Command{INS: apdu.InsReadBinary, P1: 1, P2: 0xF4, Le: 250})
	assert.ErrorIs(t, err, apdu.ErrRemoved)
}

func TestAnswersThatGoWrong(t *testing.T) {
	right := apdu.Response{Data: []byte{0x61, 2, 1, 2}, SW: apdu.SWSuccess}
	tests := []struct {
		name  string
		fault Fault
		want  apdu.Response
		next  apdu.Response
	}{
		{"status", Fault{Command: 2, Do: Status, SW: 0x6F00}, apdu.Response{Data: []byte{}, SW: 0x6F00}, right},
		{"shorten", Fault{Ins: 0xB0, Do: Shorten, Bytes: 3, Times: 1}, apdu.Response{Data: []byte{0x61, 2, 1}, SW: apdu.SWSuccess}, right},
		{"flip", Fault{File: FileDG(1), Offset: 2, Do: Flip, Times: 1}, apdu.Response{Data: []byte{0x61, 2, 0, 2}, SW: apdu.SWSuccess}, right},
		{"flip on the wire", Fault{Command: 2, Do: FlipWire}, apdu.Response{Data: []byte{0x60, 2, 1, 2}, SW: apdu.SWSuccess}, right},
		{"repeat", Fault{Command: 2, Do: Repeat}, apdu.Response{Data: []byte{}, SW: apdu.SWSuccess}, right},
		{"forget", Fault{Command: 2, Do: Forget}, apdu.Response{Data: []byte{}, SW: apdu.SWSecurityStatus}, right},
		{"other file", Fault{File: FileDG(2), Do: Status, SW: 0x6F00}, right, right},
		{"other instruction", Fault{Ins: 0xA4, Command: 2, Do: Status, SW: 0x6F00}, right, right},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := faulty(t, tt.fault)
			for _, want := range []apdu.Response{tt.want, tt.next} {
				got, err := c.Transmit(t.Context(), readDG1)
				require.NoError(t, err)
				assert.Equal(t, want, got)
			}
		})
	}
}

// TestFlipUnderSecureMessaging: the MAC is right over the wrong byte.
func TestFlipUnderSecureMessaging(t *testing.T) {
	p := testProfile()
	p.Faults = Faults{{File: FileDG(2), Offset: 0x9001, Do: Flip}}
	tm := opened(t, p)
	require.Equal(t, apdu.SWSuccess, tm.selectFile(FileDG(2)))
	assert.Equal(t, p.LDS[FileDG(2)][:100], tm.read(0, 100).Data, "elsewhere nothing changes")
	odd := tm.do(apdu.Command{INS: apdu.InsReadBinaryOdd, Data: unhex("54029000"), Le: 10}).Data
	want := append([]byte{0x53, 8}, p.LDS[FileDG(2)][0x9000:0x9008]...)
	want[3] ^= 1
	assert.Equal(t, want, odd, "the header of DO 53 is not counted")
	assert.Equal(t, p.LDS[FileDG(2)][0x9001]^1, tm.read(0, apdu.MaxExtendedLe).Data[0x9001])
	assert.Equal(t, byte(0x9001*7&0xFF), p.LDS[FileDG(2)][0x9001], "the file itself is untouched")
}

func TestFaultsUnderSecureMessaging(t *testing.T) {
	read := apdu.Command{INS: apdu.InsReadBinary, Le: 4}
	setup := func(t *testing.T, f Fault) *terminal {
		p := testProfile()
		f.Ins, f.Times = apdu.InsReadBinary, 1
		p.Faults = Faults{f}
		tm := opened(t, p)
		require.Equal(t, apdu.SWSuccess, tm.selectFile(FileDG(1)))
		return tm
	}
	t.Run("status is sealed", func(t *testing.T) {
		tm := setup(t, Fault{Do: Status, SW: 0x6F00})
		assert.Equal(t, apdu.SWUnspecified, tm.do(read).SW)
		assert.Equal(t, apdu.SWSuccess, tm.do(read).SW, "the channel lives on")
	})
	t.Run("plain status ends the channel", func(t *testing.T) {
		tm := setup(t, Fault{Do: PlainStatus, SW: 0x6F00})
		assert.Equal(t, apdu.Response{Data: []byte{}, SW: 0x6F00}, tm.send(tm.protect(read)))
		assert.Nil(t, tm.chip.s.channel)
	})
	t.Run("forget", func(t *testing.T) {
		tm := setup(t, Fault{Do: Forget})
		assert.Equal(t, apdu.SWSMObjectsIncorrect, tm.send(tm.protect(read)).SW)
		assert.Nil(t, tm.chip.s.channel)
	})
	t.Run("replace is sealed", func(t *testing.T) {
		tm := setup(t, Fault{Do: Replace, Bytes: 40})
		assert.Len(t, tm.do(read).Data, 40)
	})
	t.Run("flip on the wire", func(t *testing.T) {
		tm := setup(t, Fault{Do: FlipWire})
		resp := tm.send(tm.protect(read))
		assert.Equal(t, byte(0x86), resp.Data[0])
	})
}

func TestMuteAndHang(t *testing.T) {
	c := faulty(t, Fault{Command: 2, Do: Mute}, Fault{Command: 3, Do: Hang}, Fault{Command: 4, Do: Hang})
	_, err := c.Transmit(t.Context(), readDG1)
	require.ErrorIs(t, err, apdu.ErrLink)

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = c.Transmit(ctx, readDG1)
	require.ErrorIs(t, err, context.DeadlineExceeded)

	ended := make(chan error, 1)
	go func() {
		_, err := c.Transmit(context.Background(), readDG1)
		ended <- err
	}()
	time.Sleep(10 * time.Millisecond)
	c.Remove()
	assert.ErrorIs(t, <-ended, apdu.ErrRemoved, "taking the card away frees the caller")
}

func TestSlow(t *testing.T) {
	p := openChip()
	p.Faults = Faults{{Do: Slow, Delay: time.Hour}, {Do: Slow, Delay: time.Minute}}
	var waited time.Duration
	c, err := New(p, WithSleep(func(_ context.Context, d time.Duration) error {
		waited += d
		return nil
	}))
	require.NoError(t, err)
	_, err = c.Transmit(t.Context(), readDG1)
	require.NoError(t, err)
	assert.Equal(t, time.Hour+time.Minute, waited, "counted, not slept")

	c, err = New(p)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, err = c.Transmit(ctx, readDG1)
	assert.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestRandomSourceThatEnds(t *testing.T) {
	tm := newTerminal(t, testProfile(), WithRandom(bytes.NewReader(nil)))
	assert.Equal(t, apdu.SWUnspecified, tm.pace(canTry(aesPACE, testCAN)))
	tm.selectApp()
	assert.Equal(t, apdu.SWUnspecified, tm.send(apdu.Command{INS: apdu.InsGetChallenge, Le: 8}).SW)
}

func TestCancelledBeforeSending(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := faulty(t)
	_, err := c.Transmit(ctx, readDG1)
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorIs(t, c.Reset(ctx), context.Canceled)
	_, err = c.Transmit(t.Context(), apdu.Command{Le: -1})
	assert.ErrorIs(t, err, apdu.ErrCommand)
	assert.False(t, errors.Is(err, io.EOF))
}
