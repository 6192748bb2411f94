package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/agent/config"
	"chipid/agent/consent"
	consolepage "chipid/agent/console"
	"chipid/agent/control"
	"chipid/agent/counter"
	"chipid/agent/doctor"
	"chipid/agent/reading"
	"chipid/cardlib/pcsc"
)

// view is the agent as the officer's page sees it.
type view struct{ *agent }

// maxAnchors is how many root certificates the page lists.
const maxAnchors = 50

// Watch implements console.Agent.
func (v view) Watch(ctx context.Context, show func(consolepage.State)) {
	for {
		state, desk := v.desk.State()
		board, counter := v.counter.Board()
		questions, queue := v.queue.List()
		news := v.news.next() // before what it tells of is looked at
		show(v.state(state, board, questions))
		select {
		case <-desk:
		case <-counter:
		case <-queue:
		case <-news:
		case <-ctx.Done():
			return
		}
	}
}

// state is everything that the page shows.
func (v view) state(desk reading.State, board counter.Board, questions []consent.Pending) consolepage.State {
	s := consolepage.State{Language: v.set().Text(config.Language), PairingAllowed: v.set().Bool(config.Pairing),
		About: consolepage.About{Version: version, Started: v.started, Addresses: v.listeners.Addresses(), Folder: v.set().places.State,
			Mock: v.set().Bool(config.Mock), Key: v.key},
		Readers: []consolepage.Reader{}, Reads: []consolepage.Read{}, Verdicts: []consolepage.Verdict{}, Questions: []control.Question{}, Asking: []string{}, Trust: []consolepage.Anchor{}}
	for _, r := range desk.Readers {
		state := string(r.Card)
		if r.Stuck {
			state = "stuck"
		}
		s.Readers = append(s.Readers, consolepage.Reader{Name: r.Name, State: state, Synthetic: r.Synthetic, Busy: r.Busy})
	}
	if fault := desk.ServiceFault(); fault != nil {
		failure := answer.FailureOf(fault)
		s.Service = &failure
	}
	for _, r := range board.Reads {
		s.Reads = append(s.Reads, consolepage.Read{ID: r.ID, Caller: r.Caller.String(), Reader: consent.Printable(r.Reader), Waiting: r.Waiting,
			Stage: catalogue.StageOf(string(r.Stage)).What, Percent: r.Percent})
	}
	for _, each := range board.Verdicts {
		s.Verdicts = append(s.Verdicts, verdictOf(each))
	}
	for _, q := range questions {
		s.Questions = append(s.Questions, control.QuestionOf(q))
	}
	for _, caller := range v.counter.Askers() {
		s.Asking = append(s.Asking, caller.String())
	}
	if until := v.room.Until(); v.room.IsOpen() {
		s.Pairing = &until
	}
	v.grants(&s)
	v.anchors(&s)
	return s
}

// verdictOf says in words how a read ended.
func verdictOf(v counter.Verdict) consolepage.Verdict {
	out := consolepage.Verdict{At: v.At, Caller: v.Caller.String(), Reader: consent.Printable(v.Reader), Synthetic: v.Synthetic}
	if v.Outcome != "" {
		o := catalogue.OutcomeOf(v.Outcome)
		out.Tone, out.What, out.Remedy, out.Code = o.Tone, o.What, o.Remedy, string(v.Outcome)
		return out
	}
	e := catalogue.Of(v.Code)
	out.Tone, out.What, out.Remedy, out.Code = catalogue.Neutral, e.What, e.Remedy, string(v.Code)
	return out
}

// grants lists who may read cards: the administrator's word first, as it counts.
func (v view) grants(s *consolepage.State) {
	s.Grants = []consolepage.Grant{}
	for _, g := range v.admin.List() {
		s.Grants = append(s.Grants, grantOf(g, true))
	}
	for _, o := range v.book.Run().List() {
		s.Grants = append(s.Grants, consolepage.Grant{Caller: o.String(), Fields: []string{"all"}, Presence: true, For: string(consent.Always), By: v.book.Run().By(), Fixed: true})
	}
	all, err := v.store.List()
	if err != nil {
		failure := answer.NewFailure(catalogue.StateUnusable, "")
		s.GrantsProblem = &failure
	}
	for _, g := range all {
		s.Grants = append(s.Grants, grantOf(g, false))
	}
}

func grantOf(g consent.Grant, fixed bool) consolepage.Grant {
	return consolepage.Grant{Caller: g.Caller().String(), Name: consent.Printable(g.Name), Fields: append([]string{}, g.Fields...), Presence: g.Presence, For: string(g.For),
		Until: g.Until, By: g.By, Fixed: fixed}
}

