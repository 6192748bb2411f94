package torture

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"

	"chipid/cardlib/apdu"
	"chipid/mock-reader/chip"
)

// maxExchanges is more than any card can need: a read that asks more often has
// no end of its own. The longest undisturbed one takes about a hundred.
const maxExchanges = 5000

// link lies between the reader and the card and does what goes wrong on the way.
type link struct {
	card   apdu.Card
	kind   Kind
	at     int
	random *rand.Rand
	clock  *clock
	truth  *truth

	n          int
	last       *apdu.Response
	gone       error
	endless    bool
	over       atomic.Bool // the read has returned
	afterwards atomic.Int32
}

// Transmit implements apdu.Card.
func (l *link) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	if l.over.Load() {
		l.afterwards.Add(1)
	}
	if l.gone != nil {
		return apdu.Response{}, l.gone
	}
	if l.n++; l.n > maxExchanges {
		l.endless, l.gone = true, apdu.ErrStuck
		return apdu.Response{}, l.gone
	}
	if l.n != l.at {
		resp, err := l.pass(ctx, cmd)
		l.truth.delivered(cmd, resp)
		return resp, err
	}
	before := l.last
	resp, err := l.strike(ctx, cmd, before)
	l.truth.delivered(cmd, resp)
	return resp, err
}

// pass hands a command on.
func (l *link) pass(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	resp, err := l.card.Transmit(ctx, cmd)
	if err == nil {
		l.last = &apdu.Response{Data: append([]byte(nil), resp.Data...), SW: resp.SW}
	}
	return resp, err
}

// strike is the exchange that goes wrong.
func (l *link) strike(ctx context.Context, cmd apdu.Command, before *apdu.Response) (apdu.Response, error) {
	switch l.kind {
	case Tear:
		l.gone = apdu.ErrRemoved
		return apdu.Response{}, l.gone
	case Stuck:
		l.gone = apdu.ErrStuck
		return apdu.Response{}, l.gone
	case Silent:
		return apdu.Response{}, fmt.Errorf("%w: no answer", apdu.ErrLink)
	case Late:
		l.clock.expire()
		return apdu.Response{}, ctx.Err()
	case Drop:
		if c, ok := l.card.(*chip.Chip); ok {
			c.PowerOff()
		}
		return l.pass(ctx, cmd)
	case Twice:
		if _, err := l.pass(ctx, cmd); err != nil {
			return apdu.Response{}, err
		}
		return l.pass(ctx, cmd)
	}
	resp, err := l.pass(ctx, cmd)
	if err != nil {
		return resp, err
	}
	return l.garble(resp, before), nil
}

// garble changes an answer on its way.
func (l *link) garble(resp apdu.Response, before *apdu.Response) apdu.Response {
	out := apdu.Response{Data: append([]byte(nil), resp.Data...), SW: resp.SW}
	switch l.kind {
	case FlipWire:
		out = flip(out, l.random)
	case StatusWire:
		out.SW = otherStatus(out.SW, l.random)
	case RepeatWire:
		if before != nil {
			out = *before
		}
	case CutWire:
		if len(out.Data) > 0 {
			out.Data = out.Data[:l.random.IntN(len(out.Data))]
		}
	}
	l.truth.onWire(l.n, resp, out)
	return out
}

// Reset implements apdu.Resetter.
func (l *link) Reset(ctx context.Context) error {
	if l.gone != nil {
		return l.gone
	}
	_, err := apdu.Reset(ctx, l.card)
	return err
}

// LinkInfo implements apdu.Linked.
func (l *link) LinkInfo() apdu.LinkInfo { return apdu.Info(l.card) }

// flip changes one bit of the data, or of the status word where there are none.
func flip(r apdu.Response, random *rand.Rand) apdu.Response {
	if len(r.Data) == 0 {
		r.SW ^= 1 << random.IntN(16)
		return r
	}
	bit := random.IntN(8 * len(r.Data))
	r.Data[bit/8] ^= 1 << (bit % 8)
	return r
}

// statuses are what a chip may say instead.
var statuses = []apdu.SW{
	0x9000, 0x6100, 0x61FF, 0x6281, 0x6282, 0x6300, 0x63C0, 0x6400, 0x6700, 0x6882, 0x6982, 0x6983, 0x6985, 0x6986, 0x6987, 0x6988,
	0x6A80, 0x6A82, 0x6A86, 0x6A88, 0x6B00, 0x6C00, 0x6C10, 0x6D00, 0x6E00, 0x6F00, 0x0000, 0xFFFF,
}

func otherStatus(sw apdu.SW, random *rand.Rand) apdu.SW {
	for {
		if other := statuses[random.IntN(len(statuses))]; other != sw {
			return other
		}
	}
}
