package cardlib

import (
	"context"
	"errors"
	"time"

	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/cccd"
	"chipid/cardlib/chipauth"
	"chipid/cardlib/files"
	"chipid/cardlib/lds"
	"chipid/cardlib/pace"
	"chipid/cardlib/passiveauth"
	"chipid/cardlib/securityinfo"
	"chipid/cardlib/verdict"
)

// maxRestores is how often a lost channel is opened again in one read.
const maxRestores = 4

// Result is what a read came to.
type Result struct {
	Document Document
	Report   verdict.Report
	Timing   Timing
	Stats    Stats
}

// Timing says when things were there, counted from the start of the read.
type Timing struct {
	Access   time.Duration // the channel stands
	Text     time.Duration // DG13, or DG1 where DG13 was not wanted
	Portrait time.Duration // DG2; 0 where not wanted
	Total    time.Duration
}

// Read opens the chip with the keys, reads what the plan wants and judges it.
//
// A card that fails a check is no error: the report says so and the document
// holds what was read. An error is always an *Error and means that there is
// nothing to judge: no way in, the card gone, EF.SOD or DG1 unreadable through
// the link. Read returns soon after ctx ends (between two APDUs), leaves no
// goroutine behind, and does not use card afterwards.
func Read(ctx context.Context, card apdu.Card, keys access.Keys, plan Plan) (*Result, error) {
	if keys.Empty() {
		return nil, &Error{Code: CodeKeyMissing, Stage: StageConnect, Err: errors.New("no key given")}
	}
	r := newRead(ctx, card, keys, plan)
	defer r.end()
	r.progress.enter(StageConnect)
	if err := r.run(); err != nil {
		r.wipe()
		return nil, fault(r.progress.current, err)
	}
	return r.conclude(), nil
}

// read is one read on its way. It is used by one goroutine, but for the
// signature checks of EF.SOD and EF.CardSecurity, which run beside the link.
type read struct {
	ctx      context.Context
	keys     access.Keys
	plan     Plan
	meter    *meter
	link     link
	progress *progress
	started  time.Time
	timing   Timing

	access   cardAccess
	kind     Kind
	known    Knowledge // of chips of this kind, and of this one
	way      way
	tried    []string
	trouble  error
	restores int
	session  Channel
	files    *files.Reader
	pace     *pace.Result     // of the channel that stands; nil under BAC
	agreed   *chipauth.Result // chip authentication in it; nil before
	security cardSecurity
	terminal terminalState

	sod       *passiveauth.SOD
	rawSOD    []byte
	signature chan struct{} // closed once the signature check beside the link is done; nil before it began
	raw       map[lds.Group][]byte
	denied    map[lds.Group]apdu.SW // listed, and refused by the chip
	broken    map[string]error      // files that could not be read or parsed
	com       []byte

	document             Document
	mismatch             []cccd.Mismatch
	checkDigits          bool                // DG1 has a wrong check digit
	infos                *securityinfo.Infos // DG14, hash-checked
	chipKeys             *securityinfo.Infos // with the key that proved the chip
	activeAuth, chipAuth verdict.Check
}

func newRead(ctx context.Context, card apdu.Card, keys access.Keys, plan Plan) *read {
	m := &meter{card: card}
	return &read{
		ctx: ctx, keys: keys, plan: plan, meter: m, link: observeLink(apdu.NewLink(m), plan.Observe),
		progress: newProgress(plan), started: time.Now(),
		raw: map[lds.Group][]byte{}, denied: map[lds.Group]apdu.SW{}, broken: map[string]error{},
	}
}

// run is the read in its order: EF.SOD first, which says what must exist; then
// the small groups, so that the form can fill; the proofs; the groups that need
// them; the portrait last.
func (r *read) run() error {
	steps := []func() error{r.open, r.readSOD, r.readText, r.proveChip, r.authoriseTerminal, r.readRest, r.readPortrait}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	r.progress.enter(StageVerify)
	return nil
}

// end closes the channel and waits for the signature checks.
func (r *read) end() {
	if r.session != nil {
		r.session.Close()
	}
	r.waitForSignature()
}

func (r *read) waitForSignature() {
	for _, done := range []chan struct{}{r.signature, r.security.prepared} {
		if done != nil {
			<-done
		}
	}
}

// wipe clears what was read.
func (r *read) wipe() {
	for _, b := range r.raw {
		clear(b)
	}
	clear(r.rawSOD)
}

