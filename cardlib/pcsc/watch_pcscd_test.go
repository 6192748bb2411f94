//go:build pcsc

package pcsc_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/pcsc"
	"chipid/cardlib/readers"
	"chipid/internal/pcsctest"
)

func TestWatchInsertionAndRemoval(t *testing.T) {
	checkLeaks(t)
	d := pcsctest.Start(t)
	o := watch(t, pcsc.New())
	first := o.until(t, "two empty readers", cardOut(0))
	require.Len(t, first.Readers, pcsctest.Slots)
	assert.NoError(t, first.Err)

	card := d.Insert(t, 0, pcsctest.Card{ATR: pcsctest.ATRContactless})
	now := o.until(t, "card in slot 0", cardIn(0))
	assert.Equal(t, readers.Reader{
		Name: pcsctest.Reader(0), Card: true, Insertion: 1, ATR: pcsctest.ATRContactless, Synthetic: true,
	}, in(now, 0))
	assert.False(t, in(now, 1).Card)

	card.Pull()
	o.until(t, "slot 0 empty", cardOut(0))
	d.Insert(t, 0, pcsctest.Card{ATR: pcsctest.ATRContactT1})
	now = o.until(t, "card in slot 0 again", cardIn(0))
	assert.Equal(t, uint64(2), in(now, 0).Insertion)
	assert.Equal(t, pcsctest.ATRContactT1, in(now, 0).ATR)
}

func TestWatchTellsCardAlreadyInAtOnce(t *testing.T) {
	checkLeaks(t)
	d := pcsctest.Start(t)
	d.Insert(t, 1, pcsctest.Card{ATR: pcsctest.ATRContactless})
	s := pcsc.New()
	watch(t, s).until(t, "pcscd has noticed the card", cardIn(1))

	fresh := pcsc.New()
	o := watch(t, fresh)
	o.until(t, "card in slot 1", cardIn(1))
	assert.True(t, in(o.all()[0], 1).Card, "the first state told already shows the card")
	assert.Equal(t, uint64(1), in(o.all()[0], 1).Insertion)
	assert.Equal(t, o.all()[0], fresh.List(t.Context()), "List and Watch count alike")
}

// TestWatchQuickFlick pulls a card and puts it back while the watcher is busy
// with an earlier state: it sees a card before and a card after, and nothing
// between, but another insertion.
func TestWatchQuickFlick(t *testing.T) {
	checkLeaks(t)
	d := pcsctest.Start(t)
	s := pcsc.New()
	card := d.Insert(t, 0, pcsctest.Card{ATR: pcsctest.ATRContactless})
	other := watch(t, s)
	other.until(t, "card in", cardIn(0))

	slow := newSlow(t, pcsc.New())
	require.True(t, in(slow.next(t), 0).Card)
	card.Pull() // while tell of the first state has not returned
	other.until(t, "slot 0 empty", cardOut(0))
	d.Insert(t, 0, pcsctest.Card{ATR: pcsctest.ATRContactless})
	other.until(t, "card back", cardIn(0))
	slow.goOn <- struct{}{}

	after := in(slow.next(t), 0)
	slow.goOn <- struct{}{}
	assert.True(t, after.Card)
	assert.Equal(t, uint64(2), after.Insertion)
}

func TestWatchTwoReaders(t *testing.T) {
	checkLeaks(t)
	d := pcsctest.Start(t)
	o := watch(t, pcsc.New())
	d.Insert(t, 1, pcsctest.Card{ATR: pcsctest.ATRContactT0})
	o.until(t, "card in slot 1", cardIn(1))
	d.Insert(t, 0, pcsctest.Card{ATR: pcsctest.ATRContactless})
	now := o.until(t, "card in slot 0", cardIn(0))
	assert.Greater(t, in(now, 0).Insertion, in(now, 1).Insertion, "the card that came last has the higher number")
}

func TestWatchServiceStopsAndReturns(t *testing.T) {
	checkLeaks(t)
	d := pcsctest.Start(t)
	s := pcsc.New()
	o := watch(t, s)
	d.Insert(t, 0, pcsctest.Card{ATR: pcsctest.ATRContactless})
	before := o.until(t, "card in", cardIn(0))

	d.Stop()
	gone := o.until(t, "service gone", func(s readers.State) bool { return s.Err != nil })
	assert.ErrorIs(t, gone.Err, readers.ErrNoService)
	assert.Empty(t, gone.Readers)
	assert.ErrorIs(t, s.List(t.Context()).Err, readers.ErrNoService)
	_, err := s.Connect(t.Context(), pcsctest.Reader(0))
	assert.ErrorIs(t, err, readers.ErrNoService)

	d.Run(t)
	o.until(t, "readers are back", cardOut(0))
	d.Insert(t, 0, pcsctest.Card{ATR: pcsctest.ATRContactless})
	after := o.until(t, "card in again", cardIn(0))
	assert.Greater(t, in(after, 0).Insertion, in(before, 0).Insertion, "after a restart it is another insertion")
	for i, s := range o.all() {
		assert.False(t, i > 0 && s.Err != nil && o.all()[i-1].Err != nil, "the absence is told once")
	}
}

func TestWatchServiceAbsentAtStart(t *testing.T) {
	checkLeaks(t)
	d := pcsctest.Start(t)
	d.Stop()
	o := watch(t, pcsc.New())
	o.until(t, "no service", func(s readers.State) bool { return s.Err != nil })
	d.Run(t)
	o.until(t, "readers are there", cardOut(0))
}

// TestWatchDoesNotPoll: while nothing happens no wait returns.
func TestWatchDoesNotPoll(t *testing.T) {
	checkLeaks(t)
	d := pcsctest.Start(t)
	d.Insert(t, 0, pcsctest.Card{ATR: pcsctest.ATRContactless})
	s := pcsc.New()
	o := watch(t, s)
	o.until(t, "card in", cardIn(0))
	time.Sleep(time.Second) // pcscd powers the card down and settles
	before := s.Returns()
	time.Sleep(2 * time.Second)
	assert.Equal(t, before, s.Returns(), "blocking waits that returned in two idle seconds")
}

func TestWatchMuteCard(t *testing.T) {
	checkLeaks(t)
	d := pcsctest.Start(t)
	o := watch(t, pcsc.New())
	d.Insert(t, 0, pcsctest.Card{ATR: make([]byte, 40)})
	now := o.until(t, "card in", cardIn(0))
	assert.True(t, in(now, 0).Mute)
	_, err := pcsc.New().Connect(t.Context(), pcsctest.Reader(0))
	assert.ErrorIs(t, err, pcsc.ErrMute)
}

// slowWatcher is a Watch whose tell returns only when it is let go on.
type slowWatcher struct {
	told chan readers.State
	goOn chan struct{}
}

func newSlow(t *testing.T, s *pcsc.Source) *slowWatcher {
	t.Helper()
	slow := &slowWatcher{told: make(chan readers.State), goOn: make(chan struct{})}
	done := make(chan struct{})
	ctx := t.Context()
	go func() {
		defer close(done)
		_ = s.Watch(ctx, func(state readers.State) {
			select {
			case slow.told <- state:
			case <-ctx.Done():
				return
			}
			select {
			case <-slow.goOn:
			case <-ctx.Done():
			}
		})
	}()
	t.Cleanup(func() { <-done })
	return slow
}

// next is the next state told.
func (s *slowWatcher) next(t *testing.T) readers.State {
	t.Helper()
	select {
	case state := <-s.told:
		return state
	case <-time.After(patience):
		require.FailNow(t, "no further state was told")
		return readers.State{}
	}
}
