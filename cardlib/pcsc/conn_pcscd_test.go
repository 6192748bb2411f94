//go:build pcsc

package pcsc_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ebfe/scard"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/pcsc"
	"chipid/cardlib/readers"
	"chipid/internal/pcsctest"
)

var selectApplication = apdu.Command{INS: apdu.InsSelect, P1: 4, P2: 0x0C, Data: []byte{0xA0, 0, 0, 2, 0x47, 0x10, 1}}

// ready starts a daemon with a card in slot 0 that pcscd has noticed.
func ready(t *testing.T, card pcsctest.Card, options ...pcsc.Option) (*pcsctest.Daemon, *pcsctest.Inserted, *pcsc.Source, *observer) {
	t.Helper()
	d := pcsctest.Start(t)
	s := pcsc.New(options...)
	o := watch(t, s)
	inserted := d.Insert(t, 0, card)
	o.until(t, "card in", cardIn(0))
	return d, inserted, s, o
}

func TestTransmit(t *testing.T) {
	for name, tc := range map[string]struct {
		atr      []byte
		protocol apdu.Protocol
	}{
		"contactless": {pcsctest.ATRContactless, apdu.ProtocolContactless},
		"T=1":         {pcsctest.ATRContactT1, apdu.ProtocolT1},
		"T=0":         {pcsctest.ATRContactT0, apdu.ProtocolT0},
	} {
		t.Run(name, func(t *testing.T) {
			checkLeaks(t)
			echo := func(b []byte) []byte { return append(append([]byte(nil), b...), 0x90, 0x00) }
			_, _, s, _ := ready(t, pcsctest.Card{ATR: tc.atr, Answer: echo})
			conn := connect(t, s, 0)
			assert.Equal(t, apdu.LinkInfo{ATR: tc.atr, Protocol: tc.protocol, Synthetic: true}, conn.LinkInfo())
			resp, err := conn.Transmit(t.Context(), selectApplication)
			require.NoError(t, err)
			want, err := selectApplication.Bytes()
			require.NoError(t, err)
			assert.Equal(t, apdu.Response{Data: want, SW: apdu.SWSuccess}, resp)
			require.NoError(t, conn.Close())
			_, err = conn.Transmit(t.Context(), selectApplication)
			assert.ErrorIs(t, err, apdu.ErrLink)
		})
	}
}

func TestTransmitLongAnswer(t *testing.T) {
	checkLeaks(t)
	long := make([]byte, 60000)
	_, _, s, _ := ready(t, pcsctest.Card{ATR: pcsctest.ATRContactless, Answer: func([]byte) []byte { return append(long, 0x90, 0) }})
	resp, err := connect(t, s, 0).Transmit(t.Context(), apdu.Command{INS: apdu.InsReadBinary, Le: apdu.MaxExtendedLe})
	require.NoError(t, err)
	assert.Len(t, resp.Data, len(long))
}

func TestConnectErrors(t *testing.T) {
	checkLeaks(t)
	pcsctest.Start(t)
	s := pcsc.New()
	_, err := s.Connect(t.Context(), pcsctest.Reader(0))
	assert.ErrorIs(t, err, apdu.ErrNoCard)
	_, err = s.Connect(t.Context(), "no such reader")
	assert.ErrorIs(t, err, readers.ErrUnknownReader)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.Connect(ended, pcsctest.Reader(0))
	assert.ErrorIs(t, err, context.Canceled)
}

func TestCardPulledBetweenCommands(t *testing.T) {
	checkLeaks(t)
	d, card, s, o := ready(t, pcsctest.Card{ATR: pcsctest.ATRContactless})
	conn := connect(t, s, 0)
	_, err := conn.Transmit(t.Context(), selectApplication)
	require.NoError(t, err)
	card.Pull()
	o.until(t, "slot empty", cardOut(0))
	_, err = conn.Transmit(t.Context(), selectApplication)
	assert.ErrorIs(t, err, apdu.ErrRemoved)

	d.Insert(t, 0, pcsctest.Card{ATR: pcsctest.ATRContactless})
	o.until(t, "another card", cardIn(0))
	_, err = conn.Transmit(t.Context(), selectApplication)
	assert.ErrorIs(t, err, apdu.ErrRemoved, "the connection never reaches the other card")
	assert.ErrorIs(t, conn.(apdu.Resetter).Reset(t.Context()), apdu.ErrRemoved)
	assert.NoError(t, conn.Close())
	_, err = connect(t, s, 0).Transmit(t.Context(), selectApplication)
	assert.NoError(t, err)
}

