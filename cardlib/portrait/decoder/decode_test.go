package decoder

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/portrait"
	"chipid/cardlib/portrait/codestream"
)

// TestPicturesOfOpenJPEG decodes what openjpeg's tool wrote: lossless images to
// the pixels that were drawn, lossy ones as near to them as openjpeg's decoder does.
func TestPicturesOfOpenJPEG(t *testing.T) {
	for _, c := range committed {
		t.Run(c.name, func(t *testing.T) {
			file, err := os.ReadFile(testdata(c.name))
			require.NoError(t, err)
			var theirs image.Image
			if !c.exact {
				theirs = readPNG(t, testdata(c.name+".png"))
			}
			compare(t, c, file, theirs)
		})
	}
}

// compare decodes a file and judges the picture. theirs is openjpeg's, nil if
// that must be the drawn one.
func compare(t *testing.T, c pictureCase, file []byte, theirs image.Image) {
	t.Helper()
	drawn := draw(c.grey)
	ours, err := Decode(file)
	require.NoError(t, err)
	_, isGrey := ours.(*image.Gray)
	assert.Equal(t, c.grey, isGrey)
	if c.exact {
		assert.True(t, math.IsInf(psnr(t, drawn, ours), 1), "not the drawn picture: %.1f dB", psnr(t, drawn, ours))
		return
	}
	quality, best := psnr(t, drawn, ours), psnr(t, drawn, theirs)
	assert.Greater(t, best, 25.0, "a picture that can be recognised")
	assert.Greater(t, quality, best-1, "dB against the drawn picture; openjpeg has %.2f", best)
	assert.Greater(t, psnr(t, theirs, ours), 55.0, "dB against openjpeg's picture")
}

// patchSpace changes the enumerated colour space of a JP2 file.
func patchSpace(t *testing.T, file []byte, space uint32) []byte {
	t.Helper()
	at := bytes.Index(file, []byte("colr\x01"))
	require.Positive(t, at)
	file = bytes.Clone(file)
	binary.BigEndian.PutUint32(file[at+7:], space)
	return file
}

// TestSYCC: an image whose components are luminance and colour differences. The
// drawn picture is taken for such a one; the colours follow from IEC 61966-2-1.
func TestSYCC(t *testing.T) {
	file, err := os.ReadFile(testdata("sycc-independent.jp2"))
	require.NoError(t, err)
	got, err := Decode(patchSpace(t, file, 18))
	require.NoError(t, err)
	theirs := readPNG(t, testdata("sycc-independent.jp2.png"))
	assert.Greater(t, psnr(t, theirs, got), 45.0, "openjpeg cuts off where we round")
	drawn := draw(false).(*image.RGBA)
	for _, at := range []image.Point{{0, 0}, {30, 40}, {80, 100}} {
		p := drawn.RGBAAt(at.X, at.Y)
		y, cb, cr := float64(p.R), float64(p.G)-128, float64(p.B)-128
		r, g, b, _ := got.At(at.X, at.Y).RGBA()
		for n, want := range []float64{y + 1.402*cr, y - 0.344136*cb - 0.714136*cr, y + 1.772*cb} {
			assert.InDelta(t, min(255, max(0, want)), []uint32{r, g, b}[n]>>8, 1.01, "%v, colour %d", at, n)
		}
	}
}

// TestHalvedColourPlanes: 4:2:0, which only sYCC has.
func TestHalvedColourPlanes(t *testing.T) {
	file, err := os.ReadFile(testdata("sycc-420.j2k"))
	require.NoError(t, err)
	got, err := Decode(file)
	require.NoError(t, err)
	assert.Greater(t, psnr(t, readPNG(t, testdata("sycc-420.j2k.png")), got), 40.0)
}

