package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"chipid/cardlib"
	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/trust"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
)

// quirk is a chip that differs from the genuine card of the mock issuer, read whole.
type quirk struct {
	id string
	// alter changes the chip; with resign EF.SOD is signed anew afterwards.
	alter  func(*chip.Profile)
	resign bool
	// keys changes what the officer gives: with withMRZ the whole MRZ, else the number.
	keys    func(*access.Keys)
	withMRZ bool
	plan    func(*cardlib.Plan)
	// before is done to the chip before the read.
	before func(context.Context, apdu.Card) error
	// shows tells an exchange in which the quirk is to be seen; one must be.
	shows func(chip.Entry) bool
	// expect judges the read; nil wants a genuine card with portrait and text.
	expect func(*outcome) error
	// alarm marks a quirk that must not be found genuine: its twin is the chip without it.
	alarm bool
}

// outcome is what a read came to.
type outcome struct {
	result *cardlib.Result
	err    error
	log    []chip.Entry
}

// toCase makes the case. The twin of a card that must be found genuine is the
// same chip with DG13 changed after it was signed; that of one that must not,
// the genuine card.
func (q quirk) toCase() Case {
	return Case{ID: "quirk/" + q.id,
		Right: func(ctx context.Context) error {
			o, err := q.run(ctx, false)
			if err != nil {
				return err
			}
			if q.shows != nil && !slices.ContainsFunc(o.log, q.shows) {
				return errors.New("the quirk did not show")
			}
			return q.judge(o)
		},
		Wrong: func(ctx context.Context) error {
			twin := q
			if q.alarm {
				twin.alter, twin.keys, twin.expect = func(*chip.Profile) {}, nil, nil
			}
			o, err := twin.run(ctx, !q.alarm)
			if err != nil {
				return err
			}
			if q.alarm {
				return twin.judge(o)
			}
			return forgeryNoticed(o)
		}}
}

func (q quirk) judge(o *outcome) error {
	if q.expect != nil {
		return q.expect(o)
	}
	return genuine(o)
}

// run makes the chip, forged if so wanted, and reads it.
func (q quirk) run(ctx context.Context, forge bool) (*outcome, error) {
	p, store, err := q.make()
	if err != nil {
		return nil, err
	}
	if forge {
		p.LDS[chip.FileDG(13)] = flipLast(p.LDS[chip.FileDG(13)])
	}
	o := &outcome{}
	c, err := chip.New(p, chip.WithLog(func(e chip.Entry) { o.log = append(o.log, e) }))
	if err != nil {
		return nil, err
	}
	if q.before != nil {
		if err := q.before(ctx, c); err != nil {
			return nil, err
		}
	}
	k, err := keys(q.withMRZ)
	if err != nil {
		return nil, err
	}
	if q.keys != nil {
		q.keys(&k)
	}
	plan := cardlib.Plan{Trust: store, Now: fixed(today), BuildDate: builtAt}
	if q.plan != nil {
		q.plan(&plan)
	}
	o.result, o.err = cardlib.Read(ctx, c, k, plan)
	return o, nil
}

// make makes the profile and the store that its EF.SOD is judged by.
func (q quirk) make() (chip.Profile, *trust.Store, error) {
	p, err := card()
	if err != nil {
		return p, nil, err
	}
	q.alter(&p)
	if !q.resign {
		m, err := theMock()
		return p, m.store, err
	}
	i := newIssue(defaultKeys())
	p.LDS[chip.FileSOD] = i.sod(groups(p))
	store, err := i.trust()
	return p, store, err
}

// genuine wants every check passed that can be, the text and the portrait.
func genuine(o *outcome) error {
	if o.err != nil {
		return o.err
	}
	if err := compare(o.result.Report, allPassed); err != nil {
		return err
	}
	m, err := theMock()
	if err != nil {
		return err
	}
	switch d := o.result.Document; {
	case !o.result.Report.Genuine:
		return fmt.Errorf("not genuine: %v", o.result.Report.Checks)
	case d.Citizen.PersonalNumber != m.person.Number || d.Citizen.FullName != m.person.FullName:
		return errors.New("the text is not that of the card")
	case d.Portrait == nil || len(d.Portrait.Data) == 0:
		return fmt.Errorf("no portrait; broken: %v", d.Broken)
	}
	return nil
}

// genuineWith wants a genuine card and something more.
func genuineWith(more func(*outcome) error) func(*outcome) error {
	return func(o *outcome) error {
		if err := genuine(o); err != nil {
			return err
		}
		return more(o)
	}
}

// forgeryNoticed wants DG13 found to be changed, or no verdict at all.
func forgeryNoticed(o *outcome) error {
	if o.err != nil {
		return fmt.Errorf("the forged card could not be read: %w", o.err)
	}
	if o.result.Report.Outcome != verdict.Failure {
		return fmt.Errorf("forged and %s", o.result.Report.Outcome)
	}
	return compare(o.result.Report, expectation{verdict.Hashes: "failed HASH_MISMATCH"})
}

// fails wants the read to end with a code.
func fails(code cardlib.Code) func(*outcome) error {
	return func(o *outcome) error {
		if o.err == nil {
			return fmt.Errorf("read; due was %s", code)
		}
		if got := cardlib.CodeOf(o.err); got != code {
			return fmt.Errorf("%w; due was %s", o.err, code)
		}
		return nil
	}
}

// verdicts wants a read that comes to some verdicts and is not genuine unless said.
func verdicts(outcomeWanted verdict.Outcome, pairs ...any) func(*outcome) error {
	return func(o *outcome) error {
		if o.err != nil {
			return o.err
		}
		if err := compare(o.result.Report, expectation{}.but(pairs...)); err != nil {
			return err
		}
		if got := o.result.Report.Outcome; got != outcomeWanted {
			return fmt.Errorf("outcome is %s, due was %s", got, outcomeWanted)
		}
		return nil
	}
}

// remarked wants a remark beside a check.
func remarked(id verdict.ID, remark verdict.Reason) func(*outcome) error {
	return func(o *outcome) error {
		if !slices.Contains(o.result.Report.Get(id).Remarks, remark) {
			return fmt.Errorf("%s lacks the remark %s", id, remark)
		}
		return nil
	}
}

// saw is an exchange with a status word, below secure messaging if there is any.
func saw(sw apdu.SW) func(chip.Entry) bool {
	return func(e chip.Entry) bool { return e.PlainResponse.SW == sw }
}

// sawInstruction is an exchange with an instruction that succeeded.
func sawInstruction(ins byte) func(chip.Entry) bool {
	return func(e chip.Entry) bool {
		return e.Plain.INS == ins && (e.PlainResponse.SW.OK() || e.PlainResponse.SW == apdu.SWEndOfFile || ins == apdu.InsGetResponse)
	}
}

// sawFault is an exchange that a fault struck.
func sawFault(e chip.Entry) bool { return len(e.Faults) > 0 }

// with is alter for quirks that need no more than one line.
func with(change func(*chip.Quirks)) func(*chip.Profile) {
	return func(p *chip.Profile) { change(&p.Quirks) }
}
