package service

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"chipid/cardlib/cccd"
	"chipid/cardlib/evidence"
	"chipid/cardlib/verdict"
	"chipid/verifier/store"
)

// Submission is what a back end got from its page.
type Submission struct {
	// Request is the id of the request that is to be answered, Session the back
	// end's word for whom it was issued for.
	Request, Session string
	// Bundle is the evidence in CBOR or JSON.
	Bundle []byte
	// Key is the idempotency key; empty for none.
	Key string
}

// Judged is a decided request.
type Judged struct {
	Request store.Request
	// Replayed: it was decided by an earlier submission of the same.
	Replayed bool
	// Citizen is what the groups in the bundle say, nil unless it was accepted. It
	// is written down nowhere.
	Citizen *cccd.Citizen
}

// Judge judges a submission, writes the outcome down, and returns it. Errors are
// *Refusal; with Unavailable nothing is known, and the same submission under the
// same key may be sent again.
func (s *Service) Judge(ctx context.Context, t store.Tenant, in Submission) (Judged, error) {
	bundle, err := evidence.Parse(in.Bundle)
	if err != nil {
		return Judged{}, Refuse(EvidenceMalformed, err)
	}
	r, err := s.Look(ctx, t, in.Request)
	if err != nil {
		return Judged{}, err
	}
	o := store.Outcome{Attempt: attempt(t, in), Digest: sha256.Sum256(in.Bundle)}
	if err := s.mayAnswer(ctx, t, r, in, o); err != nil {
		return Judged{}, err
	}
	result, err := s.verify(ctx, t, r, bundle)
	if err != nil {
		return Judged{}, err
	}
	if r.Outcome == nil {
		if err := describe(&o, result, t, in.Bundle); err != nil {
			return Judged{}, Refuse(Internal, err)
		}
		if r, err = s.decide(ctx, t, r, o); err != nil {
			return Judged{}, err
		}
		return answered(r, result, false), nil
	}
	return answered(r, result, true), nil
}

// attempt names a submission: the same key for the same request names the same one.
func attempt(t store.Tenant, in Submission) (a [16]byte) {
	if in.Key == "" {
		_, _ = rand.Read(a[:]) // it never fails
		return a
	}
	h := sha256.Sum256([]byte(strings.Join([]string{"chipid attempt", t.ID, in.Request, in.Key}, "\x00")))
	copy(a[:], h[:])
	return a
}

// mayAnswer tells why a submission is not judged. One that was decided already is
// let through if it is the very one that decided.
func (s *Service) mayAnswer(ctx context.Context, t store.Tenant, r store.Request, in Submission, o store.Outcome) error {
	session := sha256.Sum256([]byte(in.Session))
	switch {
	case subtle.ConstantTimeCompare(session[:], r.Session[:]) == 0:
		return s.refuse(ctx, t, r.ID, SessionMismatch)
	case r.Kind != store.KindEvidence:
		return s.refuse(ctx, t, r.ID, KindMismatch)
	case r.State == store.StateExpired:
		return s.refuse(ctx, t, r.ID, NonceExpired)
	case r.Outcome == nil || r.Outcome.Attempt == o.Attempt && r.Outcome.Digest == o.Digest:
		return nil
	case r.Outcome.Attempt == o.Attempt:
		return s.refuse(ctx, t, r.ID, IdempotencyMismatch)
	}
	return s.refuse(ctx, t, r.ID, NonceUsed)
}

// verify judges the bundle against the request as it was open.
func (s *Service) verify(ctx context.Context, t store.Tenant, r store.Request, b *evidence.Bundle) (evidence.Result, error) {
	agent := evidence.AgentUnknown
	if len(b.AgentKey) == ed25519.PublicKeySize {
		var err error
		if agent, err = s.config.Store.AgentState(ctx, t.ID, b.AgentKey); err != nil {
			return evidence.Result{}, Refuse(Unavailable, err)
		}
	}
	select {
	case s.turns <- struct{}{}:
	case <-ctx.Done():
		return evidence.Result{}, Refuse(Unavailable, ctx.Err())
	}
	defer func() { <-s.turns }()
	_, end := s.config.Span(ctx, "verify")
	defer end(nil)
	start := time.Now()
	result := evidence.Verify(b, evidence.Expected{
		Request: r.Request, Nonce: evidence.NonceOpen, AcceptManualOrigin: s.config.AcceptManualOrigin,
		Agent: func(ed25519.PublicKey) evidence.AgentState { return agent },
		Store: s.config.Anchors(), Now: start, BuildDate: s.config.BuildDate,
	})
	s.config.Judged(time.Since(start), result.Accepted())
	return result, nil
}

// describe makes the outcome that is kept: verdicts, and no data of the card
// unless the tenant keeps bundles.
func describe(o *store.Outcome, result evidence.Result, t store.Tenant, bundle []byte) error {
	report, err := json.Marshal(result.Report)
	if err != nil {
		return err
	}
	var failed []string
	for _, c := range result.Report.Checks {
		if c.Status == verdict.Failed && c.ID != verdict.Expiry {
			failed = append(failed, string(c.ID)+":"+string(c.Reason))
		}
	}
	o.Accepted, o.Report, o.Reasons = result.Accepted(), string(report), strings.Join(failed, " ")
	if t.KeepBundles {
		o.Bundle = bundle
	}
	return nil
}

// decide writes the outcome down. If another submission came first, or the time
// was over meanwhile, this one is refused.
func (s *Service) decide(ctx context.Context, t store.Tenant, r store.Request, o store.Outcome) (store.Request, error) {
	ctx, end := s.config.Span(ctx, "decide")
	got, err := s.config.Store.Decide(ctx, t.ID, r.ID, o, t.Keep)
	end(err)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return got, s.refuse(ctx, t, r.ID, RequestUnknown)
	case err != nil:
		return got, Refuse(Unavailable, err)
	case got.Outcome == nil:
		return got, s.refuse(ctx, t, r.ID, NonceExpired)
	case got.Outcome.Attempt == o.Attempt && got.Outcome.Digest == o.Digest:
		return got, nil
	case got.Outcome.Attempt == o.Attempt:
		return got, s.refuse(ctx, t, r.ID, IdempotencyMismatch)
	}
	return got, s.refuse(ctx, t, r.ID, NonceUsed)
}

// answered puts the recorded outcome and what the bundle says together.
func answered(r store.Request, result evidence.Result, replayed bool) Judged {
	j := Judged{Request: r, Replayed: replayed}
	if r.Outcome.Accepted {
		if citizen, _ := cccd.FromGroups(result.MRZ, result.DG13); result.MRZ != nil || result.DG13 != nil {
			j.Citizen = &citizen
		}
	}
	return j
}
