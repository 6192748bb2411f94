package torture

import (
	"fmt"
	"math/rand/v2"

	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/scenario"
)

// copies are chips that hold the right files and not the keys to them.
var copies = []struct {
	name  string
	check []verdict.ID
	do    func(w *world, c *class, card *chip.Profile) error
}{
	{"no key of active authentication", []verdict.ID{verdict.ActiveAuth}, func(_ *world, _ *class, card *chip.Profile) error {
		card.AA = nil
		return nil
	}},
	{"active authentication answers at random", []verdict.ID{verdict.ActiveAuth}, func(_ *world, _ *class, card *chip.Profile) error {
		card.Quirks.AA.Answer = chip.AAWrong
		return nil
	}},
	{"active authentication plays a recorded answer", []verdict.ID{verdict.ActiveAuth}, func(_ *world, _ *class, card *chip.Profile) error {
		card.Quirks.AA.Answer = chip.AAReplayed
		return nil
	}},
	{"another key of active authentication", []verdict.ID{verdict.ActiveAuth}, func(w *world, c *class, card *chip.Profile) (err error) {
		card.AA, _, err = w.issuer.OtherAAKey(c.persona)
		return err
	}},
	{"no key of chip authentication", []verdict.ID{verdict.ChipAuth}, func(_ *world, _ *class, card *chip.Profile) error {
		card.CA = nil
		return nil
	}},
	{"another key of chip authentication", []verdict.ID{verdict.ChipAuth}, func(w *world, c *class, card *chip.Profile) (err error) {
		card.CA[0].D, err = w.issuer.OtherChipKey(c.persona)
		return err
	}},
	{"dead after chip authentication", []verdict.ID{verdict.ChipAuth}, func(_ *world, _ *class, card *chip.Profile) error {
		card.Quirks.CA.DeadChannel = true
		return nil
	}},
	{"bluffs after chip authentication", []verdict.ID{verdict.ChipAuth}, func(_ *world, _ *class, card *chip.Profile) error {
		card.Quirks.CA.Bluff = true
		return nil
	}},
	{"no keys at all", []verdict.ID{verdict.ActiveAuth, verdict.ChipAuth}, func(_ *world, _ *class, card *chip.Profile) error {
		card.AA, card.CA = nil, nil
		return nil
	}},
	{"hides DG14 and DG15", []verdict.ID{verdict.ActiveAuth, verdict.ChipAuth, verdict.Hashes}, func(_ *world, _ *class, card *chip.Profile) error {
		delete(card.LDS, chip.FileDG(14))
		delete(card.LDS, chip.FileDG(15))
		card.AA, card.CA = nil, nil
		return nil
	}},
	{"its own key in DG15", []verdict.ID{verdict.ActiveAuth, verdict.Hashes}, func(w *world, c *class, card *chip.Profile) (err error) {
		card.AA, card.LDS[chip.FileDG(15)], err = w.issuer.OtherAAKey(c.persona)
		return err
	}},
	{"offers weaker PACE", []verdict.ID{verdict.Consistency}, func(_ *world, c *class, card *chip.Profile) error {
		if c.offer() == nil {
			return errNotForClass
		}
		card.MF[chip.FileCardAccess] = issuer.DowngradedCardAccess()
		card.PACE = append(card.PACE, issuer.PACE(chip.TDES))
		return nil
	}},
}

// errNotForClass is a change that a class cannot have: the case is left out.
var errNotForClass = fmt.Errorf("torture: not for this class")

// copied are chips that are copies of the class's.
func (w *world) copied(c *class) []*attempt {
	var all []*attempt
	for _, k := range copies {
		probe := c.card()
		if k.do(w, c, &probe) == errNotForClass {
			continue
		}
		all = append(all, &attempt{
			kind: Copied, name: c.name, keys: c.keys, what: k.name, mustNot: k.check, never: true,
			make: func(*rand.Rand) (chip.Profile, error) {
				card := c.card()
				return card, k.do(w, c, &card)
			},
		})
	}
	return all
}

// listed are the catalogue's cards that a good reader does not find genuine;
// what the catalogue says must fail may not pass.
func (w *world) listed(c *class) []*attempt {
	var all []*attempt
	for _, s := range scenario.All() {
		if s.Expect.Error != "" || s.Expect.Exit == scenario.ExitGenuine {
			continue
		}
		a := &attempt{
			kind: Listed, name: c.persona.Name + "/" + s.Name, keys: c.keys, what: s.TitleEn, never: true,
			alarm: s.Expect.Exit == scenario.ExitFailed,
			make:  func(*rand.Rand) (chip.Profile, error) { return s.Profile(w.issuer, c.persona) },
		}
		for id, status := range s.Expect.Checks {
			if status == verdict.Failed {
				a.mustNot = append(a.mustNot, id)
			}
		}
		all = append(all, a)
	}
	return all
}
