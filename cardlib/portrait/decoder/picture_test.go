package decoder

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Odd sides, and no symmetry: rows, columns and channels that are mixed up are seen.
const drawnWidth, drawnHeight = 93, 117

// draw makes the picture behind all test images: waves, a frame of flat colour
// and a letter F, none of it like its mirror image or its turned one.
func draw(grey bool) image.Image {
	p := image.NewRGBA(image.Rect(0, 0, drawnWidth, drawnHeight))
	for y := range drawnHeight {
		for x := range drawnWidth {
			fx, fy := float64(x), float64(y)
			c := color.RGBA{
				R: uint8(128 + 100*math.Sin(fx/13)*math.Cos(fy/19)),
				G: uint8(120 + 90*math.Sin((fx+2*fy)/27)),
				B: uint8(40 + fx + fy/2), A: 0xFF,
			}
			switch {
			case x < 5 || y < 3:
				c = color.RGBA{0xE0, 0x20, 0x30, 0xFF}
			case inF(x, y):
				c = color.RGBA{0x10, 0x18, 0x60, 0xFF}
			}
			p.SetRGBA(x, y, c)
		}
	}
	if !grey {
		return p
	}
	g := image.NewGray(p.Bounds())
	for at := range g.Pix {
		g.Pix[at] = p.Pix[4*at]/2 + p.Pix[4*at+1]/4 + p.Pix[4*at+2]/4
	}
	return g
}

func inF(x, y int) bool {
	switch {
	case y < 20 || y > 95 || x < 25:
		return false
	case x < 37:
		return true
	}
	return y < 32 && x < 70 || y > 50 && y < 60 && x < 58
}

func readPNG(t *testing.T, path string) image.Image {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	p, err := png.Decode(bytes.NewReader(b))
	require.NoError(t, err)
	return p
}

func writePNG(t *testing.T, path string, p image.Image) {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, p))
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o600))
}

// psnr is the peak signal-to-noise ratio of two pictures in dB over their three
// colours of 8 bits, +Inf if they are the same.
func psnr(t *testing.T, a, b image.Image) float64 {
	t.Helper()
	require.Equal(t, a.Bounds().Size(), b.Bounds().Size())
	sum, n := 0.0, 0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			r1, g1, b1, _ := a.At(x, y).RGBA()
			r2, g2, b2, _ := b.At(x, y).RGBA()
			for _, d := range []float64{float64(r1>>8) - float64(r2>>8), float64(g1>>8) - float64(g2>>8), float64(b1>>8) - float64(b2>>8)} {
				sum += d * d
				n++
			}
		}
	}
	return 10 * math.Log10(255*255*float64(n)/sum)
}

func testdata(name string) string { return filepath.Join("..", "testdata", name) }
