package service

import (
	"context"
	"crypto/ed25519"
	"log/slog"
	"runtime"
	"time"

	"chipid/cardlib/evidence"
	"chipid/cardlib/trust"
	"chipid/verifier/store"
)

// Store is what the service asks of its database; *store.Store is one.
type Store interface {
	Take(ctx context.Context, tenant string) (bool, error)
	Issue(ctx context.Context, r store.Request, lives time.Duration) (store.Request, error)
	Request(ctx context.Context, tenant, id string) (store.Request, error)
	Foreign(ctx context.Context, tenant, id string) (bool, error)
	Decide(ctx context.Context, tenant, id string, o store.Outcome, keep time.Duration) (store.Request, error)
	AddRefusal(ctx context.Context, tenant, request, code string) error
	AgentState(ctx context.Context, tenant string, key ed25519.PublicKey) (evidence.AgentState, error)
}

// Config is what a Service is made of.
type Config struct {
	Store Store
	// Anchors returns the trust store of the moment.
	Anchors func() *trust.Store
	// BuildDate is when this program was built: the clock cannot be earlier.
	BuildDate time.Time
	// AcceptManualOrigin is for trials: evidence whose origin was given by hand.
	AcceptManualOrigin bool
	// Kinds are further ways in which requests are answered.
	Kinds []store.Kind
	// Judged hears how long each bundle took and what came of it; nil for nobody.
	Judged func(took time.Duration, accepted bool)
	// Span begins a span for a part of the work and returns what ends it; nil for none.
	Span func(ctx context.Context, name string) (context.Context, func(error))
	Log  *slog.Logger
}

// Service issues and judges. Make it with New; it is safe for concurrent use.
type Service struct {
	config Config
	kinds  map[store.Kind]bool
	// turns bounds how many bundles are judged at once.
	turns chan struct{}
}

// New makes a service.
func New(config Config) *Service {
	s := &Service{config: config, kinds: map[store.Kind]bool{store.KindEvidence: true}, turns: make(chan struct{}, 2*runtime.GOMAXPROCS(0))}
	for _, k := range config.Kinds {
		s.kinds[k] = true
	}
	if s.config.Log == nil {
		s.config.Log = slog.New(slog.DiscardHandler)
	}
	if s.config.Judged == nil {
		s.config.Judged = func(time.Duration, bool) {}
	}
	if s.config.Span == nil {
		s.config.Span = func(ctx context.Context, _ string) (context.Context, func(error)) { return ctx, func(error) {} }
	}
	return s
}

// Look returns a tenant's request and what became of it. Errors are *Refusal.
func (s *Service) Look(ctx context.Context, t store.Tenant, id string) (store.Request, error) {
	r, err := s.config.Store.Request(ctx, t.ID, id)
	if err == store.ErrNotFound {
		return r, s.unknown(ctx, t, id)
	}
	if err != nil {
		return r, Refuse(Unavailable, err)
	}
	return r, nil
}

// unknown is the answer to a request's id that the tenant does not have. It is
// the same for one that another tenant has; the audit tells them apart.
func (s *Service) unknown(ctx context.Context, t store.Tenant, id string) error {
	code := RequestUnknown
	foreign, err := s.config.Store.Foreign(ctx, t.ID, id)
	if err != nil {
		return Refuse(Unavailable, err)
	}
	if foreign {
		code = RequestForeign
	}
	if err := s.note(ctx, t, id, code); err != nil {
		return err
	}
	return Refuse(RequestUnknown, nil)
}

// maxNoted is the longest id that is written down as it was given.
const maxNoted = 64

// note writes a submission that is not judged into the audit, and the log.
func (s *Service) note(ctx context.Context, t store.Tenant, id string, code Code) error {
	if len(id) > maxNoted {
		id = id[:maxNoted]
	}
	s.config.Log.WarnContext(ctx, "not judged", "tenant", t.Name, "request", id, "code", string(code))
	if err := s.config.Store.AddRefusal(ctx, t.ID, id, string(code)); err != nil {
		return Refuse(Unavailable, err)
	}
	return nil
}

// refuse notes and refuses.
func (s *Service) refuse(ctx context.Context, t store.Tenant, id string, code Code) error {
	if err := s.note(ctx, t, id, code); err != nil {
		return err
	}
	return Refuse(code, nil)
}
