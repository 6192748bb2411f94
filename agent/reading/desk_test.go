package reading

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/agent/child"
	"chipid/cardlib"
	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/cccd"
	"chipid/cardlib/readers"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/inproc"
	"chipid/mock-reader/persona"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open runs a desk over the source until the test ends.
func open(t *testing.T, config Config) *Desk {
	t.Helper()
	d := New(config)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
	})
	return d
}

func mock(t *testing.T, cards ...string) *inproc.Source {
	t.Helper()
	source, err := inproc.New(cards...)
	require.NoError(t, err)
	return source
}

// key is the key that a persona's 12-digit number gives.
func key(t *testing.T, name string) child.Key {
	t.Helper()
	p, err := persona.ByName(name)
	require.NoError(t, err)
	return child.NewKey(answer.KeyID, p.Number)
}

// all tells every field.
func all() (child.Said, error) {
	return child.Said{Fields: slices.Sorted(maps.Keys(answer.WantAll()))}, nil
}

// said is the answer of an outcome.
func said(t *testing.T, out *Outcome) (a answer.Answer) {
	t.Helper()
	require.NoError(t, json.Unmarshal(out.Answer, &a))
	return a
}

func codeOf(t *testing.T, err error) catalogue.Code {
	t.Helper()
	var e *Error
	require.ErrorAs(t, err, &e)
	return e.Code
}

// wait waits until the reader's card is in the state.
func wait(t *testing.T, d *Desk, reader string, card Card) Reader {
	t.Helper()
	return waitInsertion(t, d, reader, card, 1)
}

// waitInsertion waits for the state of the card of that insertion or a later one.
func waitInsertion(t *testing.T, d *Desk, reader string, card Card, insertion uint64) Reader {
	t.Helper()
	deadline := time.After(2 * time.Minute)
	for {
		state, changed := d.State()
		if r, ok := state.Find(reader); ok && r.Card == card && r.Insertion >= insertion {
			return r
		}
		select {
		case <-changed:
		case <-deadline:
			t.Fatalf("%s does not become %s", reader, card)
		}
	}
}

func TestReadsACitizensCard(t *testing.T) {
	d := open(t, Config{Source: mock(t, "mau")})
	var stages []cardlib.Stage
	out, err := d.Read(t.Context(), Request{Key: key(t, "mau"), Order: child.Order{Portrait: true}, Said: all, Progress: func(p cardlib.Progress) {
		stages = append(stages, p.Stage)
	}})
	require.NoError(t, err)
	assert.Equal(t, "mock:mau", out.Reader.Name)
	assert.True(t, out.Report.Synthetic, "whatever comes from a mock")
	assert.Equal(t, verdict.Unproven, out.Report.Outcome, "nothing is trusted here")
	assert.Equal(t, verdict.NoTrustStore, out.Report.Get(verdict.Anchor).Reason)
	assert.NotNil(t, said(t, out).Citizen[cccd.FieldPortrait])
	assert.Contains(t, stages, cardlib.StageDG2)
	bytes, digest := out.Answer, out.Number
	require.Len(t, digest, 32)
	out.Wipe()
	for _, b := range append(bytes, digest...) {
		require.Zero(t, b, "wiped")
	}
	state, _ := d.State()
	assert.False(t, state.Readers[0].Busy)
}

func TestPortraitIsReadOnlyIfAsked(t *testing.T) {
	d := open(t, Config{Source: mock(t, "mau")})
	out, err := d.Read(t.Context(), Request{Key: key(t, "mau")})
	require.NoError(t, err)
	assert.NotContains(t, said(t, out).Document.Groups, "DG2")
}

func TestForeignCardIsLeftAlone(t *testing.T) {
	source := &spy{Source: mock(t, "foreign:token", "mau")}
	d := open(t, Config{Source: source})
	wait(t, d, "mock:foreign:token", CardUnknown)
	_, err := d.Read(t.Context(), Request{Reader: "mock:foreign:token", Key: key(t, "mau")})
	assert.Equal(t, catalogue.CardUnknown, codeOf(t, err))
	out, err := d.Read(t.Context(), Request{Key: key(t, "mau")})
	require.NoError(t, err, "the citizen's card is taken by itself")
	out.Wipe()
	assert.LessOrEqual(t, source.count("mock:foreign:token"), 2, "at most two commands")
	assert.Zero(t, source.resets("mock:foreign:token"))
}

