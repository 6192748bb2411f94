package chip

import (
	"context"
	"fmt"
	"time"

	"chipid/cardlib/apdu"
)

// fate is what became of a command.
type fate int

const (
	answered fate = iota
	torn
	muted
	hanging
)

// exchange is one command on its way through the chip.
type exchange struct {
	entry    Entry
	fate     fate
	delay    time.Duration
	bare     bool // the answer goes out in plain and ends the channel
	flipWire bool
	repeat   bool
	seal     Action // how the answer is sealed wrongly, 0 for rightly
}

// answer is what a command handler returns. clause names the rule that the
// command broke, if it was refused.
type answer struct {
	data   []byte
	sw     apdu.SW
	clause string
}

func done(data []byte) answer { return answer{data: data, sw: apdu.SWSuccess} }

func refuse(sw apdu.SW, clause string) answer { return answer{sw: sw, clause: clause} }

// Transmit implements apdu.Card: the command is encoded, goes through Exchange's
// way and the answer is decoded. Errors: apdu.ErrRemoved, apdu.ErrLink for a
// mute chip, apdu.ErrCommand, the context's.
func (c *Chip) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	if err := ctx.Err(); err != nil {
		return apdu.Response{}, err
	}
	raw, err := cmd.Bytes()
	if err != nil {
		return apdu.Response{}, err
	}
	out, err := c.exchange(ctx, raw)
	if err != nil {
		return apdu.Response{}, err
	}
	return apdu.ParseResponse(out)
}

// Exchange answers a command APDU (a TPDU under T=0) as it stands on the wire;
// any bytes may be given. It returns nil if the chip gives no answer: it is away
// ([Chip.Present] says so) or mute.
func (c *Chip) Exchange(raw []byte) []byte {
	out, err := c.exchange(context.Background(), raw)
	if err != nil {
		return nil
	}
	return out
}

// exchange carries a command to its end. All waiting is done without the lock.
func (c *Chip) exchange(ctx context.Context, raw []byte) ([]byte, error) {
	c.mu.Lock()
	if c.isGone() {
		c.mu.Unlock()
		return nil, apdu.ErrRemoved
	}
	x, out := c.take(raw)
	gone := c.gone
	c.mu.Unlock()

	if x.delay > 0 {
		if err := c.sleep(ctx, x.delay); err != nil {
			return nil, err
		}
	}
	switch x.fate {
	case torn:
		if c.removed != nil {
			c.removed()
		}
		return nil, apdu.ErrRemoved
	case muted:
		return nil, fmt.Errorf("%w: chip is mute", apdu.ErrLink)
	case hanging:
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-gone:
			return nil, apdu.ErrRemoved
		}
	}
	return out, nil
}

// take runs one command under the lock and logs it.
func (c *Chip) take(raw []byte) (*exchange, []byte) {
	c.number++
	x := &exchange{entry: Entry{Number: c.number, Command: append([]byte(nil), raw...)}}
	var out []byte
	if resp, ok := c.receive(x, x.entry.Command); ok {
		out = resp.Bytes()
	}
	if x.flipWire && len(out) > 2 {
		out[0] ^= 1
	}
	if x.repeat && c.last != nil {
		out = append([]byte(nil), c.last...)
	}
	if x.fate != answered {
		out = nil
	}
	if x.fate == torn {
		c.takeAway()
	}
	c.last = out
	x.entry.Response = out
	if c.log != nil {
		c.log(x.entry)
	}
	return x, append([]byte(nil), out...)
}

// perform carries out a command that has left secure messaging behind: first
// what goes wrong, then what the chip would do.
func (c *Chip) perform(x *exchange, cmd apdu.Command) answer {
	t := c.aim(cmd)
	x.entry.Plain, x.entry.Name = cmd, c.describe(cmd, t)
	hits := c.struck(cmd.INS, t)
	a, settled := c.before(x, hits)
	if !settled {
		a = c.dispatch(cmd, hits)
	}
	a = c.after(x, hits, t, a)
	if c.twist != nil && x.fate == answered {
		resp := c.twist(x.entry.Number, cmd, apdu.Response{Data: a.data, SW: a.sw})
		a.data, a.sw = resp.Data, resp.SW
	}
	x.entry.PlainResponse = apdu.Response{Data: a.data, SW: a.sw}
	x.entry.note(a.clause)
	return a
}

