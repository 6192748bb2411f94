//go:build pcsc

package scenario_test

import (
	"context"
	"flag"
	"os"
	"sync"
	"testing"
	"time"

	"chipid/cardlib"
	"chipid/cardlib/cccd"
	"chipid/cardlib/pcsc"
	"chipid/cardlib/readers"
	"chipid/cardlib/trust"
	"chipid/internal/pcsctest"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/scenario"
	"chipid/mock-reader/vpcd"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	pcsctest.Clean()
	os.Exit(code)
}

// reader is one virtual reader of pcscd with a slot to put cards into.
type reader struct {
	source *pcsc.Source
	name   string
	slot   *vpcd.Slot

	mu    sync.Mutex
	state readers.State
	news  chan struct{}
}

// newReader watches the reader and plays the slot until the test ends.
func newReader(t *testing.T, daemon *pcsctest.Daemon, source *pcsc.Source, number int) *reader {
	ctx, cancel := context.WithCancel(context.Background())
	r := &reader{
		source: source, name: pcsctest.Reader(number), slot: vpcd.New(daemon.Addr(number), nil),
		news: make(chan struct{}, 1),
	}
	var both sync.WaitGroup
	both.Go(func() { assert.NoError(t, r.slot.Run(ctx)) })
	both.Go(func() { assert.NoError(t, source.Watch(ctx, r.take)) })
	t.Cleanup(func() {
		cancel()
		both.Wait()
	})
	return r
}

// take keeps the latest state.
func (r *reader) take(s readers.State) {
	r.mu.Lock()
	r.state = s
	r.mu.Unlock()
	select {
	case r.news <- struct{}{}:
	default:
	}
}

// hasCard tells what the latest state says.
func (r *reader) hasCard() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, one := range r.state.Readers {
		if one.Name == r.name {
			return one.Card
		}
	}
	return false
}

// await waits until the reader has a card, or none.
func (r *reader) await(t *testing.T, card bool) {
	t.Helper()
	end := time.After(2 * time.Minute)
	for r.hasCard() != card {
		select {
		case <-r.news:
		case <-end:
			require.FailNow(t, "reader does not change", "%s, card wanted: %v", r.name, card)
		}
	}
}

// read puts the card in, reads it with the number and takes it out.
func (r *reader) read(t *testing.T, i *issuer.Issuer, p persona.Persona, s scenario.Scenario, store *trust.Store) (*cardlib.Result, error) {
	t.Helper()
	card, err := scenario.Open(i, p.Name+"/"+s.Name, scenario.Hooks{})
	require.NoError(t, err)
	r.slot.Put(card)
	r.await(t, true)
	defer func() {
		r.slot.Pull()
		r.await(t, false)
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	conn, err := r.source.Connect(ctx, r.name)
	require.NoError(t, err)
	defer func() { assert.NoError(t, conn.Close()) }()
	keys, err := cccd.KeysFromNumber(p.Number)
	require.NoError(t, err)
	return cardlib.Read(ctx, conn, keys, cardlib.Plan{Trust: store})
}

// TestMatrixThroughPCSC reads cards through the real pcscd, as a counter does:
// every scenario once, spread over the personas and over both readers, since pcscd
// takes about a second to see each card come and go; with -every all personas in
// all scenarios.
func TestMatrixThroughPCSC(t *testing.T) {
	daemon := pcsctest.Start(t)
	i := issuer.New(issuer.PublishedSeed)
	store := mockTrust(t, i)
	for slot := range pcsctest.Slots {
		t.Run(pcsctest.Reader(slot), func(t *testing.T) {
			t.Parallel()
			r := newReader(t, daemon, pcsc.New(), slot)
			for n, s := range scenario.All() {
				if n%pcsctest.Slots == slot {
					r.try(t, i, n, s, store)
				}
			}
		})
	}
}

// try reads the nth scenario on the persona whose turn it is, or on all.
func (r *reader) try(t *testing.T, i *issuer.Issuer, n int, s scenario.Scenario, store *trust.Store) {
	who := persona.All()
	if !*every {
		n /= pcsctest.Slots // each reader meets each persona
		who = who[n%len(who) : n%len(who)+1]
	}
	for _, p := range who {
		t.Run(p.Name+"/"+s.Name, func(t *testing.T) {
			result, err := r.read(t, i, p, s, store)
			asPromised(t, s.Expect, result, err)
		})
	}
}
