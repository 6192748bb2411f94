package portrait_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"chipid/cardlib/portrait"
)

// FuzzRender: whatever the bytes, there is an image within the limits or an
// error of ours, and the decoder's troubles stay in its own process.
func FuzzRender(f *testing.F) {
	for _, name := range []string{"colour-lossy.jp2", "grey-lossy.j2k", "colour-lossy-tiles.jp2", "sycc-420.j2k"} {
		f.Add(read(f, name))
	}
	f.Add(drawnJPEG(f))
	f.Add(drawnPNG(f))
	r := renderer(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		image, err := r.Render(t.Context(), file)
		if err != nil {
			var e *portrait.Error
			require.True(t, errors.As(err, &e))
			return
		}
		require.Positive(t, image.Width)
		require.LessOrEqual(t, image.Width*image.Height, portrait.MaxPixels)
		require.Contains(t, []string{"image/jpeg", "image/png"}, image.MIME)
	})
}
