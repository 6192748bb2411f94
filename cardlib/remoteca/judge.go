package remoteca

import (
	"errors"
	"slices"
	"time"

	"chipid/cardlib/cccd"
	"chipid/cardlib/lds"
	"chipid/cardlib/mrz"
	"chipid/cardlib/passiveauth"
	"chipid/cardlib/securityinfo"
	"chipid/cardlib/verdict"
)

// Result is what a session proved.
type Result struct {
	Report verdict.Report
	// Code says why the session came to nothing, empty where it came to its end.
	Code Code
	// Files are the groups that were read over the service's channel, and DG14.
	// They are personal data.
	Files map[lds.Group][]byte
	// MRZ and DG13 are of these groups, nil where they are not among them or not
	// covered by EF.SOD.
	MRZ  *mrz.Document
	DG13 *cccd.DG13
}

// Accepted tells whether the proof holds: a genuine chip answered for this request.
func (r Result) Accepted() bool {
	return r.Code == "" && r.Report.Genuine && r.Report.Get(verdict.Freshness).Status == verdict.Passed && r.Report.Get(verdict.Origin).Status == verdict.Passed
}

// card is what the service knows of the chip's signed data.
type card struct {
	service Service
	sodRaw  []byte
	sod     *passiveauth.SOD
	files   map[lds.Group][]byte
	mrz     *mrz.Document
	dg13    *cccd.DG13
	passive passiveauth.Result
}

func newCard(s Service, sod, dg14 []byte) *card {
	c := &card{service: s, sodRaw: sod, files: map[lds.Group][]byte{lds.DG14: dg14}}
	c.sod, _ = passiveauth.ParseSOD(sod)
	c.judge()
	return c
}

// judge makes the checks of passive authentication with what has been read so far.
func (c *card) judge() {
	in := passiveauth.Input{SOD: c.sodRaw, Parsed: c.sod, Groups: c.files, Store: c.service.Store, Now: c.service.now(), BuildDate: c.service.BuildDate}
	c.parse()
	if c.mrz != nil {
		in.IssuingState, in.DocumentCode = c.mrz.IssuingState, c.mrz.Code
	}
	citizen, _ := cccd.FromGroups(c.mrz, c.dg13)
	if issued, err := time.Parse(time.DateOnly, citizen.DateOfIssue); err == nil && c.dg13 != nil {
		in.IssueDate = &issued
	}
	c.passive = passiveauth.Verify(in)
	if c.files[lds.DG1] == nil {
		c.withoutDG1()
	}
}

// withoutDG1 decides what passive authentication leaves open while DG1 was not
// read. Nothing of DG1 is claimed then, so the hashes of what was read suffice.
// For its issuing State stands that signer and CSCA are both of the one State
// whose cards this service takes: no other trusted State could have signed. How
// far the operator trusts the anchor counts as ever; document types that his note
// names can be compared once DG1 is read, and are open until then.
func (c *card) withoutDG1() {
	r := c.passive
	inScope := r.Anchor != nil && r.Anchor.Note.VouchesForDocuments() &&
		(r.Anchor.Note.Allows("") || slices.Contains(c.service.Request.Groups, lds.DG1))
	ofState := r.Signer != nil && r.Anchor != nil &&
		passiveauth.SameState(c.service.State, r.Signer.Subject.Country()) && passiveauth.SameState(c.service.State, r.Anchor.Country())
	for i, check := range r.Checks {
		switch {
		case check.ID == verdict.Hashes && check.Status == verdict.Unavailable && check.Reason == verdict.GroupUnread && r.Covered[lds.DG14],
			check.ID == verdict.Anchor && check.Reason == verdict.AnchorUnprovable && ofState && inScope:
			r.Checks[i] = verdict.Pass(check.ID)
		}
	}
}

func (c *card) parse() {
	if c.sod == nil {
		return
	}
	if file := c.files[lds.DG1]; c.mrz == nil && file != nil && c.sod.CheckGroup(lds.DG1, file) == nil {
		doc, err := lds.ParseDG1(file)
		if err == nil || errors.As(err, new(*mrz.CheckDigitError)) {
			c.mrz = &doc
		}
	}
	if file := c.files[lds.DG13]; c.dg13 == nil && file != nil && c.sod.CheckGroup(lds.DG13, file) == nil {
		if dg13, err := cccd.ParseDG13(file); err == nil {
			c.dg13 = &dg13
		}
	}
}

// vouched tells whether the data is what the State signed, and the key in DG14
// with it: only then a key of ours is sent.
func (c *card) vouched() bool {
	for _, check := range c.passive.Checks {
		must := check.ID == verdict.Hashes || check.ID == verdict.Signature || check.ID == verdict.Anchor
		if check.Status == verdict.Failed || must && check.Status != verdict.Passed {
			return false
		}
	}
	return c.passive.Covered[lds.DG14]
}

// infos are the SecurityInfos of DG14.
func (c *card) infos() (securityinfo.Infos, error) { return securityinfo.ParseDG14(c.files[lds.DG14]) }

// conclude makes the report.
func (c *card) conclude(chipAuth verdict.Check, code Code) Result {
	c.judge()
	citizen, _ := cccd.FromGroups(c.mrz, c.dg13)
	checks := append(c.passive.Checks, verdict.Skip(verdict.ActiveAuth), chipAuth, c.consistency(),
		verdict.Expires(citizen.Expired(c.service.now())), c.freshness(code), verdict.Pass(verdict.Origin), verdict.NoVerdict(verdict.Agent, verdict.AgentUnsigned))
	return Result{Report: verdict.Conclude(checks, c.passive.Synthetic), Code: code, Files: c.files, MRZ: c.mrz, DG13: c.dg13}
}

func (c *card) consistency() verdict.Check {
	const id = verdict.Consistency
	switch {
	case c.mrz == nil || c.dg13 == nil:
		return verdict.NoVerdict(id, verdict.NotAsked)
	case len(cccd.Compare(*c.mrz, *c.dg13)) > 0:
		return verdict.Fail(id, verdict.DG1DG13Mismatch, lds.DG1.String(), lds.DG13.String())
	}
	return verdict.Pass(id)
}

// freshness passes where the session came to its end and brought all that was
// asked for: it is the request's own, and its ephemeral key is new.
func (c *card) freshness(code Code) verdict.Check {
	if code != "" {
		return verdict.NoVerdict(verdict.Freshness, verdict.NotRead)
	}
	for _, g := range c.service.Request.Groups {
		if c.files[g] == nil {
			return verdict.Fail(verdict.Freshness, verdict.GroupsMismatch, g.String())
		}
	}
	return verdict.Pass(verdict.Freshness)
}
