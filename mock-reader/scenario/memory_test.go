//go:build !pcsc

package scenario_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib"
	"chipid/mock-reader/persona"
)

// TestWhatIsLearntSavesCommands reads two cards of a kind: the second costs fewer
// commands where the chip has a habit, and is judged alike.
func TestWhatIsLearntSavesCommands(t *testing.T) {
	store := mockTrust(t, testIssuer)
	who := persona.All()[0]
	for name, tc := range map[string]struct{ saved, resets int }{
		"genuine":              {0, 0},
		"small-blocks":         {1, 0},
		"extended-lies":        {8, 1}, // the channel is lost at the first long block
		"no-short-ids":         {1, 0},
		"pace-needs-parameter": {1, 0},
		"aa-before-ca":         {8, 1}, // a refusal, then the chip is opened and PACE is run again
	} {
		t.Run(name, func(t *testing.T) {
			memory := &cardlib.ShortMemory{}
			read := func(kind string) *cardlib.Result {
				result, err := cardlib.Read(t.Context(), insert(t, who.Name+"/"+kind), keysOf(t, who, false),
					cardlib.Plan{Trust: store, Memory: memory})
				require.NoError(t, err)
				require.True(t, result.Report.Genuine)
				return result
			}
			first, second, third := read(name), read(name), read(name)
			assert.GreaterOrEqual(t, first.Stats.APDUs-second.Stats.APDUs, tc.saved)
			assert.Equal(t, tc.resets, first.Stats.Resets-second.Stats.Resets)
			assert.Equal(t, second.Stats, third.Stats, "it is kept")
			assert.Equal(t, first.Report, second.Report)
			assert.Equal(t, first.Document.Protocol, second.Document.Protocol)
			t.Logf("%d commands, then %d", first.Stats.APDUs, second.Stats.APDUs)
			if tc.saved == 0 {
				assert.Equal(t, first.Stats, second.Stats)
			}

			// Chips of the same kind by their looks, without the habit or with the
			// opposite one, are judged as well.
			for _, other := range []string{"genuine", "aa-after-ca", "pace-refuses-parameter"} {
				assert.Equal(t, first.Report, read(other).Report, other)
			}
		})
	}
}
