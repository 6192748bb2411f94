package torture

import (
	"math/rand/v2"
	"slices"

	"chipid/mock-reader/chip"
)

// lotsOfChance is how often a card answers at random in each manner.
const lotsOfChance = 6

// round lists every case once: each kind of fault at each APDU of each class,
// and the cards that are wrong as a whole. Another round has the same cases
// with other bits and numbers, since those are drawn when a case is run.
func (w *world) round() []*attempt {
	var all []*attempt
	for _, c := range w.classes {
		for n := range c.steps {
			all = append(all, c.at(n+1)...)
		}
		all = append(all, w.resigned(c)...)
		all = append(all, w.changed(c)...)
		all = append(all, w.copied(c)...)
		all = append(all, w.lateChance(c)...)
		all = append(all, w.hostileFiles(c)...)
	}
	// The catalogue is read on two personas whose chips differ in kind.
	for _, c := range w.classes[:2] {
		all = append(all, w.listed(c)...)
	}
	for range lotsOfChance {
		for _, c := range w.classes[:2] {
			all = append(all, atRandom(c.keys)...)
		}
	}
	return all
}

// at lists the faults at one APDU of the class.
func (c *class) at(number int) []*attempt {
	s := c.steps[number-1]
	var all []*attempt
	for _, k := range atStep {
		if !s.takes(k.kind, number) {
			continue
		}
		for range k.times {
			all = append(all, &attempt{
				kind: k.kind, name: c.name, keys: c.keys, step: number, what: s.name,
				altered: s.secured && plainKinds[k.kind], signed: c.profile.LDS, offer: c.offer(),
				make: func(random *rand.Rand) (chip.Profile, error) {
					profile := c.profile
					if k.kind == SealWrong {
						profile.Faults = chip.Faults{{Command: number, Do: seals[random.IntN(len(seals))]}}
					}
					return profile, nil
				},
			})
		}
	}
	return all
}

// takes tells whether a kind of fault changes anything at this step.
func (s step) takes(kind Kind, number int) bool {
	switch kind {
	case CutPlain:
		return s.secured && s.bytes > 0
	case CutWire:
		return s.bytes > 0 || s.secured
	case Silent, Stuck: // both end a read at once: taken in turns
		return (number%2 == 0) == (kind == Silent)
	case RepeatWire:
		return number > 1
	case FlipPlain, StatusPlain, RepeatPlain, SealWrong: // without a channel the link's faults are the same
		return s.secured
	}
	return true
}

// plan chooses n cases, at least half of which alter plain text before it is
// sealed or re-sign it; 0 takes one round.
func (w *world) plan(n int, seed uint64) []*attempt {
	var all []*attempt
	for {
		all = append(all, w.round()...)
		if n == 0 || len(all) >= n {
			break
		}
	}
	if n == 0 || n == len(all) {
		return all
	}
	random := rand.New(rand.NewPCG(seed, 0))
	var altered, others []*attempt
	for _, a := range all {
		if a.altered {
			altered = append(altered, a)
		} else {
			others = append(others, a)
		}
	}
	shuffle(altered, random)
	shuffle(others, random)
	take := min(len(altered), max((n+1)/2, n*len(altered)/len(all)))
	chosen := slices.Concat(altered[:take], others[:n-take])
	shuffle(chosen, random) // so that a run which ends early has seen of every kind
	return chosen
}

func shuffle(all []*attempt, random *rand.Rand) {
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
}