// group reads one data group if it is wanted and EF.SOD lists it. Only what
// ends the read is an error; what ends the group is noted.
func (r *read) group(g lds.Group, stage Stage) error {
	if !r.plan.wanted()[g] || (r.sod != nil && !r.sod.Lists(g)) {
		return nil
	}
	r.progress.enter(stage)
	data, err := r.file(files.Group(g))
	if err == nil {
		r.raw[g] = data
		return nil
	}
	if fatal(err) || errors.As(err, new(*Error)) {
		return err
	}
	// A file that broke off is not denied, the chip has it; unless it says in the
	// middle that it has not.
	if sw, ok := apdu.StatusOf(err); ok && (len(data) == 0 || absent(sw)) && !errors.Is(err, files.ErrShort) {
		r.denied[g] = sw
	}
	r.broken[g.String()] = err
	return nil
}

// file reads one file and mends the channel once if it is lost on the way,
// going on at the offset reached.
func (r *read) file(ref files.Ref) ([]byte, error) {
	data, err := r.files.Read(r.ctx, ref, nil, r.progress.bytes)
	for attempt := 0; err != nil && channelLost(err) && attempt < 2; attempt++ {
		lost := err
		if attempt > 0 || len(data) > 0 {
			r.files.Doubt()
		}
		if err := r.restore(); err != nil {
			return data, err
		}
		if sw, ok := apdu.StatusOf(lost); ok && absent(sw) && len(data) == 0 {
			return nil, lost // some chips drop the channel to say that a file is missing
		}
		data, err = r.files.Read(r.ctx, ref, data, r.progress.bytes)
	}
	return data, err
}

// absent tells whether a status word says that there is no such file, or none for us.
func absent(sw apdu.SW) bool {
	return sw == apdu.SWFileNotFound || sw == apdu.SWSecurityStatus || sw == apdu.SWFunctionNotSupported
}

// readSOD reads EF.SOD and begins to check its signature beside the link.
func (r *read) readSOD() error {
	r.timing.Access = time.Since(r.started)
	r.progress.enter(StageSOD)
	data, err := r.file(files.SOD)
	if err != nil {
		if fatal(err) || errors.As(err, new(*Error)) {
			return err
		}
		r.broken["EF.SOD"] = err
		return nil
	}
	r.rawSOD = data
	if r.plan.OnSOD != nil {
		if err := r.plan.OnSOD(data); err != nil {
			return err
		}
	}
	sod, err := passiveauth.ParseSOD(data)
	if err != nil {
		r.broken["EF.SOD"] = err
		return nil
	}
	r.sod, r.signature = sod, make(chan struct{})
	go func(done chan<- struct{}) {
		defer close(done)
		sod.Prepare(r.plan.Trust)
	}(r.signature)
	return nil
}

// readText reads DG1 and DG13 and tells of them.
func (r *read) readText() error {
	if err := r.group(lds.DG1, StageDG1); err != nil {
		return err
	}
	if err := r.group(lds.DG13, StageDG13); err != nil {
		return err
	}
	r.timing.Text = time.Since(r.started)
	r.parseText()
	if r.plan.OnText != nil {
		r.plan.OnText(&r.document, r.covered(lds.DG1) && (r.raw[lds.DG13] == nil || r.covered(lds.DG13)))
	}
	return nil
}

// readRest reads EF.COM and the groups that no other step reads.
func (r *read) readRest() error {
	if r.com == nil {
		r.progress.enter(StageCOM)
		data, err := r.file(files.COM)
		switch {
		case err == nil:
			r.com = data
		case fatal(err), errors.As(err, new(*Error)):
			return err
		default:
			r.broken["EF.COM"] = err // it is not signed: what it says decides nothing
		}
	}
	for _, g := range lds.Groups() {
		switch g {
		case lds.DG1, lds.DG2, lds.DG13, lds.DG14, lds.DG15:
			continue
		}
		if err := r.group(g, StageGroup); err != nil {
			return err
		}
	}
	return nil
}

func (r *read) readPortrait() error {
	if err := r.group(lds.DG2, StageDG2); err != nil {
		return err
	}
	if r.raw[lds.DG2] != nil {
		r.timing.Portrait = time.Since(r.started)
	}
	return nil
}

// covered tells whether a group was read and matches its hash in EF.SOD.
func (r *read) covered(g lds.Group) bool {
	data := r.raw[g]
	return data != nil && r.sod != nil && r.sod.CheckGroup(g, data) == nil
}
