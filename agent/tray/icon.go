package tray

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"image/png"
)

// side of the picture, in pixels.
const side = 32

// The colours of the picture.
var (
	blue   = color.NRGBA{0x12, 0x46, 0x7F, 0xFF}
	yellow = color.NRGBA{0xF2, 0xC1, 0x4E, 0xFF}
	white  = color.NRGBA{0xFF, 0xFF, 0xFF, 0xFF}
)

// picture draws the icon of the program: a card with a chip and three lines.
func picture() image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, side, side))
	fill := func(x0, y0, x1, y1 int, c color.Color) {
		draw.Draw(img, image.Rect(x0, y0, x1, y1), image.NewUniform(c), image.Point{}, draw.Src)
	}
	fill(1, 6, 31, 26, blue)
	fill(5, 11, 13, 19, yellow)
	for y := 11; y <= 19; y += 4 {
		fill(17, y, 27, y+2, white)
	}
	return img
}

// asPNG is the picture as PNG.
func asPNG() ([]byte, error) {
	var b bytes.Buffer
	err := png.Encode(&b, picture())
	return b.Bytes(), err
}

// asICO is the picture in a file of one icon, as Windows takes it: a header, one
// entry, and the PNG (ICONDIR and ICONDIRENTRY; PNG inside since Windows Vista).
func asICO() ([]byte, error) {
	p, err := asPNG()
	if err != nil {
		return nil, err
	}
	b := []byte{0, 0, 1, 0, 1, 0, side, side, 0, 0, 1, 0, 32, 0}
	b = binary.LittleEndian.AppendUint32(b, uint32(len(p)))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(b)+4)) // where it begins: after this number
	return append(b, p...), nil
}
