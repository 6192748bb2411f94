package portrait_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/portrait"
	"chipid/cardlib/portrait/decoder"
)

func renderer(t testing.TB) *portrait.Renderer {
	t.Helper()
	r, err := portrait.New()
	require.NoError(t, err)
	return r
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return b
}

// TestJPEG2000 goes through the child: the PNG holds exactly what the decoder made.
func TestJPEG2000(t *testing.T) {
	for _, name := range []string{"colour-lossless.jp2", "colour-lossless.j2k", "grey-lossless.jp2", "grey-lossy.j2k", "colour-lossy.jp2", "sycc-420.j2k"} {
		t.Run(name, func(t *testing.T) {
			file := read(t, name)
			got, err := renderer(t).Render(t.Context(), file)
			require.NoError(t, err)
			assert.Equal(t, "image/png", got.MIME)
			picture, err := png.Decode(bytes.NewReader(got.Data))
			require.NoError(t, err)
			want, err := decoder.Decode(file)
			require.NoError(t, err)
			assert.Equal(t, want.Bounds(), picture.Bounds())
			assert.Equal(t, image.Pt(got.Width, got.Height), picture.Bounds().Size())
			for y := range got.Height {
				for x := range got.Width {
					r, g, b, _ := want.At(x, y).RGBA()
					pr, pg, pb, a := picture.At(x, y).RGBA()
					require.Equal(t, [4]uint32{r, g, b, 0xFFFF}, [4]uint32{pr, pg, pb, a}, "pixel %d, %d", x, y)
				}
			}
		})
	}
}

func drawnJPEG(t testing.TB) []byte {
	t.Helper()
	p := image.NewRGBA(image.Rect(0, 0, 40, 50))
	for n := range p.Pix {
		p.Pix[n] = byte(n * 7)
	}
	p.SetRGBA(0, 0, color.RGBA{1, 2, 3, 255})
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, p, nil))
	return b.Bytes()
}

func drawnPNG(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 50))))
	return b.Bytes()
}

// TestPassThrough: JPEG and PNG come out as they went in, without what a chip
// has behind them, and without a decoder.
func TestPassThrough(t *testing.T) {
	for mime, file := range map[string][]byte{"image/jpeg": drawnJPEG(t), "image/png": drawnPNG(t)} {
		var none *portrait.Renderer
		for _, behind := range [][]byte{nil, {0, 0, 0}, []byte("more")} {
			got, err := none.Render(t.Context(), append(bytes.Clone(file), behind...))
			require.NoError(t, err)
			assert.Equal(t, portrait.Image{MIME: mime, Data: file, Width: 40, Height: 50}, got)
		}
		for n := range file {
			_, err := none.Render(t.Context(), file[:n])
			require.ErrorIs(t, err, portrait.ErrUnavailable, "%s cut to %d bytes", mime, n)
		}
	}
}

// reason is why there is no photo, empty if there is one.
func reason(t testing.TB, err error) portrait.Reason {
	t.Helper()
	if err == nil {
		return ""
	}
	require.ErrorIs(t, err, portrait.ErrUnavailable)
	var e *portrait.Error
	require.ErrorAs(t, err, &e)
	assert.NotEmpty(t, e.Error())
	return e.Reason
}

func TestNoDecoder(t *testing.T) {
	file := read(t, "grey-lossless.jp2")
	for name, r := range map[string]*portrait.Renderer{
		"nil": nil, "zero": {}, "no such program": {Program: filepath.Join(t.TempDir(), "none")},
	} {
		_, err := r.Render(t.Context(), file)
		assert.Equal(t, portrait.DecoderFailed, reason(t, err), name)
	}
}

// TestChildren that do not behave.
func TestChildren(t *testing.T) {
	file := read(t, "grey-lossless.jp2")
	for child, want := range map[string]portrait.Reason{
		"hang": portrait.TooCostly, "crash": portrait.DecoderFailed, "flood": portrait.TooLarge, "environment": portrait.TooLarge,
	} {
		t.Run(child, func(t *testing.T) {
			t.Setenv("CHIPID_TEST_SECRET", "not for children")
			r := renderer(t)
			r.Args, r.Limit = []string{child}, 30*time.Second
			if child == "hang" {
				r.Limit = 200 * time.Millisecond
			}
			started := time.Now()
			_, err := r.Render(t.Context(), file)
			assert.Equal(t, want, reason(t, err))
			assert.Less(t, time.Since(started), 20*time.Second)
		})
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := renderer(t).Render(ctx, read(t, "grey-lossless.jp2"))
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, portrait.TooCostly, reason(t, err))
}
