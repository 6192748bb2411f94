package passiveauth

import (
	"time"

	"chipid/cardlib/cms"
	"chipid/cardlib/lds"
	"chipid/cardlib/verdict"
)

// moment is when EF.SOD was signed: a point in time, or somewhere in a span.
type moment struct {
	at       time.Time
	from, to time.Time
}

func (m moment) known() bool { return !m.at.IsZero() }

// within tells whether the certificate was valid at the moment, or may have been.
func (m moment) within(cert *cms.Certificate) bool {
	return !m.to.Before(cert.NotBefore) && !m.from.After(cert.NotAfter)
}

// signingTime is the signingTime attribute of the verified signature; else the
// date of issue out of DG13, if the hash of DG13 matched. A date has no time
// zone and no hour, so it is given a day's play. Where the signature does not
// hold, nobody said when it was made.
func (j *judge) signingTime() moment {
	if j.chain.signatureErr != nil {
		return moment{}
	}
	if t := j.chain.signer.Info.SigningTime; !t.IsZero() {
		return moment{t, t, t}
	}
	if d := j.in.IssueDate; d != nil && j.result.Covered[lds.DG13] {
		return moment{*d, d.Add(-24 * time.Hour), d.Add(48 * time.Hour)}
	}
	return moment{}
}

// validity judges the certificates at the time of signing: a card outlives its
// signer's certificate. What has expired since is a remark.
func (j *judge) validity() verdict.Check {
	no := func(why verdict.Reason) verdict.Check { return verdict.NoVerdict(verdict.Validity, why) }
	signed := j.signingTime()
	signer, anchor := j.result.Signer, j.result.Anchor
	switch {
	case signer == nil:
		return no(verdict.NoChain)
	case !signed.known():
		return no(verdict.SigningTimeUnknown)
	case !j.clockPlausible():
		return no(verdict.ClockImplausible)
	case !signed.within(signer), anchor != nil && !signed.within(anchor.Certificate):
		return verdict.Fail(verdict.Validity, verdict.NotValidAtSigning)
	case anchor == nil:
		return no(verdict.NoChain)
	}
	check := verdict.Pass(verdict.Validity)
	if j.in.Now.After(signer.NotAfter) || j.in.Now.After(anchor.Certificate.NotAfter) {
		check.Remarks = append(check.Remarks, verdict.SignerExpired)
	}
	return check
}

// clockPlausible tells whether the clock can be right: not before this program
// was built, and not before EF.SOD was signed.
func (j *judge) clockPlausible() bool {
	return !j.in.Now.Before(j.in.BuildDate) && !j.in.Now.Before(j.signingTime().from)
}

// revocation asks the CRLs of the anchor. Only a fresh list can clear a
// certificate; a stale one can still condemn it.
func (j *judge) revocation() verdict.Check {
	no := func(why verdict.Reason) verdict.Check { return verdict.NoVerdict(verdict.Revocation, why) }
	signer, anchor := j.result.Signer, j.result.Anchor
	if signer == nil || anchor == nil {
		return no(verdict.NoChain)
	}
	state := j.in.Store.Revocation(anchor, j.in.Now, signer, anchor.Certificate)
	switch {
	case state.Revoked:
		return verdict.Fail(verdict.Revocation, verdict.Revoked)
	case !state.Known:
		return no(verdict.NoCRL)
	case !j.clockPlausible():
		return no(verdict.ClockImplausible)
	case !state.Fresh:
		return no(verdict.CRLStale)
	}
	return verdict.Pass(verdict.Revocation)
}
