package main

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"

	"chipid/cardlib"
	"chipid/cardlib/access"
	"chipid/cardlib/cccd"
	"chipid/cardlib/lds"
	"chipid/cardlib/trust"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// mock is the issuer of the mock cards with what a reader needs for them.
type mock struct {
	issuer  *issuer.Issuer
	person  persona.Persona
	profile chip.Profile
	store   *trust.Store
}

// theMock makes the issuer and one card of it, once.
var theMock = sync.OnceValues(func() (*mock, error) {
	m := &mock{issuer: issuer.New(issuer.PublishedSeed), person: persona.All()[0], store: &trust.Store{}}
	var err error
	if m.profile, err = m.issuer.Personalise(m.person, issuer.Options{}); err != nil {
		return nil, err
	}
	anchors, err := m.issuer.Anchors()
	if err != nil {
		return nil, err
	}
	for _, a := range anchors {
		if problems := m.store.Add(a.File, a.PEM()); len(problems) > 0 {
			return nil, problems[0]
		}
	}
	return m, nil
})

// card returns a copy of the mock card, free to be changed.
func card() (chip.Profile, error) {
	m, err := theMock()
	if err != nil {
		return chip.Profile{}, err
	}
	p := m.profile
	p.MF, p.LDS, p.Quirks.FileSW = maps.Clone(p.MF), maps.Clone(p.LDS), maps.Clone(p.Quirks.FileSW)
	return p, nil
}

// quickCard is the card as a chip that speaks BAC alone, the quickest way in:
// for cases where access is not the point.
func quickCard() (chip.Profile, error) {
	p, err := card()
	p.PACE = nil
	delete(p.MF, chip.FileCardAccess)
	return p, err
}

// groups returns the data groups of a profile by number.
func groups(p chip.Profile) map[int][]byte {
	all := map[int][]byte{}
	for n := 1; n <= int(lds.DG16); n++ {
		if file, ok := p.LDS[chip.FileDG(n)]; ok {
			all[n] = file
		}
	}
	return all
}

// keys are what the officer gives: the number, or the whole MRZ.
func keys(withMRZ bool) (access.Keys, error) {
	m, err := theMock()
	if err != nil {
		return access.Keys{}, err
	}
	if withMRZ {
		return cccd.KeysFromMRZ(m.person.MRZ())
	}
	return cccd.KeysFromNumber(m.person.Number)
}

// expectation is what checks come to, "passed" or "failed HASH_MISMATCH".
type expectation map[verdict.ID]string

const passed = string(verdict.Passed)

// compare tells where a report differs from what was expected.
func compare(report verdict.Report, want expectation) error {
	var wrong []string
	for _, id := range verdict.All() {
		check := report.Get(id)
		got := strings.TrimSpace(fmt.Sprintf("%s %s", check.Status, check.Reason))
		if due, ok := want[id]; ok && got != due {
			wrong = append(wrong, fmt.Sprintf("%s is %q, due was %q", id, got, due))
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%s", strings.Join(wrong, "; "))
	}
	return nil
}

// read puts the card with this EF.SOD before the reader and judges it by the
// store. The proofs of the chip are left out: they are not the point here.
func (i *issue) read(ctx context.Context) (*cardlib.Result, error) {
	p, err := quickCard()
	if err != nil {
		return nil, err
	}
	p.LDS[chip.FileSOD] = i.sod(groups(p))
	c, err := chip.New(p)
	if err != nil {
		return nil, err
	}
	store, err := i.trust()
	if err != nil {
		return nil, err
	}
	k, err := keys(true)
	if err != nil {
		return nil, err
	}
	return cardlib.Read(ctx, c, k, cardlib.Plan{
		Groups: []lds.Group{lds.DG1, lds.DG13}, SkipActiveAuth: true, SkipChipAuth: true,
		Trust: store, Now: fixed(i.now), BuildDate: builtAt,
	})
}
