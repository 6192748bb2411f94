package service

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"time"

	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
	"chipid/verifier/store"
	"chipid/verifier/tenant"
)

// How long a request lives.
const (
	MinLife     = 10 * time.Second
	DefaultLife = 5 * time.Minute
	MaxLife     = 15 * time.Minute
)

// MaxSession is the longest word for a session, in bytes.
const MaxSession = 256

// Ask is what a back end wants to be shown.
type Ask struct {
	// Kind is how; empty for evidence.
	Kind            store.Kind
	Origin, Purpose string
	Groups          []lds.Group
	// Session is the back end's own word for whom the request is for, a session's
	// id. Only its hash is kept.
	Session string
	// Life is how long; 0 for DefaultLife.
	Life time.Duration
}

// Issue makes a request with a new nonce. All that the challenge is made of is
// fixed here. Errors are *Refusal.
func (s *Service) Issue(ctx context.Context, t store.Tenant, ask Ask) (store.Request, error) {
	r, err := s.newRequest(t, &ask)
	if err != nil {
		return store.Request{}, err
	}
	taken, err := s.config.Store.Take(ctx, t.ID)
	switch {
	case err != nil:
		return store.Request{}, Refuse(Unavailable, err)
	case !taken:
		return store.Request{}, Refuse(RateLimited, nil)
	}
	if r, err = s.config.Store.Issue(ctx, r, ask.Life); err != nil {
		return store.Request{}, Refuse(Unavailable, err)
	}
	return r, nil
}

func (s *Service) newRequest(t store.Tenant, ask *Ask) (store.Request, error) {
	if ask.Kind == "" {
		ask.Kind = store.KindEvidence
	}
	if ask.Life == 0 {
		ask.Life = DefaultLife
	}
	originOK, purposeOK := tenant.MayAsk(t, ask.Origin, ask.Purpose)
	switch {
	case ask.Session == "" || len(ask.Session) > MaxSession:
		return store.Request{}, Refuse(RequestMalformed, errors.New("session"))
	case ask.Life < MinLife || ask.Life > MaxLife:
		return store.Request{}, Refuse(RequestMalformed, errors.New("seconds"))
	case !s.kinds[ask.Kind]:
		return store.Request{}, Refuse(KindUnknown, nil)
	case !originOK:
		return store.Request{}, Refuse(OriginNotAllowed, nil)
	case !purposeOK:
		return store.Request{}, Refuse(PurposeNotAllowed, nil)
	}
	var nonce [evidence.MinNonce]byte
	_, _ = rand.Read(nonce[:]) // it never fails
	r := store.Request{ID: rand.Text(), Tenant: t.ID, Kind: ask.Kind, Session: sha256.Sum256([]byte(ask.Session)),
		Request: evidence.Request{Nonce: nonce[:], Origin: ask.Origin, Purpose: ask.Purpose, Groups: ask.Groups}}
	if err := r.Check(); err != nil {
		return store.Request{}, Refuse(RequestMalformed, err)
	}
	return r, nil
}
