package persona

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"sync"
)

// The portrait's size on the chip, in bytes, as issued cards have it.
const (
	portraitMax = 20_000
	portraitMin = 15_000
)

// Portrait is a JPEG of 15 to 20 kB, and its size in pixels.
type Portrait struct {
	JPEG          []byte
	Width, Height int
}

var (
	drawnMu sync.Mutex
	drawn   = map[Look]Portrait{}
)

// maxDrawn bounds the portraits that are kept.
const maxDrawn = 256

// Portrait draws the persona's portrait; the bytes are the same every time and
// must not be changed. A persona with a photo in JPEG has that instead.
func (p Persona) Portrait() (Portrait, error) {
	if p.Photo != nil && p.Photo.Format == JPEG {
		return Portrait{JPEG: p.Photo.Data, Width: p.Photo.Width, Height: p.Photo.Height}, nil
	}
	drawnMu.Lock()
	defer drawnMu.Unlock()
	if done, ok := drawn[p.Look]; ok {
		return done, nil
	}
	portrait, err := compress(draw(p.Look))
	if err != nil {
		return Portrait{}, fmt.Errorf("portrait of %s: %w", p.Name, err)
	}
	if len(drawn) == maxDrawn {
		clear(drawn)
	}
	drawn[p.Look] = portrait
	return portrait, nil
}

// compress takes the best quality that fits the size, found by halving.
func compress(img *image.RGBA) (Portrait, error) {
	var best []byte
	for low, high := 20, 96; low <= high; {
		quality := (low + high) / 2
		var b bytes.Buffer
		if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
			return Portrait{}, err
		}
		if b.Len() > portraitMax {
			high = quality - 1
			continue
		}
		best, low = b.Bytes(), quality+1
	}
	if len(best) < portraitMin {
		return Portrait{}, fmt.Errorf("%d bytes where %d to %d are wanted", len(best), portraitMin, portraitMax)
	}
	return Portrait{JPEG: best, Width: portraitWidth, Height: portraitHeight}, nil
}

// face holds the measures that all parts share, in final pixels.
type face struct {
	*canvas
	look Look
	// cx, cy is the centre of the head, rx and ry its half axes.
	cx, cy, rx, ry int
}

// draw paints a stylised person, from the back to the front.
func draw(look Look) *image.RGBA {
	f := face{newCanvas(), look, portraitWidth / 2, 230, 94, 124}
	if look.Young {
		f.cy, f.rx, f.ry = 250, 98, 112
	}
	f.background()
	f.hairBehind()
	f.shoulders()
	f.head()
	f.eyes()
	f.noseAndMouth()
	f.hairInFront()
	if look.Glasses {
		f.glasses()
	}
	f.canvas.label("SPECIMEN MAU", 12, portraitHeight-26)
	return f.shrink()
}

func (f face) background() {
	f.fill(f.pix.Rect, func(int, int) bool { return true }, func(x, y int) color.RGBA {
		light := 20 - y*30/portraitHeight
		return shade(color.RGBA{186, 206, 222, 255}, light)
	})
}

func (f face) shoulders() {
	top := f.cy + f.ry
	cloth := func(x, y int) color.RGBA {
		// A weave of fine stripes, darker towards the sides.
		side := max(x-f.cx, f.cx-x)
		return shade(f.look.Garment, 6*((x+y)/6%2)-side/9)
	}
	width := 180
	if f.look.Young {
		width = 150
	}
	f.ellipse(f.cx, portraitHeight+40, width, portraitHeight+40-top-26, cloth)
	neck := shade(f.look.Skin, -12)
	f.polygon(plain(neck), f.cx-42, top-60, f.cx+42, top-60, f.cx+46, top+40, f.cx-46, top+40)
	f.ellipse(f.cx, top+38, 46, 20, plain(neck))
	f.collar(top)
}

