package reading

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/catalogue"
	"chipid/cardlib/readers"
)

// TestACardThatWasChangedUnheardOf: the card that was claimed is no longer the one in
// the reader, and the source has not told it yet.
func TestACardThatWasChangedUnheardOf(t *testing.T) {
	source := mock(t, "mau")
	states := make(chan readers.State)
	d := open(t, Config{Source: &lagging{scripted{Source: source, states: states}}})
	states <- source.List(t.Context())
	wait(t, d, "mock:mau", CardCitizen)
	require.NoError(t, source.Insert("mock:mau", "cao-tuoi"))
	_, err := d.Read(t.Context(), Request{Key: key(t, "cao-tuoi")})
	assert.Equal(t, catalogue.CardRemoved, codeOf(t, err), "although the key opens the card that is in")
	states <- source.List(t.Context())
	waitInsertion(t, d, "mock:mau", CardCitizen, 2)
	out, err := d.Read(t.Context(), Request{Key: key(t, "cao-tuoi")})
	require.NoError(t, err)
	out.Wipe()
}

// lagging tells its states when the test wants it, and has the true one for whoever asks.
type lagging struct{ scripted }

// List implements readers.Source.
func (l *lagging) List(ctx context.Context) readers.State { return l.Source.List(ctx) }
