//go:build !pcsc

package scenario_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib"
	"chipid/mock-reader/roster"
	"chipid/mock-reader/scenario"
)

// TestCardsOfFiles reads cards of personas that stand in a file, and of ones that
// were made up: each is what it was said to be.
func TestCardsOfFiles(t *testing.T) {
	store := mockTrust(t, testIssuer)
	people, err := roster.Load("../roster/testdata/example.yaml")
	require.NoError(t, err)
	deck := scenario.NewDeck(testIssuer, append(people, roster.MakeUp("1", 12)...)...)
	for _, p := range deck.Personas()[len(deck.Personas())-14:] {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			card, err := deck.Open(p.Name, scenario.Hooks{})
			require.NoError(t, err)
			result, err := cardlib.Read(t.Context(), card, keysOf(t, p, false), cardlib.Plan{Trust: store})
			require.NoError(t, err)
			assert.True(t, result.Report.Genuine, "%v", result.Report)
			c := result.Document.Citizen
			assert.Equal(t, []string{p.Number, p.FullName, p.Birth.ISO(), p.Residence, p.Father, p.Mother, p.OldNumber},
				[]string{c.PersonalNumber, c.FullName, c.DateOfBirth, c.PlaceOfResidence, c.Father, c.Mother, c.OldNumber})
		})
	}
	_, _, err = scenario.Parse("vi-du")
	assert.Error(t, err, "the catalogue's own deck has it not")
}
