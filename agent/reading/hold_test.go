package reading

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/agent/child"
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
	wait(t, desk, "mock:mau", CardCitizen)
	who, err := persona.ByName("mau")
	require.NoError(t, err)
	right := [2]string{answer.KeyID, who.Number}
	wrong := [2]string{answer.KeyCAN, "999999"}
	refused := Refuse(catalogue.ProofIdle)
	for name, c := range map[string]struct {
		key    [2]string
		admit  error
		use    error
		want   catalogue.Code
		resets bool
	}{
		"used":         {key: right, resets: true},
		"refused":      {key: right, use: refused, want: catalogue.ProofIdle, resets: true},
		"a fault":      {key: right, use: assert.AnError, want: "CARD_PROTOCOL", resets: true},
		"not admitted": {key: right, admit: Refuse(catalogue.OfficerRefused), want: catalogue.OfficerRefused},
		"no key":       {want: catalogue.KeyMissing},
		"a wrong key":  {key: wrong, want: "ACCESS_DENIED"},
	} {
		t.Run(name, func(t *testing.T) {
			opened, used := 0, false
			given := child.Key{}
			if c.key[0] != "" {
				given = child.NewKey(c.key[0], c.key[1])
			}
			req := Request{Key: given, Admit: func(context.Context, Reader) error { return c.admit }}
			err := desk.Hold(t.Context(), req, child.Terms{}, func(ctx context.Context, chip Held) error {
				used, opened = true, watched.resets("mock:mau")
				assert.NotEmpty(t, chip.First)
				assert.Equal(t, "mock:mau", chip.Reader.Name)
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
