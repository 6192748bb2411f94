package conformance

import (
	"context"
	"fmt"
	"strings"
	"time"

	"chipid/cardlib"
	"chipid/cardlib/access"
	"chipid/cardlib/cccd"
	"chipid/cardlib/curves"
	"chipid/cardlib/cvc"
	"chipid/cardlib/lds"
	"chipid/cardlib/terminalauth"
	"chipid/cardlib/trust"
	"chipid/cardlib/verdict"
)

// readLimit is how long one read in process may take.
const readLimit = time.Minute

// inProcess is this project's own reader.
type inProcess struct{ store *trust.Store }

// inProcessDriver runs the cases with cardlib.Read.
func inProcessDriver(w *world) (driver, error) {
	store := &trust.Store{}
	anchors, err := w.issuer.Anchors()
	if err != nil {
		return nil, err
	}
	for _, a := range anchors {
		if problems := store.Add(a.File, a.PEM()); len(problems) > 0 {
			return nil, errCase("anchor %s: %v", a.File, problems[0].Err)
		}
	}
	return &inProcess{store}, nil
}

func (d *inProcess) can(Case) string { return "" }

func (d *inProcess) read(ctx context.Context, w *world, c Case, card *card) (Said, error) {
	keys, err := d.keys(w, c)
	if err != nil {
		return Said{}, err
	}
	plan := cardlib.Plan{Trust: d.store}
	if c.terminal != nil {
		holders, err := c.terminal(w)
		if err != nil {
			return Said{}, err
		}
		if plan.Terminal, err = terminalOf(holders); err != nil {
			return Said{}, err
		}
		plan.Groups = []lds.Group{lds.DG1, lds.DG2, lds.DG3, lds.DG13}
	}
	said := Said{Known: true, Genuine: true}
	for range max(1, c.reads) {
		card.PowerOff()
		limited, cancel := context.WithTimeout(ctx, readLimit)
		result, err := cardlib.Read(limited, card, keys, plan)
		cancel()
		said.Genuine = said.Genuine && err == nil && result.Report.Genuine
		said.Text = words(result, err)
	}
	return said, nil
}

func (d *inProcess) keys(w *world, c Case) (access.Keys, error) {
	if c.ByMRZ {
		return cccd.KeysFromMRZ(w.persona.MRZ())
	}
	return cccd.KeysFromNumber(w.persona.Number)
}

// words is a result in short.
func words(result *cardlib.Result, err error) string {
	if err != nil {
		return string(cardlib.CodeOf(err))
	}
	parts := []string{string(result.Report.Outcome)}
	for _, check := range result.Report.Checks {
		if check.Status != verdict.Passed && check.ID != verdict.Revocation && check.ID != verdict.Expiry {
			parts = append(parts, fmt.Sprintf("%s %s %s", check.ID, check.Status, check.Reason))
		}
	}
	return strings.Join(parts, ", ")
}

// terminalOf authorises the reader by a chain.
func terminalOf(holders chain) (*terminalauth.Terminal, error) {
	t := &terminalauth.Terminal{}
	for _, h := range holders {
		c, err := cvc.Parse(h.Certificate)
		if err != nil {
			return nil, err
		}
		t.Certificates = append(t.Certificates, c)
	}
	last := holders[len(holders)-1]
	if key := last.RSA(); key != nil {
		t.Key = key
		return t, nil
	}
	id, d := last.ECDSA()
	curve, ok := curves.ByID(id)
	if !ok {
		return nil, errCase("no curve %d", id)
	}
	key, err := cvc.NewECKey(curve, d)
	t.Key = key
	return t, err
}