func TestWrongKeysAreCountedOverJobs(t *testing.T) {
	source := mock(t, "mau")
	d := open(t, Config{Source: source})
	for range access.MaxTries {
		_, err := d.Read(t.Context(), Request{Key: child.NewKey(answer.KeyCAN, "999999")})
		assert.Equal(t, catalogue.Code(cardlib.CodeAccessDenied), codeOf(t, err))
	}
	_, err := d.Read(t.Context(), Request{Key: key(t, "mau")})
	assert.Equal(t, catalogue.TriesSpent, codeOf(t, err), "even the right key")
	require.NoError(t, source.Insert("mock:mau", "mau"))
	waitInsertion(t, d, "mock:mau", CardCitizen, 2)
	out, err := d.Read(t.Context(), Request{Key: key(t, "mau")})
	require.NoError(t, err, "another insertion")
	out.Wipe()
}

func TestCardPulledDuringTheRead(t *testing.T) {
	source := mock(t, "mau")
	d := open(t, Config{Source: source})
	pulled := sync.OnceFunc(func() { assert.NoError(t, source.Remove("mock:mau")) })
	_, err := d.Read(t.Context(), Request{Key: key(t, "mau"), Order: child.Order{Portrait: true}, Said: all, Progress: func(p cardlib.Progress) {
		if p.Stage == cardlib.StageDG13 {
			pulled()
		}
	}})
	assert.Equal(t, catalogue.CardRemoved, codeOf(t, err))
	_, err = d.Read(t.Context(), Request{Key: key(t, "mau")})
	assert.Contains(t, []catalogue.Code{catalogue.NoCard, catalogue.Busy}, codeOf(t, err))
	require.NoError(t, source.Insert("mock:mau", "mau"))
	waitInsertion(t, d, "mock:mau", CardCitizen, 2)
	out, err := d.Read(t.Context(), Request{Key: key(t, "mau")})
	require.NoError(t, err, "the next read works")
	out.Wipe()
}

func TestCancelledRead(t *testing.T) {
	d := open(t, Config{Source: mock(t, "mau")})
	ctx, cancel := context.WithCancel(t.Context())
	_, err := d.Read(ctx, Request{Key: key(t, "mau"), Progress: func(p cardlib.Progress) {
		if p.Stage == cardlib.StageSOD {
			cancel()
		}
	}})
	assert.Equal(t, catalogue.Cancelled, codeOf(t, err))
	out, err := d.Read(t.Context(), Request{Key: key(t, "mau")})
	require.NoError(t, err)
	out.Wipe()
}

func TestReaderIsBusyForASecondJob(t *testing.T) {
	d := open(t, Config{Source: mock(t, "mau", "cao-tuoi")})
	wait(t, d, "mock:cao-tuoi", CardCitizen)
	inside, proceed := make(chan struct{}), make(chan struct{})
	first := make(chan error, 1)
	go func() {
		var once sync.Once
		out, err := d.Read(context.Background(), Request{Reader: "mock:mau", Key: key(t, "mau"), Progress: func(cardlib.Progress) {
			once.Do(func() { close(inside); <-proceed })
		}})
		if err == nil {
			out.Wipe()
		}
		first <- err
	}()
	<-inside
	state, _ := d.State()
	r, _ := state.Find("mock:mau")
	assert.True(t, r.Busy)
	_, err := d.Read(t.Context(), Request{Reader: "mock:mau", Key: key(t, "mau")})
	assert.Equal(t, catalogue.Busy, codeOf(t, err))
	out, err := d.Read(t.Context(), Request{Reader: "mock:cao-tuoi", Key: key(t, "cao-tuoi")})
	require.NoError(t, err, "another reader is free")
	out.Wipe()
	close(proceed)
	require.NoError(t, <-first)
}

func TestReadThatTakesTooLong(t *testing.T) {
	slow := child.Goroutine{Surroundings: child.Surroundings{Read: func(ctx context.Context, card apdu.Card, _ access.Keys, _ cardlib.Plan) (*cardlib.Result, error) {
		for {
			if _, err := card.Transmit(ctx, apdu.Command{INS: apdu.InsSelect}); err != nil {
				return nil, err
			}
		}
	}}}
	d := open(t, Config{Source: mock(t, "mau"), Limit: 300 * time.Millisecond, Children: slow})
	_, err := d.Read(t.Context(), Request{Key: key(t, "mau")})
	assert.Equal(t, catalogue.CardTimeout, codeOf(t, err))
}