func TestChannelsInAnotherOrder(t *testing.T) {
	file, err := os.ReadFile(testdata("colour-lossless.jp2"))
	require.NoError(t, err)
	// A channel definition that calls the components blue, green and red.
	cdef := box("cdef", []byte{0, 3, 0, 0, 0, 0, 0, 3, 0, 1, 0, 0, 0, 2, 0, 2, 0, 0, 0, 1})
	at := bytes.Index(file, []byte("jp2h")) - 4
	length := int(binary.BigEndian.Uint32(file[at:]))
	changed := append(bytes.Clone(file[:at+length]), cdef...)
	changed = append(changed, file[at+length:]...)
	binary.BigEndian.PutUint32(changed[at:], uint32(length+len(cdef)))
	got, err := Decode(changed)
	require.NoError(t, err)
	drawn := draw(false).(*image.RGBA)
	for n := 0; n < len(drawn.Pix); n += 4 {
		drawn.Pix[n], drawn.Pix[n+2] = drawn.Pix[n+2], drawn.Pix[n]
	}
	assert.True(t, math.IsInf(psnr(t, drawn, got), 1))
}

// TestEveryCutIsAnError cuts each image at many places, the last bytes included.
func TestEveryCutIsAnError(t *testing.T) {
	names, err := filepath.Glob(testdata("*.j*"))
	require.NoError(t, err)
	require.Greater(t, len(names), len(committed))
	for _, name := range names {
		if strings.HasSuffix(name, ".png") {
			continue
		}
		file, err := os.ReadFile(name)
		require.NoError(t, err)
		for n := 0; n < len(file); n += 1 + n/50 {
			_, err := Decode(file[:n])
			require.Error(t, err, "%s cut to %d bytes", name, n)
		}
		for n := len(file) - 20; n < len(file); n++ {
			_, err := Decode(file[:n])
			require.ErrorIs(t, err, codestream.ErrTruncated, "%s cut to %d bytes", name, n)
		}
	}
}

// writer fails.
type writer struct{}

func (writer) Write([]byte) (int, error) { return 0, os.ErrClosed }

// reader fails.
type reader struct{}

func (reader) Read([]byte) (int, error) { return 0, os.ErrClosed }

func TestConvert(t *testing.T) {
	file, err := os.ReadFile(testdata("grey-lossless.jp2"))
	require.NoError(t, err)
	var out bytes.Buffer
	assert.Zero(t, convert(bytes.NewReader(file), &out))
	picture, err := png.Decode(&out)
	require.NoError(t, err)
	assert.True(t, math.IsInf(psnr(t, draw(true), picture), 1))
	failed := portrait.DecoderFailed.ExitCode()
	assert.Equal(t, failed, convert(bytes.NewReader(file), writer{}))
	assert.Equal(t, failed, convert(reader{}, &out))
	assert.Equal(t, portrait.Truncated.ExitCode(), convert(bytes.NewReader(file[:300]), &out))
	assert.Equal(t, portrait.Malformed.ExitCode(), convert(bytes.NewReader(nil), &out))
	assert.Equal(t, portrait.TooLarge.ExitCode(), convert(bytes.NewReader(make([]byte, portrait.MaxBytes+10)), &out))
}

// TestWhatTheDecoderCannot: it panics on the 9/7 wavelet in tiles of odd place
// and size, which encoders do not write by themselves. That is an error here.
func TestWhatTheDecoderCannot(t *testing.T) {
	file, err := os.ReadFile(testdata("odd-tiles.jp2"))
	require.NoError(t, err)
	_, err = codestream.Parse(file)
	require.NoError(t, err)
	_, err = Decode(file)
	assert.ErrorIs(t, err, codestream.ErrMalformed)
	assert.ErrorContains(t, err, "panicked")
}

func TestWatchSeesWhatIsUsed(t *testing.T) {
	before := cpuTime()
	memory := memoryUsed()
	assert.Positive(t, memory)
	kept := make([]byte, 64<<20)
	for i := range kept {
		kept[i] = byte(i)
	}
	assert.Greater(t, memoryUsed(), memory)
	assert.Greater(t, cpuTime(), before)
	watch(time.Hour, 1<<40)() // ends without a word
}
