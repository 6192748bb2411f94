package main

import (
	"bytes"
	"context"
	"fmt"

	"chipid/cardlib/apdu"
	"chipid/cardlib/bac"
	"chipid/cardlib/pace"
	"chipid/cardlib/tlv"
	"chipid/mock-reader/chip"
)

// A forgery changes what the chip answers in one step: sent is the object of the
// terminal, got that of the chip.
type forgery struct {
	name string
	step tlv.Tag // the terminal's object: 81 map nonce, 83 key agreement, 85 token
	make func(sent, got []byte) []byte
	want error
}

// forgeries are keys and tokens that no honest chip sends (Doc 9303-11 §4.4.1,
// §9.4.5, §9.6): a reader that takes one of them can be led to a key that others know.
var forgeries = []forgery{
	{"own-key-back-at-mapping", 0x81, func(sent, _ []byte) []byte { return sent }, pace.ErrProtocol},
	{"own-key-back-at-agreement", 0x83, func(sent, _ []byte) []byte { return sent }, pace.ErrProtocol},
	{"key-outside-the-group-at-mapping", 0x81, func(_, got []byte) []byte { return flipLast(got) }, pace.ErrProtocol},
	{"key-outside-the-group-at-agreement", 0x83, func(_, got []byte) []byte { return flipLast(got) }, pace.ErrProtocol},
	{"key-of-zeros", 0x83, func(_, got []byte) []byte { return append(got[:1:1], make([]byte, len(got)-1)...) }, pace.ErrProtocol},
	{"identity", 0x83, func([]byte, []byte) []byte { return []byte{0x00} }, pace.ErrProtocol},
	{"number-one", 0x83, func([]byte, []byte) []byte { return []byte{0x01} }, pace.ErrProtocol},
	{"token-changed", 0x85, func(_, got []byte) []byte { return flipLast(got) }, pace.ErrDenied},
	{"token-sent-back", 0x85, func(sent, _ []byte) []byte { return sent }, pace.ErrDenied},
	{"token-cut-short", 0x85, func(_, got []byte) []byte { return got[:4] }, pace.ErrDenied},
}

func flipLast(b []byte) []byte {
	b = bytes.Clone(b)
	b[len(b)-1] ^= 1
	return b
}

// see is the forgery as a watcher of the link.
func (f forgery) see(cmd apdu.Command, resp *apdu.Response) {
	if cmd.INS != apdu.InsGeneralAuth {
		return
	}
	sent, ok := dynamicObject(cmd.Data)
	if !ok || sent.Tag != f.step {
		return
	}
	if got, ok := dynamicObject(resp.Data); ok {
		resp.Data = tlv.Encode(0x7C, tlv.Encode(got.Tag, f.make(sent.Value, got.Value)))
	}
}

// dynamicObject is the first object in dynamic authentication data.
func dynamicObject(data []byte) (tlv.Element, bool) {
	e, err := tlv.ReadTag(data, 0x7C)
	if err != nil {
		return tlv.Element{}, false
	}
	objects, err := e.Children()
	if err != nil || len(objects) == 0 {
		return tlv.Element{}, false
	}
	return objects[0], true
}

// hostileCases are chips, or somebody on the link, that answer PACE and BAC with forgeries.
func hostileCases() []Case {
	var all []Case
	for _, over := range []struct {
		kind paceKind
		id   int
		name string
	}{{ecdhGM, p256, "P-256"}, {ecdhGM, brainpoolP256r1, "brainpoolP256r1"}, {ecdhGM, brainpoolP512r1, "brainpoolP512r1"}, {dhGM, modp1024, groupNames[modp1024]}} {
		run := func(ctx context.Context, see func(apdu.Command, *apdu.Response)) error {
			t := paceTrial{kind: over.kind, id: over.id, cipher: 2}
			b, err := put(t.profile())
			if err != nil {
				return err
			}
			b.link = apdu.NewLink(&watched{Card: b.chip, see: see})
			if _, err = b.openPACE(ctx, pace.CAN(rightCAN)); err != nil {
				return err
			}
			return b.readSample(ctx)
		}
		for _, f := range forgeries {
			all = append(all, Case{ID: fmt.Sprintf("hostile/PACE/%s/%s", over.name, f.name),
				Right: func(ctx context.Context) error { return mustBe(run(ctx, f.see), f.want) },
				Wrong: func(ctx context.Context) error { return run(ctx, unchanged) }})
		}
	}
	return append(all, hostileBAC()...)
}

// hostileBAC changes the chip's cryptogram and its MAC, and plays an old answer
// again (Doc 9303-11 §4.3.1 step 4).
func hostileBAC() []Case {
	change := func(at int) func(apdu.Command, *apdu.Response) {
		return func(cmd apdu.Command, resp *apdu.Response) {
			if cmd.INS == apdu.InsExternalAuth && at < len(resp.Data) {
				resp.Data[at] ^= 1
			}
		}
	}
	run := func(ctx context.Context, see func(apdu.Command, *apdu.Response)) error {
		b, err := put(chip.Profile{BAC: true, Extended: true})
		if err != nil {
			return err
		}
		b.link = apdu.NewLink(&watched{Card: b.chip, see: see})
		if err := b.openBAC(ctx, rightMRZ); err != nil {
			return err
		}
		return b.readSample(ctx)
	}
	honest := func(ctx context.Context) error { return run(ctx, unchanged) }
	all := []Case{
		{ID: "hostile/BAC/cryptogram-changed", Wrong: honest,
			Right: func(ctx context.Context) error { return mustBe(run(ctx, change(3)), bac.ErrDenied) }},
		{ID: "hostile/BAC/MAC-changed", Wrong: honest,
			Right: func(ctx context.Context) error { return mustBe(run(ctx, change(39)), bac.ErrDenied) }},
		{ID: "hostile/BAC/wrong-key", Wrong: honest,
			Right: func(ctx context.Context) error {
				b, err := put(chip.Profile{BAC: true})
				if err != nil {
					return err
				}
				return mustBe(b.openBAC(ctx, wrongMRZ), bac.ErrDenied)
			}},
	}
	return append(all, Case{ID: "hostile/BAC/old-answer-played-again", Wrong: honest, Right: oldBACAnswer})
}

// oldBACAnswer opens a chip twice and answers the second time with the first
// cryptogram. The chip always draws the same numbers, so that the MAC and RND.IC
// are right and only RND.IFD is not that of the terminal.
func oldBACAnswer(ctx context.Context) error {
	b, err := put(chip.Profile{BAC: true}, chip.WithRandom(always(0xA5)))
	if err != nil {
		return err
	}
	var old []byte
	b.link = apdu.NewLink(&watched{Card: b.chip, see: func(cmd apdu.Command, resp *apdu.Response) {
		switch {
		case cmd.INS != apdu.InsExternalAuth:
		case old == nil:
			old = bytes.Clone(resp.Data)
		default:
			resp.Data = old
		}
	}})
	if err := b.openBAC(ctx, rightMRZ); err != nil {
		return err
	}
	if err := b.chip.Reset(ctx); err != nil {
		return err
	}
	return mustBe(b.openBAC(ctx, rightMRZ), bac.ErrDenied)
}

// always is a source of one byte over and over.
type always byte

// Read fills b; it never fails.
func (a always) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(a)
	}
	return len(b), nil
}
