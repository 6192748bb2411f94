package conformance

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestOurOwnReaderPasses runs the cases with this project's reader in process.
func TestOurOwnReaderPasses(t *testing.T) {
	w := newWorld()
	d, err := inProcessDriver(w)
	require.NoError(t, err)
	for n, c := range Cases() {
		if n%part != 0 {
			continue
		}
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			r, err := one(t.Context(), w, d, c)
			require.NoError(t, err)
			assert.Equal(t, Passed, r.Status, "%s\nsaid: %s\n%v", c.TitleEn, r.Said, r.Wrong)
		})
	}
}
