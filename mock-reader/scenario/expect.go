package scenario

import "chipid/cardlib/verdict"

// why is a check that does not pass, with its reason.
type why struct {
	id     verdict.ID
	status verdict.Status
	reason verdict.Reason
}

func fails(id verdict.ID, reason verdict.Reason) why { return why{id, verdict.Failed, reason} }

func open(id verdict.ID, reason verdict.Reason) why { return why{id, verdict.Unavailable, reason} }

func passes(id verdict.ID) why { return why{id, verdict.Passed, ""} }

// expect is what a genuine card gets, except for the checks named. The CSCA of
// the genuine cards writes no revocation list, so that revocation is not known. (It
// is called a hundred times: inlined, it would be a hundred kilobytes of the agent.)
//
//go:noinline
func expect(exit int, but ...why) Expect {
	e := Expect{
		Exit: exit,
		Checks: map[verdict.ID]verdict.Status{
			verdict.Hashes: verdict.Passed, verdict.Signature: verdict.Passed, verdict.Anchor: verdict.Passed,
			verdict.Validity: verdict.Passed, verdict.Revocation: verdict.Unavailable,
			verdict.ActiveAuth: verdict.Passed, verdict.ChipAuth: verdict.Passed, verdict.Consistency: verdict.Passed,
		},
		Reasons: map[verdict.ID]verdict.Reason{verdict.Revocation: verdict.NoCRL},
	}
	for _, w := range but {
		e.Checks[w.id] = w.status
		e.Reasons[w.id] = w.reason
		if w.reason == "" {
			delete(e.Reasons, w.id)
		}
	}
	return e
}

// expectError is a read that ends without any verdict.
func expectError(code string) Expect {
	return Expect{Exit: ExitTrouble, Checks: map[verdict.ID]verdict.Status{}, Error: code}
}

// remark adds what is said beside a check.
func (e Expect) remark(id verdict.ID, reasons ...verdict.Reason) Expect {
	e.Remarks = map[verdict.ID][]verdict.Reason{id: reasons}
	return e
}

// withoutPhoto says that there is no portrait to show.
func (e Expect) withoutPhoto() Expect {
	e.Photo = PhotoUnavailable
	return e
}
