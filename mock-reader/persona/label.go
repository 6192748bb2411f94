package persona

import "image/color"

// glyphs are the letters of the label, five columns by seven rows, a bit each.
var glyphs = map[rune][7]uint8{
	'A': {0x0E, 0x11, 0x11, 0x1F, 0x11, 0x11, 0x11},
	'C': {0x0E, 0x11, 0x10, 0x10, 0x10, 0x11, 0x0E},
	'E': {0x1F, 0x10, 0x10, 0x1E, 0x10, 0x10, 0x1F},
	'I': {0x0E, 0x04, 0x04, 0x04, 0x04, 0x04, 0x0E},
	'M': {0x11, 0x1B, 0x15, 0x15, 0x11, 0x11, 0x11},
	'N': {0x11, 0x19, 0x15, 0x13, 0x11, 0x11, 0x11},
	'P': {0x1E, 0x11, 0x11, 0x1E, 0x10, 0x10, 0x10},
	'S': {0x0F, 0x10, 0x10, 0x0E, 0x01, 0x01, 0x1E},
	'U': {0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0E},
}

// label writes words into the picture, so that nobody takes it for a photograph
// of a person.
func (c *canvas) label(text string, x, y int) {
	const dot = 2
	paint := plain(color.RGBA{200, 40, 40, 255})
	right, bottom := x+6*dot*len(text)+dot, y+9*dot
	c.polygon(plain(color.RGBA{244, 244, 240, 255}), x-2*dot, y-2*dot, right, y-2*dot, right, bottom, x-2*dot, bottom)
	for _, r := range text {
		for row, bits := range glyphs[r] {
			for col := range 5 {
				if bits>>(4-col)&1 == 0 {
					continue
				}
				left, top := x+col*dot, y+row*dot
				c.polygon(paint, left, top, left+dot, top, left+dot, top+dot, left, top+dot)
			}
		}
		x += 6 * dot
	}
}