func (f face) collar(top int) {
	cloth := plain(shade(f.look.Garment, 14))
	edge := plain(shade(f.look.Garment, -30))
	switch f.look.Collar {
	case ShirtCollar:
		f.polygon(cloth, f.cx-50, top+8, f.cx-4, top+70, f.cx-44, top+92, f.cx-74, top+30)
		f.polygon(cloth, f.cx+50, top+8, f.cx+4, top+70, f.cx+44, top+92, f.cx+74, top+30)
		f.polygon(edge, f.cx-3, top+70, f.cx+3, top+70, f.cx+3, portraitHeight, f.cx-3, portraitHeight)
		for y := top + 96; y < portraitHeight; y += 46 {
			f.ellipse(f.cx+8, y, 4, 4, edge)
		}
	case HighCollar:
		f.polygon(cloth, f.cx-50, top+2, f.cx+50, top+2, f.cx+58, top+52, f.cx-58, top+52)
		f.polygon(edge, f.cx-2, top+4, f.cx+2, top+4, f.cx+60, top+110, f.cx+52, top+112)
	case RoundCollar:
		f.arc(f.cx, top+34, 60, 36, 10, false, cloth)
	}
}

func (f face) head() {
	skin := func(x, y int) color.RGBA {
		dx, dy := x-f.cx+30, y-f.cy+40
		return shade(f.look.Skin, 10-(dx*dx+dy*dy)/900)
	}
	for _, side := range []int{-1, 1} {
		f.ellipse(f.cx+side*f.rx, f.cy+10, 15, 28, plain(shade(f.look.Skin, -8)))
		f.ellipse(f.cx+side*f.rx, f.cy+12, 7, 16, plain(shade(f.look.Skin, -20)))
	}
	f.ellipse(f.cx, f.cy, f.rx, f.ry, skin)
	blush := plain(shade(color.RGBA{232, 164, 148, 255}, 0))
	if f.look.Young {
		f.ellipse(f.cx-56, f.cy+46, 15, 9, blush)
		f.ellipse(f.cx+56, f.cy+46, 15, 9, blush)
	}
	if f.look.Lines {
		line := plain(shade(f.look.Skin, -22))
		for i := range 3 {
			f.arc(f.cx, f.cy-50-14*i, 50, 8, 2, true, line)
		}
		f.arc(f.cx-46, f.cy+66, 12, 26, 2, false, line)
		f.arc(f.cx+46, f.cy+66, 12, 26, 2, false, line)
	}
}

func (f face) eyes() {
	size := 9
	if f.look.Young {
		size = 12
	}
	brow := plain(shade(f.look.HairColour, -10))
	for _, side := range []int{-1, 1} {
		x, y := f.cx+side*40, f.cy+4
		f.ellipse(x, y, 20, size+1, plain(color.RGBA{250, 250, 248, 255}))
		f.ellipse(x, y, size, size, plain(color.RGBA{60, 40, 30, 255}))
		f.ellipse(x, y, size/2, size/2, plain(color.RGBA{16, 12, 12, 255}))
		f.ellipse(x-3, y-3, 2, 2, plain(color.RGBA{255, 255, 255, 255}))
		f.arc(x, y+2, 22, size+5, 3, true, plain(color.RGBA{48, 34, 32, 255}))
		f.arc(x, y-18, 27, 11, 5, true, brow)
	}
}

func (f face) noseAndMouth() {
	dark := plain(shade(f.look.Skin, -24))
	f.polygon(dark, f.cx-2, f.cy+8, f.cx+3, f.cy+8, f.cx+14, f.cy+46, f.cx+8, f.cy+46)
	f.arc(f.cx, f.cy+44, 15, 9, 3, false, dark)
	lip := color.RGBA{186, 92, 88, 255}
	f.ellipse(f.cx, f.cy+76, 30, 9, plain(lip))
	f.arc(f.cx, f.cy+72, 30, 6, 3, false, plain(shade(lip, -35)))
}

func (f face) glasses() {
	frame := plain(color.RGBA{40, 42, 50, 255})
	for _, side := range []int{-1, 1} {
		x, y := f.cx+side*41, f.cy+6
		f.arc(x, y, 32, 24, 4, true, frame)
		f.arc(x, y, 32, 24, 4, false, frame)
		f.polygon(frame, x+side*30, y-6, x+side*56, y-12, x+side*56, y-8, x+side*30, y-2)
	}
	f.polygon(frame, f.cx-10, f.cy+2, f.cx+10, f.cy+2, f.cx+10, f.cy+6, f.cx-10, f.cy+6)
}