// TestAReadThatCrashes is said with its code; the reader is free, and the next read works.
func TestAReadThatCrashes(t *testing.T) {
	var crashed atomic.Bool
	once := child.Goroutine{Surroundings: child.Surroundings{Read: func(ctx context.Context, card apdu.Card, keys access.Keys, plan cardlib.Plan) (*cardlib.Result, error) {
		inner := plan.OnSOD
		plan.OnSOD = func(raw []byte) error {
			if crashed.CompareAndSwap(false, true) {
				panic("a card that brings its parser down")
			}
			return inner(raw)
		}
		return cardlib.Read(ctx, card, keys, plan)
	}}}
	d := open(t, Config{Source: mock(t, "mau"), Children: once})
	_, err := d.Read(t.Context(), Request{Key: key(t, "mau")})
	assert.Equal(t, catalogue.ReadCrashed, codeOf(t, err))
	state, _ := d.State()
	assert.False(t, state.Readers[0].Busy)
	out, err := d.Read(t.Context(), Request{Key: key(t, "mau")})
	require.NoError(t, err)
	out.Wipe()
}

func TestDeskThatStopsEndsItsReads(t *testing.T) {
	d := New(Config{Source: mock(t, "mau")})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	_, err := d.Read(t.Context(), Request{Key: key(t, "mau"), Progress: func(p cardlib.Progress) {
		if p.Stage == cardlib.StageSOD {
			stop()
			<-done // the desk has ended all reads
		}
	}})
	assert.Equal(t, catalogue.CardRemoved, codeOf(t, err))
}

func TestNoKey(t *testing.T) {
	d := open(t, Config{Source: mock(t, "mau")})
	_, err := d.Read(t.Context(), Request{})
	assert.Equal(t, catalogue.KeyMissing, codeOf(t, err))
}

func TestHeldCardIsTriedAgainWhenAsked(t *testing.T) {
	source := &spy{Source: mock(t, "mau"), refuse: apdu.ErrBusy}
	d := open(t, Config{Source: source})
	wait(t, d, "mock:mau", CardBusy)
	_, err := d.Read(t.Context(), Request{Key: key(t, "mau")})
	assert.Equal(t, catalogue.CardBusy, codeOf(t, err))
	source.allow()
	out, err := d.Read(t.Context(), Request{Key: key(t, "mau")})
	require.NoError(t, err)
	out.Wipe()
}

func TestSilentChipIsMute(t *testing.T) {
	source := &spy{Source: mock(t, "mau"), refuse: apdu.ErrLink}
	d := open(t, Config{Source: source})
	wait(t, d, "mock:mau", CardMute)
	_, err := d.Read(t.Context(), Request{Key: key(t, "mau")})
	assert.Equal(t, catalogue.CardMute, codeOf(t, err))
}

func TestReplacedReaderDoesNotInheritAJob(t *testing.T) {
	states := make(chan readers.State)
	source := &scripted{Source: mock(t, "mau"), states: states}
	d := open(t, Config{Source: source})
	in := readers.State{Readers: []readers.Reader{{Name: "mock:mau", Card: true, Insertion: 1, Synthetic: true}}}
	states <- in
	wait(t, d, "mock:mau", CardCitizen)
	_, err := d.Read(t.Context(), Request{Key: key(t, "mau"), Progress: func(p cardlib.Progress) {
		if p.Stage == cardlib.StageSOD {
			states <- readers.State{}
			states <- in
		}
	}})
	assert.Equal(t, catalogue.CardRemoved, codeOf(t, err))
	wait(t, d, "mock:mau", CardCitizen)
	out, err := d.Read(t.Context(), Request{Key: key(t, "mau")})
	require.NoError(t, err)
	out.Wipe()
}

func TestExplain(t *testing.T) {
	background := context.Background()
	gone, end := context.WithCancelCause(background)
	end(errCardGone)
	cases := map[string]struct {
		ctx  context.Context
		err  error
		want catalogue.Code
	}{
		"the watcher was faster": {gone, context.Canceled, catalogue.CardRemoved},
		"the reader was faster":  {background, apdu.ErrRemoved, catalogue.CardRemoved},
		"another card":           {gone, &Error{Code: catalogue.OtherCard}, catalogue.OtherCard},
		"what the child says":    {background, &Error{Code: "ACCESS_DENIED", SW: 0x6300}, "ACCESS_DENIED"},
		"no service":             {background, readers.ErrNoService, catalogue.PCSCUnavailable},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, codeOf(t, explain(c.ctx, c.err))) })
	}
}
