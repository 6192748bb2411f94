package torture

import (
	"bytes"
	"errors"
	"fmt"

	"chipid/cardlib"
	"chipid/cardlib/lds"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
)

// findings are what is wrong with the outcome of one read, in words.
type findings []string

func (f *findings) add(format string, args ...any) { *f = append(*f, fmt.Sprintf(format, args...)) }

// judge holds what a read came to against what really happened.
func (a *attempt) judge(t *truth, result *cardlib.Result, err error) findings {
	var f findings
	if err != nil {
		var typed *cardlib.Error
		if !errors.As(err, &typed) || typed.Code == "" {
			f.add("an error without a code: %v", err)
		}
		if result != nil {
			f.add("a result beside an error")
		}
		return f
	}
	if result == nil {
		f.add("neither a result nor an error")
		return f
	}
	j := judged{attempt: a, truth: t, result: result}
	j.report(&f)
	j.forged(&f)
	if a.signed != nil {
		j.arrived(&f)
		j.proofs(&f)
	}
	return f
}

// judged is one result under scrutiny.
type judged struct {
	*attempt
	truth  *truth
	result *cardlib.Result
}

func (j *judged) passed(id verdict.ID) bool { return j.result.Report.Get(id).Status == verdict.Passed }

func (j *judged) mayNotPass(f *findings, why string, ids ...verdict.ID) {
	for _, id := range ids {
		if j.passed(id) {
			f.add("%s passed: %s", id, why)
		}
	}
	if j.result.Report.Genuine {
		f.add("genuine: %s", why)
	}
}

// report checks that the report says of itself what its checks say (design
// decision 2), reckoned here once more.
func (j *judged) report(f *findings) {
	r := j.result.Report
	if !r.Synthetic {
		f.add("a mock card is not called synthetic")
	}
	failed := false
	for _, id := range verdict.All() {
		failed = failed || r.Get(id).Status == verdict.Failed && id != verdict.Expiry
	}
	proven := j.passed(verdict.Hashes) && j.passed(verdict.Signature) && j.passed(verdict.Anchor) &&
		(j.passed(verdict.ActiveAuth) || j.passed(verdict.ChipAuth))
	if r.Genuine != (proven && !failed) {
		f.add("genuine is %v where the checks say %v", r.Genuine, proven && !failed)
	}
	if r.Genuine != (r.Outcome == verdict.Genuine) {
		f.add("genuine is %v and the outcome %s", r.Genuine, r.Outcome)
	}
}

// forged checks what the attempt's card may not get.
func (j *judged) forged(f *findings) {
	for _, id := range j.mustNot {
		if j.passed(id) {
			f.add("%s passed: %s", id, j.what)
		}
	}
	if j.never && j.result.Report.Genuine {
		f.add("genuine: %s", j.what)
	}
	if outcome := j.result.Report.Outcome; j.alarm && outcome != verdict.Failure && outcome != verdict.Genuine {
		f.add("%s, and no alarm: %s", outcome, j.what)
	}
}

// arrived checks what arrived against what was signed.
func (j *judged) arrived(f *findings) {
	d := &j.result.Document
	for _, g := range groupsRead {
		want, listed := j.signed[chip.FileDG(int(g))]
		got, read := d.Groups[g]
		switch {
		case !listed:
		case !read:
			j.mayNotPass(f, fmt.Sprintf("%v is listed and was not read", g), verdict.Hashes)
		case !bytes.Equal(want, got):
			j.mayNotPass(f, fmt.Sprintf("%v is not what was signed", g), verdict.Hashes)
			j.restsOn(f, g)
		}
	}
	if ids := spoilt(j.signed[chip.FileSOD], d.SOD); len(ids) > 0 {
		j.mayNotPass(f, "EF.SOD is not what was signed", ids...)
	}
	if j.offerChanged() && !j.assumed() {
		j.mayNotPass(f, "the PACE that EF.CardAccess offers is not what was signed", verdict.Consistency)
	}
}

// restsOn checks the checks whose key or data stand in a group that was changed.
func (j *judged) restsOn(f *findings, g lds.Group) {
	switch g {
	case lds.DG14:
		j.mayNotPass(f, "the key of DG14 is not what was signed", verdict.ChipAuth)
	case lds.DG15:
		j.mayNotPass(f, "the key of DG15 is not what was signed", verdict.ActiveAuth)
	}
}

// proofs checks that what proves a chip was really done by it.
func (j *judged) proofs(f *findings) {
	if j.passed(verdict.ActiveAuth) && !j.truth.provedActively() {
		f.add("activeAuth passed: the chip signed nothing, or its answer was changed")
	}
	if j.passed(verdict.ChipAuth) && !j.truth.provedByAgreement() {
		f.add("chipAuth passed: nothing was answered under new keys")
	}
}

// offerChanged tells whether the PACE offers among the SecurityInfos of
// EF.CardAccess arrived otherwise than they stand on the genuine card.
func (j *judged) offerChanged() bool {
	got := j.truth.cardAccess
	return got != nil && j.offer != nil && !bytes.Equal(offers(j.offer), offers(got))
}

// assumed tells whether the reader says that it did not go by the file.
func (j *judged) assumed() bool {
	for _, r := range j.result.Report.Get(verdict.Consistency).Remarks {
		if r == verdict.CardAccessAssumed {
			return true
		}
	}
	return false
}
