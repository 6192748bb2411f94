package reading

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/catalogue"
	"chipid/cardlib"
	"chipid/cardlib/access"
	"chipid/cardlib/cccd"
	"chipid/mock-reader/inproc"
	"chipid/mock-reader/persona"
)

// TestHoldResetsTheChip whatever comes of it, and frees the reader.
func TestHoldResetsTheChip(t *testing.T) {
	source, err := inproc.New("mau")
	require.NoError(t, err)
	watched := &spy{Source: source}
	desk := New(Config{Source: watched})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- desk.Run(ctx) }()
	defer func() { cancel(); assert.NoError(t, <-done) }()
	who, err := persona.ByName("mau")
	require.NoError(t, err)
	keys, err := cccd.KeysFromNumber(who.Number)
	require.NoError(t, err)
	wrong, err := cccd.KeysFromCAN("999999")
	require.NoError(t, err)
	refused := Refuse(catalogue.ProofIdle)
	for name, c := range map[string]struct {
		keys   access.Keys
		admit  error
		use    error
		want   catalogue.Code
		resets bool
	}{
		"used":         {keys: keys, resets: true},
		"refused":      {keys: keys, use: refused, want: catalogue.ProofIdle, resets: true},
		"a fault":      {keys: keys, use: assert.AnError, want: "CARD_PROTOCOL", resets: true},
		"not admitted": {keys: keys, admit: Refuse(catalogue.OfficerRefused), want: catalogue.OfficerRefused},
		"no key":       {want: catalogue.KeyMissing},
		"a wrong key":  {keys: wrong, want: "ACCESS_DENIED"},
	} {
		t.Run(name, func(t *testing.T) {
			opened, used := 0, false
			req := Request{Keys: c.keys, Admit: func(context.Context, Reader) error { return c.admit }}
			err := desk.Hold(t.Context(), req, func(ctx context.Context, chip *cardlib.Opened, r Reader) error {
				used, opened = true, watched.resets("mock:mau")
				assert.Equal(t, "PACE-CAN", chip.Access())
				state, _ := desk.State()
				assert.True(t, state.Readers[0].Busy)
				return c.use
			})
			assert.Equal(t, c.resets, used)
			if c.want == "" {
				assert.NoError(t, err)
			} else {
				var e *Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, c.want, e.Code)
			}
			if c.resets {
				assert.Equal(t, opened+1, watched.resets("mock:mau"))
			}
			state, _ := desk.State()
			assert.False(t, state.Readers[0].Busy)
		})
	}
}