// TestCardSwappedBeforeReset: another card lies there when the reset is asked
// for, and nothing was sent in between that would have told.
func TestCardSwappedBeforeReset(t *testing.T) {
	checkLeaks(t)
	d, card, s, o := ready(t, pcsctest.Card{ATR: pcsctest.ATRContactless})
	conn := connect(t, s, 0)
	card.Pull()
	o.until(t, "slot empty", cardOut(0))
	d.Insert(t, 0, pcsctest.Card{ATR: pcsctest.ATRContactless})
	o.until(t, "another card", cardIn(0))
	assert.ErrorIs(t, conn.Reset(t.Context()), apdu.ErrRemoved)
}

func TestCardPulledMidTransmit(t *testing.T) {
	checkLeaks(t)
	_, _, s, o := ready(t, pcsctest.Card{ATR: pcsctest.ATRContactless, Answer: func([]byte) []byte { return nil }})
	conn := connect(t, s, 0)
	_, err := conn.Transmit(t.Context(), selectApplication)
	assert.ErrorIs(t, err, apdu.ErrRemoved)
	o.until(t, "slot empty", cardOut(0))
	assert.NoError(t, conn.Close())
	assert.Zero(t, s.Abandoned())
}

func TestServiceEndsMidRead(t *testing.T) {
	checkLeaks(t)
	d, _, s, _ := ready(t, pcsctest.Card{ATR: pcsctest.ATRContactless})
	conn := connect(t, s, 0)
	_, err := conn.Transmit(t.Context(), selectApplication)
	require.NoError(t, err)
	d.Stop()
	_, err = conn.Transmit(t.Context(), selectApplication)
	assert.ErrorIs(t, err, readers.ErrNoService)
	assert.ErrorIs(t, err, apdu.ErrLink)
	_ = conn.Close()
}

func TestReset(t *testing.T) {
	checkLeaks(t)
	var resets atomic.Int32
	_, _, s, _ := ready(t, pcsctest.Card{ATR: pcsctest.ATRContactless, Reset: func() { resets.Add(1) }})
	conn := connect(t, s, 0)
	_, err := conn.Transmit(t.Context(), selectApplication)
	require.NoError(t, err)
	before := resets.Load()
	require.NoError(t, conn.Reset(t.Context()))
	assert.Equal(t, before+1, resets.Load())
	_, err = conn.Transmit(t.Context(), selectApplication)
	assert.NoError(t, err)
}

func TestCloseResetsOnlyAfterSecureChannel(t *testing.T) {
	for name, tc := range map[string]struct {
		cmd   apdu.Command
		reset int32
	}{
		"plain SELECT":     {selectApplication, 0},
		"secure messaging": {apdu.Command{CLA: apdu.ClaSecureMessaging, INS: apdu.InsReadBinary, Data: []byte{0x97, 1, 4}, Le: 256}, 1},
		"PACE step":        {apdu.Command{INS: apdu.InsGeneralAuth, Data: []byte{0x7C, 0}, Le: 256}, 1},
		"BAC":              {apdu.Command{INS: apdu.InsExternalAuth, Data: make([]byte, 40), Le: 40}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			checkLeaks(t)
			var resets atomic.Int32
			_, _, s, _ := ready(t, pcsctest.Card{ATR: pcsctest.ATRContactless, Reset: func() { resets.Add(1) }})
			conn := connect(t, s, 0)
			_, err := conn.Transmit(t.Context(), tc.cmd)
			require.NoError(t, err)
			before := resets.Load()
			require.NoError(t, conn.Close())
			assert.Equal(t, tc.reset, resets.Load()-before)
		})
	}
}

// otherProgram is another PC/SC client that has the card.
func otherProgram(t *testing.T, mode scard.ShareMode) (*scard.Card, func()) {
	t.Helper()
	sc, err := scard.EstablishContext()
	require.NoError(t, err)
	card, err := sc.Connect(pcsctest.Reader(0), mode, scard.ProtocolAny)
	require.NoError(t, err)
	leave := func() {
		_ = card.Disconnect(scard.LeaveCard)
		_ = sc.Release()
	}
	return card, leave
}

func TestBusyExclusive(t *testing.T) {
	checkLeaks(t)
	_, _, s, _ := ready(t, pcsctest.Card{ATR: pcsctest.ATRContactless})
	_, leave := otherProgram(t, scard.ShareExclusive)
	begin := time.Now()
	_, err := s.Connect(t.Context(), pcsctest.Reader(0))
	assert.ErrorIs(t, err, apdu.ErrBusy)
	assert.InDelta(t, pcsc.BusyLimit.Seconds(), time.Since(begin).Seconds(), 0.7)

	time.AfterFunc(time.Second, leave)
	_, err = connect(t, s, 0).Transmit(t.Context(), selectApplication)
	assert.NoError(t, err, "given back within the limit")
}

