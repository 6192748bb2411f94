package record_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib"
	"chipid/cardlib/apdu"
	"chipid/cardlib/cccd"
	"chipid/cardlib/record"
	"chipid/cardlib/trust"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/scenario"
)

// clock stands still, so that two reads have one time.
func clock() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) }

// TestFullPlaysBackByteForByte: in every kind of card the reader says the same
// bytes again, gets the same answers and comes to the same verdicts.
func TestFullPlaysBackByteForByte(t *testing.T) {
	store := published(t)
	p := persona.All()[0]
	for _, s := range scenario.All() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			card, _ := cardOf(t, p, s.Name)
			plan := cardlib.Plan{Trust: store, Now: clock}
			got, err := readAndRecord(t, record.Full, card, keysOf(t, p), plan)
			if err != nil { // no EF.SOD, or none of the test CSCA
				require.ErrorIs(t, err, record.ErrNotSynthetic)
				assert.Nil(t, got.rec)
				return
			}
			rec, _ := through(t, got.rec)
			assert.Equal(t, keysOf(t, p), rec.KeysForReplay())
			plan.Random = rec.Random()
			replay := &watched{Card: rec.Replay()}
			assert.True(t, replay.LinkInfo().Synthetic)
			again, err := cardlib.Read(t.Context(), replay, rec.KeysForReplay(), plan)
			if got.err != nil {
				assert.Equal(t, cardlib.CodeOf(got.err), cardlib.CodeOf(err))
				return
			}
			require.NoError(t, err)
			assert.Equal(t, got.result.Report, again.Report)
			assert.Equal(t, got.result.Document.Groups, again.Document.Groups)
			assert.Equal(t, got.result.Stats, again.Stats)
			var commands [][]byte
			for _, e := range rec.Events {
				if e.Command != nil {
					commands = append(commands, e.Command)
				}
			}
			assert.Equal(t, commands, replay.said)
		})
	}
}

func TestFullIsRefused(t *testing.T) {
	p := persona.All()[0]
	otherSeed, err := issuer.New("another issuer").Personalise(p, issuer.Options{})
	require.NoError(t, err)
	genuine, err := maker.Personalise(p, issuer.Options{})
	require.NoError(t, err)
	trusted, err := anchorsOf(issuer.New("another issuer"))
	require.NoError(t, err)
	without := func(alter func(*chip.Profile)) chip.Profile {
		copied, err := maker.Personalise(p, issuer.Options{})
		require.NoError(t, err)
		alter(&copied)
		return copied
	}
	for name, c := range map[string]struct {
		profile chip.Profile
		anchors *trust.Store
		refused bool
	}{
		"published CSCA":                {genuine, published(t), false},
		"another issuer":                {otherSeed, published(t), true},
		"another issuer, trusted":       {otherSeed, trusted, false}, // the caller says which are published
		"nothing to compare with":       {genuine, nil, true},
		"an empty store":                {genuine, &trust.Store{}, true},
		"no EF.SOD":                     {without(func(p *chip.Profile) { delete(p.LDS, chip.FileSOD) }), published(t), true},
		"EF.SOD of which a bit is else": {without(func(p *chip.Profile) { p.LDS[chip.FileSOD][len(p.LDS[chip.FileSOD])-1] ^= 1 }), published(t), true},
		"EF.SOD cut off":                {without(func(p *chip.Profile) { p.LDS[chip.FileSOD] = p.LDS[chip.FileSOD][:500] }), published(t), true},
	} {
		t.Run(name, func(t *testing.T) {
			card, err := chip.New(c.profile)
			require.NoError(t, err)
			r := record.New(record.Full, "test")
			attached, plan := r.Attach(card, keysOf(t, p), cardlib.Plan{})
			_, _ = cardlib.Read(t.Context(), attached, keysOf(t, p), plan)
			rec, err := r.Recording(c.anchors)
			if c.refused {
				assert.ErrorIs(t, err, record.ErrNotSynthetic)
				assert.Nil(t, rec)
				return
			}
			assert.NoError(t, err)
		})
	}
}

// TestFullIsRefusedWithoutAWayIn: nothing is known of a chip that was not opened.
func TestFullIsRefusedWithoutAWayIn(t *testing.T) {
	card, _ := cardOf(t, persona.All()[0], scenario.Genuine)
	keys, err := cccd.KeysFromCAN("111111")
	require.NoError(t, err)
	got, err := readAndRecord(t, record.Full, card, keys, cardlib.Plan{})
	assert.ErrorIs(t, err, record.ErrNotSynthetic)
	assert.Equal(t, cardlib.CodeAccessDenied, cardlib.CodeOf(got.err))
}

func TestFullDiverges(t *testing.T) {
	p := persona.All()[0]
	card, _ := cardOf(t, p, scenario.Genuine)
	got, err := readAndRecord(t, record.Full, card, keysOf(t, p), cardlib.Plan{Now: clock})
	require.NoError(t, err)
	// Other random values: the first command that holds one is another.
	_, err = cardlib.Read(t.Context(), got.rec.Replay(), keysOf(t, p), cardlib.Plan{Now: clock})
	assert.ErrorIs(t, err, record.ErrDiverged)
	assert.ErrorIs(t, err, apdu.ErrLink)
	// Somebody may look at what the card is, before the read.
	citizen, err := cardlib.IsCitizenCard(t.Context(), got.rec.Replay())
	require.NoError(t, err)
	assert.True(t, citizen)
}

func TestFullIsSynthetic(t *testing.T) {
	p := persona.All()[0]
	card, _ := cardOf(t, p, scenario.Genuine)
	// A link that does not say that it is synthetic, as a real reader's would not.
	got, err := readAndRecord(t, record.Full, silent{card}, keysOf(t, p), cardlib.Plan{})
	require.NoError(t, err)
	again, err := cardlib.Read(t.Context(), got.rec.Replay(), got.rec.KeysForReplay(), cardlib.Plan{Random: got.rec.Random(), Trust: published(t)})
	require.NoError(t, err)
	assert.True(t, again.Report.Synthetic)
	assert.Equal(t, verdict.Genuine, again.Report.Outcome)
}

// silent is a chip that is not known to be synthetic.
type silent struct{ *chip.Chip }

func (s silent) LinkInfo() apdu.LinkInfo {
	info := s.Chip.LinkInfo()
	info.Synthetic = false
	return info
}
