package probe

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"chipid/cardlib"
	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/lds"
	"chipid/cardlib/mrz"
	"chipid/cardlib/securityinfo"
)

// Options are what a probe is told from outside.
type Options struct {
	// Program and Reader are written into the report as they are.
	Program, Reader string
	// Plan serves for the read: its trust, clock, random and progress are used.
	Plan cardlib.Plan
}

// Run probes the chip: first what it shows without a key, then one whole read,
// then, in a channel of its own, the groups that are not read and blocks of
// several sizes. It takes the time of two reads or three. There is always a
// report; the error, which is the report's too, says that the chip could not be
// opened or was gone.
func Run(ctx context.Context, card apdu.Card, keys access.Keys, o Options) (*Report, error) {
	info := apdu.Info(card)
	p := &prober{ctx: ctx, card: card, keys: keys, plan: o.Plan, report: &Report{
		Version: Version, Program: o.Program, Reader: o.Reader, Synthetic: info.Synthetic, Link: describeLink(info),
		Outside: []FileStatus{}, Unopened: []FileStatus{}, Others: []FileStatus{}, Blocks: []Block{},
	}}
	for _, step := range []func() error{p.outside, p.read, p.inside} {
		if err := step(); err != nil {
			p.failed(err)
			return p.report, err
		}
	}
	return p.report, nil
}

// prober is one probe on its way.
type prober struct {
	ctx    context.Context
	card   apdu.Card
	keys   access.Keys
	plan   cardlib.Plan
	report *Report
}

func describeLink(info apdu.LinkInfo) Link {
	name := map[apdu.Protocol]string{apdu.ProtocolT0: "T=0", apdu.ProtocolT1: "T=1", apdu.ProtocolContactless: "contactless"}[info.Protocol]
	if name == "" {
		name = "unknown"
	}
	return Link{
		ATR: hex.EncodeToString(info.ATR), Protocol: name,
		ContactlessATR: apdu.ContactlessATR(info.ATR), ExtendedAnnounced: apdu.ExtendedAnnounced(info.ATR),
	}
}

// failed notes why the probe ended early.
func (p *prober) failed(err error) {
	r := &p.report.Read
	if r.Error != "" {
		return
	}
	r.Error = string(cardlib.CodeOf(err))
	var known *cardlib.Error
	if errors.As(err, &known) {
		r.Stage, r.Tried = string(known.Stage), known.Tried
		if known.SW != 0 {
			r.SW = known.SW.String()
		}
	}
}

// problem notes something that went wrong and did not end the probe.
func (p *prober) problem(what string, err error) {
	text := what + ": " + string(cardlib.CodeOf(err))
	if sw, ok := apdu.StatusOf(err); ok {
		text = fmt.Sprintf("%s: %v", what, sw)
	}
	p.report.Problems = append(p.report.Problems, text)
}

// gone tells whether an error ends the probe: the card or the caller.
func gone(err error) bool {
	for _, end := range []error{context.Canceled, context.DeadlineExceeded, apdu.ErrRemoved, apdu.ErrNoCard, apdu.ErrStuck, apdu.ErrBusy} {
		if errors.Is(err, end) {
			return true
		}
	}
	return false
}

// read makes one whole read, as a form would have it, and describes what came.
func (p *prober) read() error {
	plan := p.plan
	plan.Groups = []lds.Group{lds.DG1, lds.DG2, lds.DG13}
	watch := newWatch()
	plan.Observe = watch.hear
	result, err := cardlib.Read(p.ctx, p.card, p.keys, plan)
	r := &p.report.Read
	r.Files, r.Answers = watch.files(), watch.answers
	com := watch.com
	defer clear(com)
	if err != nil {
		return err
	}
	defer result.Wipe()
	p.keys = theOne(p.keys, result.Document)
	p.describeRead(result)
	p.describeFiles(result.Document, com)
	return nil
}

// theOne is the key that opened the chip, so that no wrong one is tried again.
func theOne(keys access.Keys, d cardlib.Document) access.Keys {
	if d.Access == cardlib.AccessPACECAN {
		return access.Keys{CAN: keys.CAN}
	}
	if d.MRZ != nil {
		return access.Keys{MRZ: []mrz.Key{d.MRZ.Key()}}
	}
	return access.Keys{MRZ: keys.MRZ}
}

func (p *prober) describeRead(result *cardlib.Result) {
	r, t := &p.report.Read, result.Timing
	r.Access, r.Broken = result.Document.Access, result.Document.Broken
	for _, c := range result.Report.Checks {
		r.Checks = append(r.Checks, Check{ID: string(c.ID), Status: string(c.Status), Reason: string(c.Reason)})
	}
	r.AccessMs, r.TextMs, r.PortraitMs, r.TotalMs = t.Access.Milliseconds(), t.Text.Milliseconds(), t.Portrait.Milliseconds(), t.Total.Milliseconds()
	r.APDUs, r.Sent, r.Received, r.Resets = result.Stats.APDUs, result.Stats.Sent, result.Stats.Received, result.Stats.Resets
	p.report.Synthetic = p.report.Synthetic || result.Report.Synthetic
}

func (p *prober) describeFiles(d cardlib.Document, com []byte) {
	r := p.report
	r.COM = describeCOM(com)
	r.SOD = describeSOD(d.SOD)
	r.DG1 = describeShape(d.Groups[lds.DG1], false)
	r.DG2 = describeDG2(d.Groups[lds.DG2])
	r.DG13 = describeShape(d.Groups[lds.DG13], true)
	r.DG14 = describeInfos(d.Groups[lds.DG14], securityinfo.ParseDG14)
	r.DG15 = describeDG15(d.Groups[lds.DG15])
}