// TestBusyTransaction: pcscd itself lets a connection wait for a transaction,
// without a limit.
func TestBusyTransaction(t *testing.T) {
	checkLeaks(t)
	_, _, s, _ := ready(t, pcsctest.Card{ATR: pcsctest.ATRContactless})
	held := connect(t, s, 0)
	other, leave := otherProgram(t, scard.ShareShared)
	require.NoError(t, other.BeginTransaction())

	_, err := s.Connect(t.Context(), pcsctest.Reader(0))
	assert.ErrorIs(t, err, apdu.ErrBusy)
	_, err = held.Transmit(t.Context(), selectApplication)
	assert.ErrorIs(t, err, apdu.ErrBusy)
	assert.Equal(t, 2, s.Abandoned(), "the calls that pcscd keeps are counted")

	leave()
	require.Eventually(t, func() bool { return s.Abandoned() == 0 }, patience, 10*time.Millisecond)
	assert.False(t, in(s.List(t.Context()), 0).Stuck, "a busy card is no stuck reader")
	_, err = connect(t, s, 0).Transmit(t.Context(), selectApplication)
	assert.NoError(t, err)
}

// TestNoTransactionStaysOpen: while commands follow each other the card is ours;
// a second without one and others get their turn.
func TestNoTransactionStaysOpen(t *testing.T) {
	checkLeaks(t)
	_, _, s, _ := ready(t, pcsctest.Card{ATR: pcsctest.ATRContactless})
	conn := connect(t, s, 0)
	other, leave := otherProgram(t, scard.ShareShared)
	defer leave()
	_, err := conn.Transmit(t.Context(), selectApplication)
	require.NoError(t, err)
	begin := time.Now()
	turn := make(chan error, 1)
	go func() { turn <- other.BeginTransaction() }()
	select {
	case err := <-turn:
		require.NoError(t, err)
	case <-time.After(patience):
		require.FailNow(t, "the transaction stays open")
	}
	waited := time.Since(begin)
	assert.Greater(t, waited, pcsc.HoldLimit/2)
	assert.Less(t, waited, 3*pcsc.HoldLimit)
	require.NoError(t, other.EndTransaction(scard.LeaveCard))
	_, err = conn.Transmit(t.Context(), selectApplication)
	assert.NoError(t, err)
}

func TestResetByAnotherProgram(t *testing.T) {
	checkLeaks(t)
	_, _, s, _ := ready(t, pcsctest.Card{ATR: pcsctest.ATRContactless})
	conn := connect(t, s, 0)
	other, leave := otherProgram(t, scard.ShareShared)
	defer leave()
	require.NoError(t, other.Reconnect(scard.ShareShared, scard.ProtocolAny, scard.ResetCard))
	for range 2 {
		_, err := conn.Transmit(t.Context(), selectApplication)
		assert.ErrorIs(t, err, apdu.ErrReset, "and stays so until Reset")
	}
	require.NoError(t, conn.Reset(t.Context()))
	_, err := conn.Transmit(t.Context(), selectApplication)
	assert.NoError(t, err)
}

func TestStuckReader(t *testing.T) {
	checkLeaks(t)
	stuck := make(chan struct{})
	release := sync.OnceFunc(func() { close(stuck) })
	answer := func([]byte) []byte { <-stuck; return []byte{0x90, 0x00} }
	_, _, s, o := ready(t, pcsctest.Card{ATR: pcsctest.ATRContactless, Answer: answer}, pcsc.WithTransmitLimit(300*time.Millisecond))
	t.Cleanup(release)
	conn := connect(t, s, 0)
	begin := time.Now()
	_, err := conn.Transmit(t.Context(), selectApplication)
	require.ErrorIs(t, err, apdu.ErrStuck)
	assert.Less(t, time.Since(begin), 2*time.Second)
	assert.Equal(t, 1, s.Abandoned())
	o.until(t, "reader marked stuck", func(s readers.State) bool { return in(s, 0).Stuck })
	_, err = conn.Transmit(t.Context(), selectApplication)
	assert.ErrorIs(t, err, apdu.ErrStuck)
	_, err = s.Connect(t.Context(), pcsctest.Reader(0))
	assert.ErrorIs(t, err, apdu.ErrStuck)
	assert.NoError(t, conn.Close())

	release()
	o.until(t, "reader answers again", func(s readers.State) bool { return !in(s, 0).Stuck })
	require.Eventually(t, func() bool { return s.Abandoned() == 0 }, patience, 10*time.Millisecond)
	_, err = connect(t, s, 0).Transmit(t.Context(), selectApplication)
	assert.NoError(t, err)
}

func TestCancelledContextSendsNothing(t *testing.T) {
	checkLeaks(t)
	var sent atomic.Int32
	_, _, s, _ := ready(t, pcsctest.Card{ATR: pcsctest.ATRContactless, Answer: func([]byte) []byte {
		sent.Add(1)
		return []byte{0x90, 0x00}
	}})
	conn := connect(t, s, 0)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := conn.Transmit(ctx, selectApplication)
	assert.ErrorIs(t, err, context.Canceled)
	assert.Zero(t, sent.Load())
}
