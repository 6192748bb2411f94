//go:build openjpeg

package decoder

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAgainstOpenJPEG lets openjpeg's tools write the drawn picture in every way
// and compares our picture with theirs.
func TestAgainstOpenJPEG(t *testing.T) {
	for _, c := range append(forms, committed...) {
		t.Run(c.name, func(t *testing.T) {
			written, picture := c.compress(t, t.TempDir())
			file, err := os.ReadFile(written)
			require.NoError(t, err)
			compare(t, c, file, readPNG(t, picture))
		})
	}
}
