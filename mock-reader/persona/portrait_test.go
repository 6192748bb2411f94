package persona

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPortraitIsTheSameEachTime(t *testing.T) {
	p := All()[0]
	portrait, err := p.Portrait()
	require.NoError(t, err)
	again, err := compress(draw(p.Look))
	require.NoError(t, err)
	assert.Equal(t, portrait, again, "drawn anew")
}

// TestPictureParts looks at a pixel of some parts.
func TestPictureParts(t *testing.T) {
	p, err := ByName("mau")
	require.NoError(t, err)
	img := draw(p.Look)
	for name, at := range map[string][2]int{"hair": {210, 90}, "left eye": {170, 234}, "garment": {210, 500}} {
		c := img.RGBAAt(at[0], at[1])
		assert.NotEqual(t, img.RGBAAt(5, 5), c, name)
	}
	assert.Less(t, int(img.RGBAAt(210, 90).R), 90, "hair is dark")
	assert.Greater(t, int(img.RGBAAt(150, 500).R), 150, "the shirt is light")
}

func TestCanvasShapes(t *testing.T) {
	c := newCanvas()
	c.ellipse(50, 50, 20, 10, plain(plum))
	assert.Equal(t, plum, c.pix.RGBAAt(100, 100))
	assert.Equal(t, plum, c.pix.RGBAAt(100-39, 100))
	assert.NotEqual(t, plum, c.pix.RGBAAt(100-39, 100-15))
	c.polygon(plain(teal), 100, 100, 120, 100, 100, 120)
	assert.Equal(t, teal, c.pix.RGBAAt(204, 204))
	assert.NotEqual(t, teal, c.pix.RGBAAt(238, 238))
}
