package persona

import "image/color"

// strands colours hair with fine vertical strands.
func (f face) strands(x, y int) color.RGBA {
	h := uint32(x)*0x27D4EB2F ^ uint32(y/9)*0x165667B1
	h ^= h >> 15
	return shade(f.look.HairColour, int(h%13)-4+(f.cy-y)/24)
}

// hairBehind paints what lies behind the head.
func (f face) hairBehind() {
	switch f.look.Hair {
	case LongHair:
		f.ellipse(f.cx, f.cy-10, f.rx+26, f.ry+22, f.strands)
		f.polygon(f.strands, f.cx-f.rx-25, f.cy, f.cx+f.rx+25, f.cy, f.cx+f.rx+36, f.cy+210, f.cx-f.rx-36, f.cy+210)
	case Bob:
		f.ellipse(f.cx, f.cy-4, f.rx+28, f.ry+24, f.strands)
		f.polygon(f.strands, f.cx-f.rx-28, f.cy, f.cx+f.rx+28, f.cy, f.cx+f.rx+20, f.cy+112, f.cx-f.rx-20, f.cy+112)
	case Bun:
		f.ellipse(f.cx, f.cy-f.ry-22, 46, 38, f.strands)
		f.ellipse(f.cx, f.cy-14, f.rx+14, f.ry+14, f.strands)
	case ShortHair:
		f.ellipse(f.cx, f.cy-26, f.rx+12, f.ry, f.strands)
	case Balding:
		f.ellipse(f.cx, f.cy-6, f.rx+12, f.ry-40, f.strands)
	}
}

// hairInFront paints the hairline over the forehead: the upper part of the
// head, cut by a lower ellipse that leaves the face free.
func (f face) hairInFront() {
	if f.look.Hair == Balding {
		return
	}
	bottom := f.cy - 20
	freeX, freeY, freeRX, freeRY := f.cx, f.cy+30, f.rx+2, f.ry-18
	switch f.look.Hair {
	case LongHair: // parted to the side
		freeX, freeY = f.cx+16, f.cy+26
		bottom = f.cy + 60
	case Bob: // a straight fringe
		freeRX, freeRY, freeY = f.rx-6, f.ry-46, f.cy+40
		bottom = f.cy + 70
	case Bun:
		freeRY = f.ry - 10
	case ShortHair:
		freeX = f.cx - 10
	}
	rx, ry := (f.rx+8)*oversample, (f.ry+8)*oversample
	inEllipse := func(x, y, cx, cy, rx, ry int) bool {
		dx, dy := (x-cx)*ry, (y-cy)*rx
		return dx*dx+dy*dy <= rx*rx*ry*ry
	}
	f.fill(f.pix.Rect, func(x, y int) bool {
		return y < bottom*oversample &&
			inEllipse(x, y, f.cx*oversample, (f.cy-4)*oversample, rx, ry) &&
			!inEllipse(x, y, freeX*oversample, freeY*oversample, freeRX*oversample, freeRY*oversample)
	}, f.strands)
}
