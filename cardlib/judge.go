package cardlib

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

// parseText makes a citizen of DG1 and DG13.
func (r *read) parseText() {
	d := &r.document
	if raw := r.raw[lds.DG1]; raw != nil {
		doc, err := lds.ParseDG1(raw)
		r.checkDigits = errors.As(err, new(*mrz.CheckDigitError))
		if err == nil || r.checkDigits {
			d.MRZ = &doc
		} else {
			r.broken[lds.DG1.String()] = err
		}
	}
	if raw := r.raw[lds.DG13]; raw != nil {
		if dg13, err := cccd.ParseDG13(raw); err != nil {
			r.broken[lds.DG13.String()] = err
		} else {
			d.DG13 = &dg13
		}
	}
	d.Access, d.Protocol = r.way.name, r.way.protocol()
	d.Groups, d.SOD = r.raw, r.rawSOD
	d.Citizen, r.mismatch = cccd.FromGroups(d.MRZ, d.DG13)
}

// conclude judges everything and makes the result.
func (r *read) conclude() *Result {
	now := r.plan.now()
	r.parsePortrait()
	passive := r.passive(now)
	r.proveEveryChannel()
	checks := append(passive.Checks, r.activeAuth, r.chipAuth, r.consistency(), verdict.Expires(r.document.Citizen.Expired(now)))
	if r.link.LinkInfo().Masked != nil {
		checks = nothingToJudge()
	}
	for name := range r.broken {
		r.document.Broken = append(r.document.Broken, name)
	}
	slices.Sort(r.document.Broken)
	r.document.States = r.groupStates()
	if r.sod != nil {
		r.document.Listed = r.sod.Groups()
	}
	r.learn()
	r.timing.Total = time.Since(r.started)
	r.progress.enter(StageDone)
	return &Result{
		Document: r.document,
		Report:   verdict.Conclude(checks, passive.Synthetic || r.security.synthetic || r.link.LinkInfo().Synthetic),
		Timing:   r.timing,
		Stats:    r.meter.stats,
	}
}

// nothingToJudge are the checks of a masked recording.
func nothingToJudge() []verdict.Check {
	var checks []verdict.Check
	for _, id := range verdict.All() {
		checks = append(checks, verdict.NoVerdict(id, verdict.Masked))
	}
	return checks
}

func (r *read) parsePortrait() {
	raw := r.raw[lds.DG2]
	if raw == nil {
		return
	}
	faces, err := lds.ParseDG2(raw)
	if err == nil && len(faces) == 0 {
		err = lds.ErrNoImage
	}
	if err != nil {
		r.broken[lds.DG2.String()] = err
		return
	}
	face := faces[0]
	r.document.Portrait = &Portrait{MIME: face.Format.MIME(), Data: face.Image, Width: face.Width, Height: face.Height}
}

// passive makes the checks of passive authentication.
func (r *read) passive(now time.Time) passiveauth.Result {
	r.waitForSignature()
	result := passiveauth.Verify(r.passiveInput(now))
	r.document.Signer = signerOf(result)
	return result
}

// passiveInput is what signatures are judged by.
func (r *read) passiveInput(now time.Time) passiveauth.Input {
	in := passiveauth.Input{
		SOD: r.rawSOD, Parsed: r.sod, Groups: r.raw, Denied: r.denied, Unread: r.unread(),
		Store: r.plan.Trust, Now: now, BuildDate: r.plan.BuildDate,
	}
	if r.covered(lds.DG1) && r.document.MRZ != nil {
		in.IssuingState, in.DocumentCode = r.document.MRZ.IssuingState, r.document.MRZ.Code
	}
	if r.covered(lds.DG13) && r.document.DG13 != nil {
		if issued, err := time.Parse(time.DateOnly, r.document.Citizen.DateOfIssue); err == nil {
			in.IssueDate = &issued
		}
	}
	return in
}

