package record

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/files"
	"chipid/cardlib/lds"
)

// Card plays a recording back: a chip that is always synthetic. It is not safe
// for concurrent use; a read takes a fresh one.
type Card struct {
	rec  *Recording
	next int
	// places are where each event of a masked recording is about, content what it
	// holds of each file, asked where the reader is now.
	places  []files.Place
	content map[place][]byte
	asked   files.Tracker
}

// Replay returns the recording as a card.
func (r *Recording) Replay() *Card {
	c := &Card{rec: r, content: map[place][]byte{}}
	var t files.Tracker
	for _, e := range r.Events {
		if e.Reset {
			t.Reset()
		}
		at := files.Place{}
		if cmd, err := apdu.ParseCommand(e.Command); err == nil {
			resp, _ := apdu.ParseResponse(e.Answer)
			at = t.Follow(cmd, resp)
			keepContent(c.content, at, resp.Data)
		}
		c.places = append(c.places, at)
	}
	return c
}

// KeysForReplay are the keys with which the recording is to be read: those that
// were used, or of a masked recording some, since its chip is open.
func (r *Recording) KeysForReplay() access.Keys {
	if r.Kind == Masked {
		return access.Keys{CAN: "000000"}
	}
	return r.Keys
}

// Random returns the random values of a full recording in their order, nil of a
// masked one. It serves one read.
func (r *Recording) Random() io.Reader {
	if r.Kind == Masked {
		return nil
	}
	var all []byte
	for _, e := range r.Events {
		all = append(all, e.Random...)
	}
	return bytes.NewReader(all)
}

// LinkInfo implements apdu.Linked.
func (c *Card) LinkInfo() apdu.LinkInfo {
	info := apdu.LinkInfo{ATR: c.rec.ATR, Protocol: c.rec.Protocol, Synthetic: true}
	if c.rec.Kind == Masked {
		info.Masked = &apdu.Masked{Access: c.rec.Access, BlockSize: c.blockSize()}
	}
	return info
}

// blockSize is that of the channel where the recording stands.
func (c *Card) blockSize() int {
	for n := range c.rec.Events {
		if size := c.rec.Events[(c.next+n)%len(c.rec.Events)].BlockSize; size > 0 {
			return size
		}
	}
	return 0
}

// Transmit implements apdu.Card.
func (c *Card) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	if err := ctx.Err(); err != nil {
		return apdu.Response{}, err
	}
	if c.rec.Kind == Masked {
		return c.transmitMasked(cmd)
	}
	return c.transmitFull(cmd)
}

// Reset implements apdu.Resetter.
func (c *Card) Reset(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.asked.Reset()
	if c.rec.Kind == Masked {
		return nil
	}
	c.skipRandom()
	if c.next < len(c.rec.Events) && c.rec.Events[c.next].Reset {
		c.next++
		return nil
	}
	if c.next == 0 {
		return nil // somebody looked at what the card is
	}
	return c.diverged("a reset")
}

func (c *Card) diverged(what string) error {
	return fmt.Errorf("%w: %s at event %d: %w", apdu.ErrLink, what, c.next+1, ErrDiverged)
}

// answer gives what an event answers.
func (e Event) answer() (apdu.Response, error) {
	resp, err := apdu.ParseResponse(e.Answer)
	if e.Fault != "" {
		fault, _ := faultNamed(e.Fault)
		if err == nil {
			fault = fmt.Errorf("%w: %w", fault, &apdu.StatusError{Command: "recorded command", SW: resp.SW})
		}
		return apdu.Response{}, fault
	}
	resp.Data = bytes.Clone(resp.Data)
	return resp, err
}

func (c *Card) skipRandom() {
	for c.next < len(c.rec.Events) && c.rec.Events[c.next].Random != nil {
		c.next++
	}
}

// transmitFull wants the very command that was recorded next.
func (c *Card) transmitFull(cmd apdu.Command) (apdu.Response, error) {
	raw, err := cmd.Bytes()
	if err != nil {
		return apdu.Response{}, err
	}
	c.skipRandom()
	if c.next < len(c.rec.Events) && bytes.Equal(c.rec.Events[c.next].Command, raw) {
		c.next++
		return c.rec.Events[c.next-1].answer()
	}
	if c.next == 0 && isSelectApplication(cmd) {
		return apdu.Response{SW: apdu.SWSuccess}, nil // somebody looks at what the card is
	}
	return apdu.Response{}, c.diverged("another command")
}

func isSelectApplication(cmd apdu.Command) bool {
	return cmd.INS == apdu.InsSelect && cmd.P1 == 0x04 && bytes.Equal(cmd.Data, lds.AID())
}

// transmitMasked looks for the command, masked as it would have been recorded,
// and on the same file: from where the recording stands, else from its
// beginning. A block that was not read as it is asked for now (the channel has
// another cipher since) comes from what there is of the file.
func (c *Card) transmitMasked(cmd apdu.Command) (apdu.Response, error) {
	masked := maskCommand(cmd)
	for n := range c.rec.Events {
		at := (c.next + n) % len(c.rec.Events)
		if !c.matches(at, masked) {
			continue
		}
		resp, err := c.rec.Events[at].answer()
		c.next = at + 1
		c.asked.Follow(cmd, resp)
		return resp, err
	}
	if resp, ok := c.block(cmd); ok {
		c.asked.Follow(cmd, resp)
		return resp, nil
	}
	return apdu.Response{}, c.diverged("another command")
}

// block reads a block of a file that is there up to it.
func (c *Card) block(cmd apdu.Command) (apdu.Response, bool) {
	tracker := c.asked // a copy: where the command would stand
	resp := apdu.Response{SW: apdu.SWSuccess}
	at := tracker.Follow(cmd, resp)
	file := c.content[place{at.Application, at.File}]
	if cmd.INS != apdu.InsReadBinary || !at.Read || at.Offset >= len(file) {
		return apdu.Response{}, false
	}
	resp.Data = bytes.Clone(file[at.Offset:min(len(file), at.Offset+cmd.Le)])
	if len(resp.Data) < cmd.Le {
		resp.SW = apdu.SWEndOfFile
	}
	return resp, true
}

// matches tells whether an event is the command, in the same place of the chip.
func (c *Card) matches(at int, cmd apdu.Command) bool {
	e := c.rec.Events[at]
	recorded, err := apdu.ParseCommand(e.Command)
	if e.Command == nil || err != nil || recorded.Header() != cmd.Header() || !bytes.Equal(recorded.Data, cmd.Data) || recorded.Le != cmd.Le {
		return false
	}
	probe := c.asked // a copy: where the command would stand
	resp, _ := apdu.ParseResponse(e.Answer)
	place := probe.Follow(cmd, resp)
	return place.File == c.places[at].File && place.Application == c.places[at].Application
}
