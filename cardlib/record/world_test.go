package record_test

import (
	"bytes"
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"chipid/cardlib"
	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/cccd"
	"chipid/cardlib/record"
	"chipid/cardlib/trust"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/scenario"
)

// maker issues all cards here: its keys take time to make.
var maker = issuer.New(issuer.PublishedSeed)

var publishedStore = sync.OnceValues(func() (*trust.Store, error) { return anchorsOf(maker) })

// published is the trust in the published test CSCA and no other.
func published(t testing.TB) *trust.Store {
	t.Helper()
	store, err := publishedStore()
	require.NoError(t, err)
	return store
}

func anchorsOf(i *issuer.Issuer) (*trust.Store, error) {
	store := &trust.Store{}
	anchors, err := i.Anchors()
	for _, a := range anchors {
		store.Add(a.File, a.DER)
	}
	return store, err
}

// keysOf are all keys of a persona's card.
func keysOf(t testing.TB, p persona.Persona) access.Keys {
	t.Helper()
	keys, err := cccd.KeysFromMRZ(p.MRZ())
	require.NoError(t, err)
	keys.CAN, keys.Number = p.CAN(), p.Number
	return keys
}

// recorded is a read that was recorded.
type recorded struct {
	result *cardlib.Result
	err    error
	rec    *record.Recording
}

// readAndRecord reads a card and records it.
func readAndRecord(t testing.TB, kind record.Kind, card apdu.Card, keys access.Keys, plan cardlib.Plan) (recorded, error) {
	t.Helper()
	r := record.New(kind, "test")
	defer r.Close()
	attached, plan := r.Attach(card, keys, plan)
	var out recorded
	out.result, out.err = cardlib.Read(t.Context(), attached, keys, plan)
	var err error
	out.rec, err = r.Recording(published(t))
	return out, err
}

// cardOf is the chip of a scenario.
func cardOf(t testing.TB, p persona.Persona, name string) (*chip.Chip, chip.Profile) {
	t.Helper()
	s, err := scenario.ByName(name)
	require.NoError(t, err)
	profile, err := s.Profile(maker, p)
	require.NoError(t, err)
	c, err := chip.New(profile)
	require.NoError(t, err)
	return c, profile
}

// through writes a recording and parses it again.
func through(t testing.TB, rec *record.Recording) (*record.Recording, []byte) {
	t.Helper()
	var file bytes.Buffer
	require.NoError(t, rec.Write(&file))
	again, err := record.Parse(bytes.NewReader(file.Bytes()))
	require.NoError(t, err)
	return again, file.Bytes()
}

// watched is a card that keeps what was said to it, in bytes on the wire.
type watched struct {
	*record.Card
	said [][]byte
}

func (w *watched) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	raw, err := cmd.Bytes()
	if err != nil {
		return apdu.Response{}, err
	}
	w.said = append(w.said, raw)
	return w.Card.Transmit(ctx, cmd)
}