// before applies the faults that come in the command's stead.
func (c *Chip) before(x *exchange, hits []*Fault) (answer, bool) {
	for _, f := range hits {
		x.entry.Faults = append(x.entry.Faults, f.Do.String())
		switch f.Do {
		case Slow:
			x.delay += f.Delay
		case FlipWire:
			x.flipWire = true
		case Repeat:
			x.repeat = true
		case NoMAC, NoCryptogram, NoStatus, WrongMAC, WrongCryptogram, StaleCounter:
			x.seal = f.Do
		case Tear:
			x.fate = torn
			return answer{}, true
		case Mute:
			x.fate = muted
			return answer{}, true
		case Hang:
			x.fate = hanging
			return answer{}, true
		case Status:
			return refuse(f.SW, ""), true
		case PlainStatus:
			x.bare = true
			return refuse(f.SW, ""), true
		case Forget:
			x.bare = true
			if x.entry.Secured {
				return refuse(apdu.SWSMObjectsIncorrect, ""), true
			}
			return refuse(apdu.SWSecurityStatus, ""), true
		}
	}
	return answer{}, false
}

// after applies the faults that change an answer before it is sealed.
func (c *Chip) after(x *exchange, hits []*Fault, t target, a answer) answer {
	for _, f := range hits {
		switch f.Do {
		case Flip:
			at := f.Offset - t.offset + t.wrapped(len(a.data))
			if t.reads && f.Offset >= t.offset && at < len(a.data) {
				a.data[at] ^= 1
			}
		case Replace:
			a = done(c.noise(min(max(f.Bytes, 0), apdu.MaxExtendedLe)))
		}
	}
	return a
}

// noise returns n random bytes; what a broken source leaves out stays zero.
func (c *Chip) noise(n int) []byte {
	b := make([]byte, n)
	_, _ = c.random.Read(b)
	return b
}

// dispatch runs the command. GET CHALLENGE is good for the command right after it.
func (c *Chip) dispatch(cmd apdu.Command, hits []*Fault) answer {
	challenge := c.s.challenge
	c.s.challenge = nil
	if cmd.CLA&claChaining != 0 && cmd.INS != apdu.InsGeneralAuth {
		return refuse(swChainingNotSupported, "Doc 9303-11 §9.3.2: chaining is for GENERAL AUTHENTICATE of PACE only")
	}
	switch cmd.INS {
	case apdu.InsSelect:
		return c.selectFile(cmd)
	case apdu.InsReadBinary:
		return c.readBinary(cmd, limitOf(hits))
	case apdu.InsReadBinaryOdd:
		return c.readBinaryOdd(cmd, limitOf(hits))
	case apdu.InsGetChallenge:
		return c.getChallenge(cmd)
	case apdu.InsExternalAuth:
		return c.externalAuthenticate(cmd, challenge)
	case apdu.InsInternalAuth:
		return c.internalAuthenticate(cmd)
	case apdu.InsMSE:
		return c.manageSecurityEnvironment(cmd)
	case apdu.InsGeneralAuth:
		return c.generalAuthenticate(cmd)
	case apdu.InsPSO:
		return c.verifyCertificate(cmd)
	}
	return refuse(apdu.SWInsNotSupported, "ISO/IEC 7816-4 §5.6: instruction not supported")
}

// limitOf is the smallest answer that a Shorten fault leaves, 0 for no limit.
func limitOf(hits []*Fault) int {
	limit := 0
	for _, f := range hits {
		if f.Do == Shorten && f.Bytes > 0 && (limit == 0 || f.Bytes < limit) {
			limit = f.Bytes
		}
	}
	return limit
}
