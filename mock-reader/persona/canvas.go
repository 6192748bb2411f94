package persona

import (
	"image"
	"image/color"
)

// Sizes of the portrait in pixels; it is drawn at twice the size and averaged
// down, for smooth edges. Only integers are used, so that every machine draws
// the same picture to the byte.
const (
	portraitWidth  = 420
	portraitHeight = 525
	oversample     = 2
)

// canvas is the picture at twice its size. Shapes are given in final pixels.
type canvas struct {
	pix *image.RGBA
}

func newCanvas() *canvas {
	return &canvas{image.NewRGBA(image.Rect(0, 0, portraitWidth*oversample, portraitHeight*oversample))}
}

// ink gives the colour of a point of a shape, in final pixels.
type ink func(x, y int) color.RGBA

func plain(c color.RGBA) ink { return func(int, int) color.RGBA { return c } }

// shade makes a colour lighter (by > 0) or darker; 100 would be white, −100 black.
func shade(c color.RGBA, by int) color.RGBA {
	f := func(v uint8) uint8 {
		n := int(v)
		if by > 0 {
			n += (255 - n) * by / 100
		} else {
			n += n * by / 100
		}
		return uint8(max(0, min(255, n)))
	}
	return color.RGBA{f(c.R), f(c.G), f(c.B), 255}
}

// fill paints every point for which inside holds; it is asked in the
// coordinates of the oversampled picture.
func (c *canvas) fill(box image.Rectangle, inside func(x, y int) bool, paint ink) {
	box = box.Intersect(c.pix.Rect)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			if inside(x, y) {
				c.pix.SetRGBA(x, y, paint(x/oversample, y/oversample))
			}
		}
	}
}

// ellipse paints an ellipse with its centre and half axes.
func (c *canvas) ellipse(cx, cy, rx, ry int, paint ink) {
	cx, cy, rx, ry = cx*oversample, cy*oversample, rx*oversample, ry*oversample
	box := image.Rect(cx-rx, cy-ry, cx+rx+1, cy+ry+1)
	c.fill(box, func(x, y int) bool {
		dx, dy := (x-cx)*ry, (y-cy)*rx
		return dx*dx+dy*dy <= rx*rx*ry*ry
	}, paint)
}

// arc paints a stroke along the upper (or lower) half of an ellipse.
func (c *canvas) arc(cx, cy, rx, ry, width int, upper bool, paint ink) {
	cx, cy, rx, ry, width = cx*oversample, cy*oversample, rx*oversample, ry*oversample, width*oversample
	in := func(x, y, rx, ry int) bool {
		dx, dy := (x-cx)*ry, (y-cy)*rx
		return dx*dx+dy*dy <= rx*rx*ry*ry
	}
	box := image.Rect(cx-rx, cy-ry, cx+rx+1, cy+ry+1)
	c.fill(box, func(x, y int) bool {
		return (y <= cy) == upper && in(x, y, rx, ry) && !in(x, y, rx-width/2, ry-width)
	}, paint)
}

// polygon paints the area inside the corners x0, y0, x1, y1, … (even-odd rule).
func (c *canvas) polygon(paint ink, corners ...int) {
	n := len(corners) / 2
	points := make([]image.Point, n)
	box := image.Rectangle{}
	for i := range points {
		points[i] = image.Pt(corners[2*i], corners[2*i+1]).Mul(oversample)
		box = box.Union(image.Rectangle{points[i], points[i].Add(image.Pt(1, 1))})
	}
	c.fill(box, func(x, y int) bool {
		inside := false
		for i, a := range points {
			b := points[(i+1)%n]
			if (a.Y > y) == (b.Y > y) {
				continue
			}
			// x lies left of the edge at height y; multiplied out to stay in integers.
			left := (x-a.X)*(b.Y-a.Y) - (b.X-a.X)*(y-a.Y)
			if (b.Y > a.Y) == (left < 0) {
				inside = !inside
			}
		}
		return inside
	}, paint)
}

// shrink averages the oversampled picture down and adds a fine grain, as a
// photographed print has it.
func (c *canvas) shrink() *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, portraitWidth, portraitHeight))
	for y := range portraitHeight {
		for x := range portraitWidth {
			var sum [3]int
			for i := range oversample * oversample {
				p := c.pix.RGBAAt(x*oversample+i%oversample, y*oversample+i/oversample)
				sum[0], sum[1], sum[2] = sum[0]+int(p.R), sum[1]+int(p.G), sum[2]+int(p.B)
			}
			g := grain(x, y)
			value := func(i int) uint8 { return uint8(max(0, min(255, sum[i]/(oversample*oversample)+g))) }
			out.SetRGBA(x, y, color.RGBA{value(0), value(1), value(2), 255})
		}
	}
	return out
}

// grain is a noise of −3 … 3 that depends on the place alone.
func grain(x, y int) int {
	h := uint32(x)*0x9E3779B1 ^ uint32(y)*0x85EBCA77
	h ^= h >> 15
	h *= 0x2C1B3C6D
	h ^= h >> 13
	return int(h%7) - 3
}
