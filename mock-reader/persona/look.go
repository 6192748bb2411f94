package persona

import "image/color"

// Look says how the portrait of a persona is drawn.
type Look struct {
	Hair       HairStyle
	HairColour color.RGBA
	Skin       color.RGBA
	Garment    color.RGBA
	Collar     Collar
	Glasses    bool
	// Lines draws the lines of age, Young the proportions of a child.
	Lines, Young bool
}

// HairStyle is the shape of the hair.
type HairStyle int

// The styles there are.
const (
	ShortHair HairStyle = iota
	LongHair
	Bob
	Bun
	Balding
)

// Collar is the shape of the garment at the neck.
type Collar int

// The collars there are.
const (
	ShirtCollar Collar = iota
	HighCollar
	RoundCollar
)

// The colours of the portraits.
var (
	black = color.RGBA{38, 32, 34, 255}
	brown = color.RGBA{74, 48, 36, 255}
	grey  = color.RGBA{150, 150, 152, 255}

	fair      = color.RGBA{240, 206, 178, 255}
	tan       = color.RGBA{222, 178, 144, 255}
	brownSkin = color.RGBA{190, 142, 108, 255}

	white    = color.RGBA{236, 238, 240, 255}
	plum     = color.RGBA{112, 54, 96, 255}
	navy     = color.RGBA{44, 62, 104, 255}
	teal     = color.RGBA{34, 120, 120, 255}
	olive    = color.RGBA{104, 108, 74, 255}
	sky      = color.RGBA{110, 168, 214, 255}
	rose     = color.RGBA{204, 106, 124, 255}
	charcoal = color.RGBA{70, 74, 80, 255}
)
