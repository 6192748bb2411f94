package torture

import (
	"fmt"
	"math/rand/v2"

	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// wrongSigners sign a card that must not be genuine for it, with the check that
// must notice.
var wrongSigners = []struct {
	name  string
	sign  issuer.SignerOptions
	check verdict.ID
}{
	{"an unknown CSCA", issuer.SignerOptions{Authority: issuer.Unknown}, verdict.Anchor},
	{"a CSCA with the genuine one's name", issuer.SignerOptions{Authority: issuer.Forged}, verdict.Anchor},
	{"another State", issuer.SignerOptions{Authority: issuer.Foreign}, verdict.Anchor},
	{"a signer not yet valid", issuer.SignerOptions{Period: issuer.NotYetBegun}, verdict.Validity},
	{"a signer that had expired", issuer.SignerOptions{Period: issuer.EndedAlready}, verdict.Validity},
}

// change is what a forger does to a card's data or chip.
type change struct {
	name string
	do   func(w *world, p persona.Persona, card *chip.Profile) error
}

// nothing leaves the card as it is.
var nothing = change{"nothing", func(*world, persona.Persona, *chip.Profile) error { return nil }}

// changes alter one group each. A forger who signs has chips of his own: the
// keys that DG14 and DG15 announce are in them.
var changes = []change{
	nothing,
	{"DG1 with another date of expiry", func(_ *world, p persona.Persona, card *chip.Profile) error {
		p.Expires.Year += 9
		card.LDS[chip.FileDG(1)] = issuer.EncodeDG1(p.MRZ())
		return nil
	}},
	{"DG2 with another portrait", func(_ *world, p persona.Persona, card *chip.Profile) error {
		portrait := smallPortrait()
		portrait.JPEG = append(portrait.JPEG, 0)
		card.LDS[chip.FileDG(2)] = issuer.EncodeDG2(portrait, p.Sex)
		return nil
	}},
	{"DG13 with another residence", func(_ *world, p persona.Persona, card *chip.Profile) error {
		p.Residence = "Số 999, Phường Giả Mạo"
		card.LDS[chip.FileDG(13)] = issuer.EncodeDG13(p, issuer.Wrapped)
		return nil
	}},
	{"DG15 with the forger's key", func(w *world, p persona.Persona, card *chip.Profile) (err error) {
		card.AA, card.LDS[chip.FileDG(15)], err = w.issuer.OtherAAKey(p)
		return err
	}},
}

// resigned are cards that a wrong issuer signed, with and without a change.
func (w *world) resigned(c *class) []*attempt {
	var all []*attempt
	for _, s := range wrongSigners {
		for _, ch := range changes {
			all = append(all, &attempt{
				kind: Resigned, name: c.name, keys: c.keys, altered: true, never: true,
				what: fmt.Sprintf("signed by %s, changed: %s", s.name, ch.name), mustNot: []verdict.ID{s.check},
				make: func(*rand.Rand) (chip.Profile, error) {
					card := c.card()
					if err := ch.do(w, c.persona, &card); err != nil {
						return card, err
					}
					sign := s.sign
					sign.NamedCurve = w.signer(c.persona).NamedCurve
					return card, w.issuer.Seal(card.LDS, sign, signedOn(c.persona))
				},
			})
		}
	}
	return all
}

// bitsPerFile is how many bits of each file are tried, one a card.
const bitsPerFile = 4

// changed are cards on which one bit of a file is not what was signed.
func (w *world) changed(c *class) []*attempt {
	var all []*attempt
	for _, f := range []struct {
		file uint16
		name string
	}{{chip.FileDG(1), "DG1"}, {chip.FileDG(2), "DG2"}, {chip.FileDG(13), "DG13"}, {chip.FileDG(14), "DG14"}, {chip.FileDG(15), "DG15"}, {chip.FileSOD, "EF.SOD"}} {
		for range bitsPerFile {
			all = append(all, &attempt{
				kind: Changed, name: c.name, keys: c.keys, altered: true, what: "one bit of " + f.name, signed: c.profile.LDS, offer: c.offer(),
				make: func(random *rand.Rand) (chip.Profile, error) {
					card := c.card()
					content := card.LDS[f.file]
					bit := random.IntN(8 * len(content))
					content[bit/8] ^= 1 << (bit % 8)
					return card, nil
				},
			})
		}
	}
	return all
}

// offer is the genuine EF.CardAccess, nil for a class without.
func (c *class) offer() []byte { return c.profile.MF[chip.FileCardAccess] }
