package persona

import "image/color"

// The words by which files choose how a portrait is drawn.
var (
	HairStyles  = map[string]HairStyle{"short": ShortHair, "long": LongHair, "bob": Bob, "bun": Bun, "balding": Balding}
	Collars     = map[string]Collar{"shirt": ShirtCollar, "high": HighCollar, "round": RoundCollar}
	HairColours = map[string]color.RGBA{"black": black, "brown": brown, "grey": grey}
	Skins       = map[string]color.RGBA{"fair": fair, "tan": tan, "brown": brownSkin}
	Garments    = map[string]color.RGBA{"white": white, "plum": plum, "navy": navy, "teal": teal, "olive": olive, "sky": sky, "rose": rose, "charcoal": charcoal}
)

// OrDefault gives the colours that were left out their usual ones.
func (l Look) OrDefault() Look {
	for _, c := range []struct {
		colour *color.RGBA
		usual  color.RGBA
	}{{&l.HairColour, black}, {&l.Skin, fair}, {&l.Garment, white}} {
		if *c.colour == (color.RGBA{}) {
			*c.colour = c.usual
		}
	}
	return l
}
