package roster

import (
	"image/color"
	"maps"
	"slices"

	"chipid/mock-reader/persona"
)

// look draws how a person of that age and sex may look.
func (m *maker) look(p persona.Persona) persona.Look {
	age := p.Issued.Year - p.Birth.Year
	l := persona.Look{
		HairColour: persona.HairColours["black"], Skin: m.colour(persona.Skins), Garment: m.colour(persona.Garments),
		Collar: persona.Collar(m.upTo(len(persona.Collars))), Glasses: m.percent(25), Lines: age > 55, Young: age < 14,
	}
	styles := []persona.HairStyle{persona.ShortHair, persona.ShortHair, persona.Balding}
	if p.Sex == persona.Female {
		styles = []persona.HairStyle{persona.LongHair, persona.Bob, persona.Bun}
	}
	if age < 45 {
		styles = slices.DeleteFunc(styles, func(s persona.HairStyle) bool { return s == persona.Balding })
	}
	l.Hair = pick(m.dice, styles)
	switch {
	case age > 60:
		l.HairColour = persona.HairColours["grey"]
	case m.percent(20):
		l.HairColour = persona.HairColours["brown"]
	}
	return l
}

// colour draws from a table in the order of its words.
func (m *maker) colour(words map[string]color.RGBA) color.RGBA {
	return words[pick(m.dice, slices.Sorted(maps.Keys(words)))]
}