func signerOf(result passiveauth.Result) *Signer {
	if result.Signer == nil {
		return nil
	}
	s := &Signer{Subject: result.Signer.Subject.String(), Issuer: result.Signer.Issuer.String(), SigningTime: result.SigningTime}
	if result.Anchor != nil {
		s.Anchor = result.Anchor.Certificate.Subject.String()
	}
	return s
}

// consistency compares what stands in several places: DG1 with DG13, the card
// with the number given, EF.CardAccess with the signed DG14.
func (r *read) consistency() verdict.Check {
	const id = verdict.Consistency
	check := verdict.Pass(id)
	access, remarks := r.cardAccessCheck()
	switch {
	case r.document.MRZ == nil && r.raw[lds.DG1] != nil:
		check = verdict.NoVerdict(id, verdict.DG1Malformed, lds.DG1.String())
	case len(r.mismatch) > 0:
		check = verdict.Fail(id, verdict.DG1DG13Mismatch, lds.DG1.String(), lds.DG13.String())
	case r.otherPerson():
		check = verdict.Fail(id, verdict.KeyMismatch)
	case r.cardSecurityDiffers():
		check = verdict.Fail(id, verdict.CardSecurityMismatch, lds.DG14.String())
	case access == securityinfo.Different:
		check = verdict.Fail(id, verdict.CardAccessMismatch, lds.DG14.String())
	case r.document.DG13 == nil && r.raw[lds.DG13] != nil:
		check = verdict.NoVerdict(id, verdict.DG13Malformed, lds.DG13.String())
	case r.document.DG13 == nil:
		check = verdict.NoVerdict(id, verdict.DG13Missing)
	}
	if r.checkDigits {
		remarks = append(remarks, verdict.CheckDigit)
	}
	if r.comDiffers() {
		remarks = append(remarks, verdict.COMMismatch)
	}
	check.Remarks = remarks
	return check
}

// otherPerson tells whether the card is another person's than the number given:
// the last six digits of two numbers can be the same.
func (r *read) otherPerson() bool {
	number, err := cccd.ParseNumber(r.keys.Number)
	return err == nil && len(cccd.CompareGiven(number, r.document.MRZ, r.document.DG13)) > 0
}

// cardAccessCheck compares EF.CardAccess, as read or as assumed, with the
// hash-checked DG14 and EF.CardSecurity (Doc 9303-11 §4.2). Where BAC was used nothing of it was
// relied on, but an EF.CardAccess that was read can still have been edited.
func (r *read) cardAccessCheck() (securityinfo.Comparison, []verdict.Reason) {
	var remarks []verdict.Reason
	viaBAC := r.way.name == AccessBAC
	if r.access.assumed {
		remarks = append(remarks, verdict.CardAccessAssumed)
	}
	compared := securityinfo.NotSigned
	for _, signed := range r.signedInfos() {
		if viaBAC && len(signed.PACE) > 0 {
			remarks = append(remarks, verdict.BACThoughPACE)
		}
		if c := securityinfo.PACEAgrees(r.access.infos, signed); compared != securityinfo.Different && c != securityinfo.NotSigned {
			compared = c
		}
	}
	if compared == securityinfo.NotSigned {
		remarks = append(remarks, verdict.CardAccessNotSigned)
	}
	if compared == securityinfo.Different && viaBAC && r.access.assumed {
		compared = securityinfo.NotSigned
	}
	return compared, remarks
}

// comDiffers tells whether EF.COM, which is not signed, lists other groups than EF.SOD.
func (r *read) comDiffers() bool {
	if r.com == nil || r.sod == nil {
		return false
	}
	com, err := lds.ParseCOM(r.com)
	if err != nil {
		return true
	}
	announced, signed := slices.Clone(com.Groups), slices.Clone(r.sod.Groups())
	slices.Sort(announced)
	slices.Sort(signed)
	return !slices.Equal(announced, signed)
}