// anchors lists the root certificates that cards are judged against; those of
// mock readers too, where these are offered.
func (v view) anchors(s *consolepage.State) {
	stores := v.stores.Load()
	all := stores.test.Anchors()
	s.AllAnchors = len(all)
	if !stores.updated.IsZero() {
		s.TrustUpdated, s.TrustOld = &stores.updated, time.Since(stores.updated) > doctor.StaleTrust
	}
	for _, a := range all[:min(len(all), maxAnchors)] {
		sum := sha256.Sum256(a.Certificate.Raw)
		shown := consolepage.Anchor{Subject: a.Certificate.Subject.String(), Country: a.Country(), NotBefore: a.Certificate.NotBefore,
			NotAfter: a.Certificate.NotAfter, Fingerprint: hex.EncodeToString(sum[:]), Kind: string(a.Kind), Synthetic: a.Synthetic, Origin: consent.Printable(a.Note.Origin)}
		if !a.Note.Added.IsZero() {
			shown.Added = &a.Note.Added
		}
		s.Trust = append(s.Trust, shown)
	}
}

// Do implements console.Agent.
func (v view) Do(ctx context.Context, a consolepage.Action) (any, *answer.Failure) {
	switch a.What {
	case consolepage.OpenPairing:
		return nil, failed(v.openPairing(pairing2m))
	case consolepage.ClosePairing:
		return nil, failed(v.openPairing(0))
	case consolepage.Answer:
		return nil, failed(v.command(ctx, control.Request{Op: control.OpAnswer, ID: a.ID, Decision: a.Decision}))
	case consolepage.EndRead:
		if !v.counter.End(a.ID) {
			return nil, failure(catalogue.QuestionUnknown)
		}
		return nil, nil
	case consolepage.Choose:
		return nil, v.choose(a.Caller)
	case consolepage.Revoke:
		return nil, v.revoke(a.Caller)
	case consolepage.Examine:
		return v.examine(ctx), nil
	case consolepage.Support:
		return v.bundle(ctx)
	case consolepage.Speak:
		return v.speak(a.Language)
	}
	return nil, failure(catalogue.Usage)
}

// pairing2m is how long a press of the button opens pairing, in seconds.
const pairing2m = 120

func failure(code catalogue.Code) *answer.Failure {
	f := answer.NewFailure(code, "")
	return &f
}

// failed is why a command came to nothing, nil if it did not.
func failed(r control.Response) *answer.Failure {
	if r.Code == "" {
		return nil
	}
	return failure(catalogue.Code(r.Code))
}

// speak writes the language into the user's file. Where something stronger names one,
// nothing is written: it is the page's alone, which hears false.
func (v view) speak(language string) (kept any, failed *answer.Failure) {
	s := v.set()
	switch source := s.Source(config.Language); {
	case source != config.FromDefault && source != config.FromFile, s.places.File == "":
		return false, nil
	}
	switch err := config.SetText(s.places.File, config.Language, language); {
	case errors.Is(err, config.ErrInvalid):
		return nil, failure(catalogue.ConfigInvalid)
	case err != nil:
		return nil, failure(catalogue.StateUnusable)
	}
	v.reload()
	return true, nil
}

// examine looks at this computer as `doctor` does, with the settings in force;
// what is wrong with those in the files by now is said.
func (v view) examine(ctx context.Context) []consolepage.Check {
	s := v.set()
	saved := s.spared()
	s.problem, s.policyProblem = saved.problem, saved.policyProblem
	checks := []consolepage.Check{}
	for _, c := range s.examine(ctx, pcsc.New()) {
		checks = append(checks, consolepage.Check{ID: c.ID, Status: string(c.Status), Title: c.Title, Remedy: c.Remedy, Detail: c.Detail})
	}
	return checks
}

// bundle makes the file for the support, as `doctor --zip` does.
func (v view) bundle(ctx context.Context) (any, *answer.Failure) {
	s := v.set()
	var b bytes.Buffer
	if err := s.support(&b, s.examine(ctx, pcsc.New())); err != nil {
		v.log.Error("file for support", "why", err)
		return nil, failure(catalogue.Internal)
	}
	return consolepage.Bundle{Name: "chipid-" + time.Now().Format(time.DateOnly) + ".zip", Data: b.Bytes()}, nil
}

// choose gives one of those that ask the turn.
func (v view) choose(name string) *answer.Failure {
	for _, caller := range v.counter.Askers() {
		if caller.String() == name {
			v.counter.Choose(caller)
			return nil
		}
	}
	return failure(catalogue.QuestionUnknown)
}

// revoke takes a grant of the user's file back.
func (v view) revoke(name string) *answer.Failure {
	all, err := v.store.List()
	if err != nil {
		return failure(catalogue.StateUnusable)
	}
	i := slices.IndexFunc(all, func(g consent.Grant) bool { return g.Caller().String() == name })
	if i < 0 {
		return failure(catalogue.GrantUnknown)
	}
	if err := takeBack(v.audit, v.store, all[i].Caller(), consent.ByOfficer, v.changed); err != nil {
		return failure(revokeCode(err))
	}
	return nil
}
