package torture

import (
	"bytes"
	"math/rand/v2"

	"chipid/cardlib/apdu"
	"chipid/mock-reader/chip"
)

// twist changes the answer to one command before the chip seals it.
type twist struct {
	kind   Kind
	at     int
	random *rand.Rand
	truth  *truth
	before apdu.Response
}

// alter is the chip's hook.
func (tw *twist) alter(number int, _ apdu.Command, resp apdu.Response) apdu.Response {
	before := tw.before
	tw.before = resp
	if number != tw.at {
		return resp
	}
	out := tw.wrong(apdu.Response{Data: bytes.Clone(resp.Data), SW: resp.SW}, before)
	tw.truth.inPlain(number, resp, out)
	return out
}

func (tw *twist) wrong(r, before apdu.Response) apdu.Response {
	switch tw.kind {
	case FlipPlain:
		return flip(r, tw.random)
	case StatusPlain:
		r.SW = otherStatus(r.SW, tw.random)
		if tw.random.IntN(2) == 0 {
			r.Data = nil
		}
	case RepeatPlain:
		return apdu.Response{Data: bytes.Clone(before.Data), SW: before.SW}
	case CutPlain:
		if len(r.Data) > 0 {
			r.Data = r.Data[:tw.random.IntN(len(r.Data))]
		}
	case NoisePlain:
		r.Data = noise(max(1, len(r.Data)), tw.random)
	case HostilePlain:
		r = apdu.Response{Data: hostile(tw.random), SW: apdu.SWSuccess}
	}
	return r
}

func noise(n int, random *rand.Rand) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(random.Uint32())
	}
	return b
}

// firstTags are the tags with which the files and answers of a chip begin.
var firstTags = []byte{0x60, 0x61, 0x63, 0x6D, 0x6E, 0x6F, 0x75, 0x77, 0x7C, 0x30, 0x31, 0x02, 0x53, 0x87, 0x99}

// maxHostile is about what one answer holds.
const maxHostile = 255

// hostile returns up to 255 bytes made to break a parser: lengths that lie, nests
// without end, elements that are empty or cut off.
func hostile(random *rand.Rand) []byte {
	tag := firstTags[random.IntN(len(firstTags))]
	rest := noise(random.IntN(60), random)
	switch random.IntN(8) {
	case 0:
		return nil
	case 1:
		return []byte{tag}
	case 2:
		return append([]byte{tag, 0x84, 0xFF, 0xFF, 0xFF, 0xFF}, rest...)
	case 3:
		return append([]byte{tag, 0x83, 0xFF, 0xFF, 0xFF}, rest...)
	case 4:
		return append([]byte{tag, 0x80}, rest...)
	case 5:
		return append([]byte{tag, 0x00}, rest...)
	case 6:
		return append([]byte{tag, 0x88, 0, 0, 0, 0, 0, 0, 0, 1}, rest...)
	}
	return nest(tag, maxHostile)
}

// nest is an element within an element within an element, n bytes long at most.
func nest(tag byte, n int) []byte {
	var b []byte
	for len(b)+2 < min(n, 0x80) {
		b = append([]byte{tag, byte(len(b))}, b...)
	}
	return b
}

// seals are the ways to seal an answer wrongly.
var seals = []chip.Action{chip.NoMAC, chip.NoCryptogram, chip.NoStatus, chip.WrongMAC, chip.WrongCryptogram, chip.StaleCounter}
