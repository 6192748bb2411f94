package persona

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/ajroetker/go-jpeg2000"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write portraits/*.jp2 anew with openjpeg's opj_compress")

// rate is the compression ratio asked of opj_compress: it gives 15 to 20 kB.
const rate = "37"

// inJPEG2000 are the personas whose portrait is in JPEG 2000.
func inJPEG2000() []Persona {
	var some []Persona
	for _, p := range All() {
		if p.Format == JPEG2000 {
			some = append(some, p)
		}
	}
	return some
}

// ppm writes a picture as a binary portable pixmap, which opj_compress reads.
func ppm(t *testing.T, path string, img *image.RGBA) {
	t.Helper()
	b := fmt.Appendf(nil, "P6\n%d %d\n255\n", img.Rect.Dx(), img.Rect.Dy())
	for i := 0; i < len(img.Pix); i += 4 {
		b = append(b, img.Pix[i:i+3]...)
	}
	require.NoError(t, os.WriteFile(path, b, 0o600))
}

// TestUpdatePortraits writes portraits/*.jp2 anew if asked by -update; see the README there.
func TestUpdatePortraits(t *testing.T) {
	if !*update {
		return
	}
	for _, p := range inJPEG2000() {
		drawn := filepath.Join(t.TempDir(), "drawn.ppm")
		ppm(t, drawn, draw(p.Look))
		out, err := exec.Command("opj_compress", "-i", drawn, "-o", "portraits/"+p.Name+".jp2", "-I", "-r", rate).CombinedOutput()
		require.NoError(t, err, string(out))
	}
}

func TestHalfOfThePersonasAreInJPEG2000(t *testing.T) {
	assert.GreaterOrEqual(t, 2*len(inJPEG2000()), len(All()))
	files, err := filepath.Glob("portraits/*.jp2")
	require.NoError(t, err)
	assert.Len(t, files, len(inJPEG2000()), "no file without a persona")
}

// TestJPEG2000IsThePortrait decodes each committed file and compares it with the
// picture that is drawn for its persona, and with the others'.
func TestJPEG2000IsThePortrait(t *testing.T) {
	for _, p := range inJPEG2000() {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			face, err := p.ChipImage()
			require.NoError(t, err)
			assert.True(t, len(face.Data) >= portraitMin && len(face.Data) <= portraitMax, "%d bytes", len(face.Data))
			assert.Contains(t, string(face.Data), "Created by OpenJPEG")
			photo, err := NewPhoto(face.Data)
			require.NoError(t, err)
			assert.Equal(t, face, *photo)
			picture, err := jpeg2000.Decode(bytes.NewReader(face.Data))
			require.NoError(t, err)
			drawn := draw(p.Look)
			require.Equal(t, drawn.Rect.Size(), picture.Bounds().Size())
			assert.Greater(t, likeness(drawn, picture), 33.0, "dB, with its own portrait")
			other := p.Look
			other.Glasses, other.Garment = !other.Glasses, plum
			assert.Less(t, likeness(draw(other), picture), 30.0, "dB, with somebody else's")
		})
	}
}

// likeness is the peak signal-to-noise ratio of two pictures, in dB.
func likeness(a *image.RGBA, b image.Image) float64 {
	sum, n := 0.0, 0
	at := b.Bounds().Min
	for y := range a.Rect.Dy() {
		for x := range a.Rect.Dx() {
			r, g, bl, _ := b.At(at.X+x, at.Y+y).RGBA()
			p := a.RGBAAt(x, y)
			for _, d := range [3]int{int(p.R) - int(r>>8), int(p.G) - int(g>>8), int(p.B) - int(bl>>8)} {
				sum += float64(d * d)
				n++
			}
		}
	}
	return 10 * math.Log10(255*255*float64(n)/sum)
}
