package decoder

import (
	"bytes"
	"flag"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the images in testdata anew with openjpeg's tools")

// opj runs one of openjpeg's tools. It must be installed: without it the tests
// that call it fail.
func opj(t *testing.T, tool string, args ...string) {
	t.Helper()
	out, err := exec.Command(tool, args...).CombinedOutput()
	require.NoError(t, err, "%s %v: %s", tool, args, out)
}

// compress writes the case's image into a directory, and openjpeg's own picture of it.
func (c pictureCase) compress(t *testing.T, dir string) (file, picture string) {
	t.Helper()
	drawn := filepath.Join(t.TempDir(), "drawn.png")
	writePNG(t, drawn, draw(c.grey))
	file = filepath.Join(dir, c.name)
	opj(t, "opj_compress", append([]string{"-i", drawn, "-o", file}, c.args...)...)
	picture = file + ".png"
	opj(t, "opj_decompress", "-i", file, "-o", picture)
	return file, picture
}

// TestUpdate writes testdata anew if asked by -update; see the README there.
func TestUpdate(t *testing.T) {
	if !*update {
		return
	}
	dir := testdata("")
	for _, c := range committed {
		_, picture := c.compress(t, dir)
		if c.exact {
			require.NoError(t, os.Remove(picture))
		}
	}
	updateSYCC(t, dir)
	_, picture := pictureCase{name: "odd-tiles.jp2", args: []string{"-I", "-r", "10", "-t", "33,47"}}.compress(t, dir)
	require.NoError(t, os.Remove(picture))
}

// updateSYCC writes images whose components are luminance and colour differences.
func updateSYCC(t *testing.T, dir string) {
	t.Helper()
	independent := pictureCase{name: "sycc-independent.jp2", args: []string{"-mct", "0"}}
	file, picture := independent.compress(t, dir)
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	patched := filepath.Join(t.TempDir(), "patched.jp2")
	require.NoError(t, os.WriteFile(patched, patchSpace(t, b, 18), 0o600))
	opj(t, "opj_decompress", "-i", patched, "-o", picture)

	raw := filepath.Join(t.TempDir(), "drawn.raw")
	require.NoError(t, os.WriteFile(raw, planes420(draw(false).(*image.RGBA)), 0o600))
	file = filepath.Join(dir, "sycc-420.j2k")
	opj(t, "opj_compress", "-i", raw, "-o", file, "-F", "92,116,3,8,u@1x1:2x2:2x2", "-mct", "0")
	opj(t, "opj_decompress", "-i", file, "-o", file+".png")
}

// planes420 are the drawn picture's planes without its last row and column, the
// second and third halved.
func planes420(p *image.RGBA) []byte {
	var b bytes.Buffer
	for c, step := range []int{1, 2, 2} {
		for y := 0; y < drawnHeight-1; y += step {
			for x := 0; x < drawnWidth-1; x += step {
				b.WriteByte(p.Pix[p.PixOffset(x, y)+c])
			}
		}
	}
	return b.Bytes()
}
