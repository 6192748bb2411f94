package record

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"time"

	"chipid/cardlib"
	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/files"
	"chipid/cardlib/lds"
	"chipid/cardlib/trust"
)

// MaxEvents is how many events one recording holds; a read has some hundred.
const MaxEvents = 20000

// Recorder makes one recording of one read. It keeps everything in memory: what
// is personal leaves it masked, or not at all. It is not safe for concurrent use.
type Recorder struct {
	kind    Kind
	program string
	link    apdu.LinkInfo
	keys    access.Keys
	heard   []heard // above secure messaging
	raw     []Event // below it, of a full recording
	tracker files.Tracker
	content map[place][]byte
	tooLong bool // over MaxEvents
}

// place is a file on the chip.
type place struct {
	application bool
	id          lds.FileID
}

// heard is an exchange above secure messaging, or a reset.
type heard struct {
	exchange cardlib.Exchange
	at       files.Place
}

// New returns a Recorder of a kind. program is written into the recording.
func New(kind Kind, program string) *Recorder {
	return &Recorder{kind: kind, program: program, content: map[place][]byte{}}
}

// Attach returns the card and the plan with which cardlib.Read is to be called, so
// that it is recorded. A second try of the same read is attached in turn.
func (r *Recorder) Attach(card apdu.Card, keys access.Keys, plan cardlib.Plan) (apdu.Card, cardlib.Plan) {
	if r.link, r.keys = apdu.Info(card), keys; len(r.heard) > 0 {
		r.hear(cardlib.Exchange{Reset: true})
		r.keepRaw(Event{Reset: true})
	}
	also := plan.Observe
	plan.Observe = func(e cardlib.Exchange) {
		r.hear(e)
		if also != nil {
			also(e)
		}
	}
	if r.kind == Full {
		if plan.Random == nil {
			plan.Random = rand.Reader
		}
		plan.Random = &tapped{plan.Random, r}
	}
	return &recorded{card, r}, plan
}

// Close overwrites what was kept of files.
func (r *Recorder) Close() {
	for _, b := range r.content {
		clear(b)
	}
	for _, h := range r.heard {
		clear(h.exchange.Response.Data)
	}
	r.heard, r.raw, r.content = nil, nil, map[place][]byte{}
}

// hear keeps one exchange above secure messaging.
func (r *Recorder) hear(e cardlib.Exchange) {
	if len(r.heard) >= MaxEvents {
		r.tooLong = true
		return
	}
	if e.Reset {
		r.tracker.Reset()
		r.heard = append(r.heard, heard{exchange: e})
		return
	}
	e.Command.Data, e.Response.Data = bytes.Clone(e.Command.Data), bytes.Clone(e.Response.Data)
	at := r.tracker.Follow(e.Command, e.Response)
	r.heard = append(r.heard, heard{exchange: e, at: at})
	keepContent(r.content, at, e.Response.Data)
}

// keepContent puts what was read, if anything, to the file's other bytes.
func keepContent(content map[place][]byte, at files.Place, answer []byte) {
	if !at.Read || at.Offset > files.MaxFile || at.Header > len(answer) {
		return
	}
	data, p := answer[at.Header:], place{at.Application, at.File}
	file := content[p]
	if need := at.Offset + len(data); need > len(file) {
		file = append(file, make([]byte, need-len(file))...)
	}
	copy(file[at.Offset:], data)
	content[p] = file
}

// recorded is the card of a read that is recorded.
type recorded struct {
	apdu.Card
	recorder *Recorder
}

// Transmit implements apdu.Card.
func (c *recorded) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	r := c.recorder
	started := time.Now()
	resp, err := c.Card.Transmit(ctx, cmd)
	if raw, bad := cmd.Bytes(); r.kind == Full && bad == nil {
		e := Event{Command: raw, Took: time.Since(started)}
		if err != nil {
			e.Fault = faultOf(err)
		} else {
			e.Answer = resp.Bytes()
		}
		r.keepRaw(e)
	}
	return resp, err
}

// keepRaw keeps an event of a full recording.
func (r *Recorder) keepRaw(e Event) {
	if r.kind != Full {
		return
	}
	if len(r.raw) >= MaxEvents {
		r.tooLong = true
		return
	}
	r.raw = append(r.raw, e)
}

// Reset implements apdu.Resetter.
func (c *recorded) Reset(ctx context.Context) error {
	c.recorder.keepRaw(Event{Reset: true})
	_, err := apdu.Reset(ctx, c.Card)
	return err
}

// LinkInfo implements apdu.Linked.
func (c *recorded) LinkInfo() apdu.LinkInfo { return apdu.Info(c.Card) }

// tapped is a source of random bytes that are recorded.
type tapped struct {
	source   io.Reader
	recorder *Recorder
}

// Read implements io.Reader.
func (t *tapped) Read(b []byte) (int, error) {
	n, err := t.source.Read(b)
	if n > 0 {
		t.recorder.keepRaw(Event{Random: bytes.Clone(b[:n])})
	}
	return n, err
}

// Recording returns what was recorded, after the read. anchors are the published
// test CSCAs, which a full recording needs: it is refused with [ErrNotSynthetic]
// unless EF.SOD, as it was read, was signed under one of them.
func (r *Recorder) Recording(anchors *trust.Store) (*Recording, error) {
	if r.tooLong {
		return nil, fmt.Errorf("%w: more than %d events", ErrFormat, MaxEvents)
	}
	rec := &Recording{Kind: r.kind, Program: r.program, ATR: bytes.Clone(r.link.ATR), Protocol: r.link.Protocol}
	if r.kind == Full {
		if err := provenSynthetic(r.content[place{true, lds.EFSOD}], anchors); err != nil {
			return nil, err
		}
		rec.Keys, rec.Events = r.keys, r.raw
		return rec, nil
	}
	masked := map[place][]byte{}
	for p, content := range r.content {
		masked[p] = MaskFile(p.application, p.id, content)
	}
	for _, h := range r.heard {
		if h.exchange.Reset {
			rec.Events = append(rec.Events, Event{Reset: true})
			continue
		}
		if e := h.exchange; e.Access != "" {
			rec.Access = e.Access
		}
		if event, ok := h.masked(masked); ok {
			rec.Events = append(rec.Events, event)
		}
	}
	return rec, nil
}

// masked is what is kept of an exchange. The bytes of files are taken from the
// masked files, never from the answer.
func (h heard) masked(content map[place][]byte) (Event, bool) {
	e := h.exchange
	command, err := maskCommand(e.Command).Bytes()
	if err != nil {
		return Event{}, false
	}
	event := Event{Command: command, Plain: e.Access == "", BlockSize: e.BlockSize, Took: e.Took}
	if e.Err != nil {
		event.Fault = faultOf(e.Err)
		if sw, ok := apdu.StatusOf(e.Err); ok {
			event.Answer = apdu.Response{SW: sw}.Bytes()
		}
		return event, true
	}
	resp := maskAnswer(e.Command, e.Response)
	if h.at.Read {
		h.fill(resp.Data, e.Response.Data, content[place{h.at.Application, h.at.File}])
	}
	event.Answer = resp.Bytes()
	return event, true
}

// fill puts the masked bytes of a file into an answer, behind the header of a DO 53.
func (h heard) fill(to, original, file []byte) {
	if h.at.Header > len(to) || h.at.Offset > len(file) {
		return
	}
	copy(to[:h.at.Header], original)
	copy(to[h.at.Header:], file[h.at.Offset:])
}
