package passiveauth

import (
	"errors"
	"slices"

	"chipid/cardlib/apdu"
	"chipid/cardlib/lds"
	"chipid/cardlib/verdict"
)

// hashes judges the groups by EF.SOD (Doc 9303-11 §5.1 steps 3 and 4). EF.SOD,
// not EF.COM, says what must exist. The gravest finding gives the reason; the
// others are remarks.
func (j *judge) hashes() verdict.Check {
	if err := j.hashAlgorithm(); err != nil {
		return verdict.NoVerdict(verdict.Hashes, verdict.HashAlgorithm)
	}
	var mismatched, unlisted []string
	for _, g := range lds.Groups() {
		file, read := j.in.Groups[g]
		if !read {
			continue
		}
		switch err := j.result.SOD.CheckGroup(g, file); {
		case err == nil:
			j.result.Covered[g] = true
		case errors.Is(err, ErrNotListed):
			unlisted = append(unlisted, g.String())
		default:
			mismatched = append(mismatched, g.String())
		}
	}
	stripped, refused := j.denied()
	findings := findings{}
	findings.add(verdict.HashMismatch, mismatched)
	findings.add(verdict.NotListed, unlisted)
	findings.add(verdict.Stripped, stripped)
	if !j.result.SOD.Lists(lds.DG1) && len(unlisted) == 0 {
		findings.add(verdict.DG1Missing, []string{lds.DG1.String()})
	}
	check := findings.check()
	if check.Status == verdict.Passed && !j.result.Covered[lds.DG1] {
		check = verdict.NoVerdict(verdict.Hashes, verdict.GroupUnread, lds.DG1.String())
	}
	if check.Status == verdict.Passed && len(j.in.Unread) > 0 {
		// A forger who cannot change a group without notice could garble it instead.
		check = verdict.NoVerdict(verdict.Hashes, verdict.GroupUnread, names(j.in.Unread)...)
	}
	if len(refused) > 0 {
		check.Remarks = append(check.Remarks, verdict.GroupRefused)
	}
	return check
}

func names(groups []lds.Group) []string {
	var all []string
	for _, g := range groups {
		all = append(all, g.String())
	}
	return all
}

func (j *judge) hashAlgorithm() error {
	hash, err := j.result.SOD.HashAlg()
	if err != nil {
		return err
	}
	return j.policy().AllowsHash(hash)
}

// open are the groups that any chip gives without terminal authentication; to
// refuse them is to deny them.
var open = []lds.Group{lds.DG1, lds.DG2, lds.DG13, lds.DG14, lds.DG15}

// denied sorts the listed groups that the chip did not give: stripped ones, and
// those that it refused with 6982 because they may need terminal authentication.
func (j *judge) denied() (stripped, refused []string) {
	for _, g := range j.result.SOD.listed {
		sw, denied := j.in.Denied[g]
		_, read := j.in.Groups[g]
		switch {
		case !denied || read:
		case sw == apdu.SWSecurityStatus && !slices.Contains(open, g):
			refused = append(refused, g.String())
		default:
			stripped = append(stripped, g.String())
		}
	}
	return stripped, refused
}

// findings gathers what is wrong, the gravest first.
type findings struct {
	reasons []verdict.Reason
	groups  []string
}

func (f *findings) add(why verdict.Reason, groups []string) {
	if len(groups) == 0 {
		return
	}
	if len(f.reasons) == 0 {
		f.groups = groups
	}
	f.reasons = append(f.reasons, why)
}

func (f *findings) check() verdict.Check {
	if len(f.reasons) == 0 {
		return verdict.Pass(verdict.Hashes)
	}
	check := verdict.Fail(verdict.Hashes, f.reasons[0], f.groups...)
	check.Remarks = f.reasons[1:]
	return check
}
