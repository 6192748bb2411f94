package torture

import (
	"context"
	"math/rand/v2"

	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/lds"
	"chipid/cardlib/tlv"
	"chipid/mock-reader/chip"
)

// chanceCard answers at random: a chip of no standard.
type chanceCard struct {
	random *rand.Rand
	answer func(random *rand.Rand, cmd apdu.Command) apdu.Response
}

// Transmit implements apdu.Card.
func (c *chanceCard) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	if err := ctx.Err(); err != nil {
		return apdu.Response{}, err
	}
	return c.answer(c.random, cmd), nil
}

// Reset implements apdu.Resetter.
func (c *chanceCard) Reset(ctx context.Context) error { return ctx.Err() }

// LinkInfo implements apdu.Linked.
func (c *chanceCard) LinkInfo() apdu.LinkInfo {
	protocol := apdu.Protocol(c.random.IntN(4))
	atr := chip.DefaultATR(protocol, true)
	if c.random.IntN(2) == 0 {
		atr = noise(c.random.IntN(40), c.random)
	}
	return apdu.LinkInfo{ATR: atr, Protocol: protocol, Synthetic: true}
}

// manners are the ways in which a card can be at random.
var manners = []struct {
	name   string
	answer func(random *rand.Rand, cmd apdu.Command) apdu.Response
}{
	{"random bytes and status words", func(r *rand.Rand, _ apdu.Command) apdu.Response {
		return apdu.Response{Data: noise(r.IntN(300), r), SW: apdu.SW(r.Uint32())}
	}},
	{"random bytes, always 9000", func(r *rand.Rand, _ apdu.Command) apdu.Response {
		return apdu.Response{Data: noise(r.IntN(300), r), SW: apdu.SWSuccess}
	}},
	{"no data, status words of the standard", func(r *rand.Rand, _ apdu.Command) apdu.Response {
		return apdu.Response{SW: statuses[r.IntN(len(statuses))]}
	}},
	{"hostile elements", func(r *rand.Rand, _ apdu.Command) apdu.Response {
		return apdu.Response{Data: hostile(r), SW: apdu.SWSuccess}
	}},
	{"always more to come", func(r *rand.Rand, _ apdu.Command) apdu.Response {
		return apdu.Response{Data: noise(r.IntN(2), r), SW: 0x6100 | apdu.SW(r.IntN(256))}
	}},
	{"always another length", func(r *rand.Rand, _ apdu.Command) apdu.Response {
		return apdu.Response{SW: 0x6C00 | apdu.SW(r.IntN(256))}
	}},
	{"the right tags, random values", rightTags},
	{"files without end", endlessFiles},
}

// rightTags answers each command with the elements that it asks for, filled at random.
func rightTags(r *rand.Rand, cmd apdu.Command) apdu.Response {
	value := noise(r.IntN(80), r)
	switch cmd.INS {
	case apdu.InsGeneralAuth:
		tag := []byte{0x80, 0x82, 0x84, 0x86, 0x8A}[r.IntN(5)]
		inner := append([]byte{tag, byte(len(value))}, value...)
		return apdu.Response{Data: append([]byte{0x7C, byte(len(inner))}, inner...), SW: apdu.SWSuccess}
	case apdu.InsGetChallenge:
		return apdu.Response{Data: noise(8, r), SW: apdu.SWSuccess}
	case apdu.InsExternalAuth:
		return apdu.Response{Data: noise(40, r), SW: apdu.SWSuccess}
	case apdu.InsReadBinary:
		return apdu.Response{Data: append([]byte{0x31, byte(len(value))}, value...), SW: apdu.SWSuccess}
	}
	return apdu.Response{SW: apdu.SWSuccess}
}

// endlessFiles has files that claim 16 MiB and comes up with every byte.
func endlessFiles(r *rand.Rand, cmd apdu.Command) apdu.Response {
	if cmd.INS != apdu.InsReadBinary {
		return apdu.Response{SW: apdu.SWSuccess}
	}
	n := min(cmd.Le, 1+r.IntN(256))
	data := noise(n, r)
	copy(data, []byte{0x31, 0x83, 0xFF, 0xFF, 0xFF})
	return apdu.Response{Data: data, SW: apdu.SWSuccess}
}

// atRandom are cards that answer at random.
func atRandom(keys access.Keys) []*attempt {
	var all []*attempt
	for _, m := range manners {
		all = append(all, &attempt{
			kind: Random, name: "no chip", keys: keys, what: m.name, never: true,
			chance: func(random *rand.Rand) apdu.Card { return &chanceCard{random, m.answer} },
		})
	}
	return all
}

// lateChance are chips that answer at random from some command on, sealed
// rightly: what comes before that is genuine.
func (w *world) lateChance(c *class) []*attempt {
	var all []*attempt
	for _, n := range []int{0, 1, 20, 250} {
		all = append(all, &attempt{
			kind: Random, name: c.name, keys: c.keys, what: "random bytes from some APDU on", never: false,
			altered: true, signed: c.profile.LDS, offer: c.offer(),
			make: func(random *rand.Rand) (chip.Profile, error) {
				card := c.card()
				from := 1 + random.IntN(len(c.steps))
				card.Faults = chip.Faults{{From: from, Do: chip.Replace, Bytes: n}}
				return card, nil
			},
		})
	}
	return all
}

// hostileFiles are rightly signed cards with a file that is made to break a
// parser. They may be anything but the end of the reader.
func (w *world) hostileFiles(c *class) []*attempt {
	var all []*attempt
	for _, g := range []lds.Group{lds.DG1, lds.DG2, lds.DG13, lds.DG14, lds.DG15} {
		for _, how := range []string{"hostile elements", "one byte changed", "cut off"} {
			all = append(all, &attempt{
				kind: Hostile, name: c.name, keys: c.keys, what: how + " in " + g.String(),
				make: func(random *rand.Rand) (chip.Profile, error) {
					card := c.card()
					id := chip.FileDG(int(g))
					card.LDS[id] = spoil(how, card.LDS[id], random)
					return card, w.issuer.Seal(card.LDS, w.signer(c.persona), signedOn(c.persona))
				},
			})
		}
	}
	return all
}

// spoil makes a file hostile, so that it still has its tag and its length.
func spoil(how string, file []byte, random *rand.Rand) []byte {
	_, header, _, err := tlv.Header(file)
	if err != nil {
		return file
	}
	value := file[header:]
	switch how {
	case "hostile elements":
		value = hostile(random)
	case "one byte changed":
		value[random.IntN(min(len(value), 120))] = byte(random.Uint32())
	case "cut off":
		value = value[:random.IntN(len(value))]
	}
	out := []byte{file[0], 0x82, byte(len(value) >> 8), byte(len(value))}
	return append(out, value...)
}
