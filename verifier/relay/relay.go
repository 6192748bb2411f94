package relay

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"log/slog"
	"sync"
	"time"

	"chipid/cardlib/remoteca"
	"chipid/cardlib/trust"
	"chipid/verifier/service"
	"chipid/verifier/store"
)

// Limits of sessions.
const (
	// Life is how long one session may take; the agent gives up after a minute.
	Life = 2 * time.Minute
	// BeatPause lies between two words of a replica that it is alive, and
	// aliveFor is how long one counts.
	BeatPause = 3 * time.Second
	aliveFor  = 12 * time.Second
	// keptAfter is how long an ended session answers a repeated message.
	keptAfter = time.Minute
	// maxSessions is how many sessions one replica holds.
	maxSessions = 2000
	// recordLimit is how long writing an outcome down may take.
	recordLimit = 10 * time.Second
)

// Store is what relays ask of the database; *store.Store is one.
type Store interface {
	HoldRelay(ctx context.Context, tenant, id, instance string) error
	RelayHolder(ctx context.Context, id string, within time.Duration) (instance string, alive bool, err error)
	Beat(ctx context.Context, instance string) error
	Decide(ctx context.Context, tenant, id string, o store.Outcome, keep time.Duration) (store.Request, error)
	AddRefusal(ctx context.Context, tenant, request, code string) error
}

// Config is what Relays are made of.
type Config struct {
	Store Store
	// Look finds a tenant's request (service.Service).
	Look func(ctx context.Context, t store.Tenant, id string) (store.Request, error)
	// Key signs the orders. Agents have its public part pinned.
	Key ed25519.PrivateKey
	// Anchors returns the trust store of the moment.
	Anchors   func() *trust.Store
	BuildDate time.Time
	// Replica names this replica to balancers, and no other one; empty for a random
	// name. After a restart under the same name the sessions of the run before are lost.
	Replica string
	Log     *slog.Logger
}

// Relays are the sessions that this process holds. It is safe for concurrent use.
type Relays struct {
	config Config
	// instance is of this run of the program: after a restart its sessions are gone.
	instance string
	life     time.Duration
	kept     time.Duration
	alive    time.Duration

	mu       sync.Mutex
	sessions map[string]*session
	ended    sync.WaitGroup
	stopping bool
}

// New makes a set without sessions.
func New(config Config) *Relays {
	if config.Replica == "" {
		config.Replica = rand.Text()
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	return &Relays{config: config, instance: config.Replica + "/" + rand.Text(), life: Life, kept: keptAfter, alive: aliveFor, sessions: map[string]*session{}}
}

// Beat tells the other replicas that this one is alive, until ctx ends.
func (r *Relays) Beat(ctx context.Context) {
	tick := time.NewTicker(BeatPause)
	defer tick.Stop()
	for {
		if err := r.config.Store.Beat(ctx, r.instance); err != nil && ctx.Err() == nil {
			r.config.Log.Warn("no sign of life written", "why", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Close ends all sessions, writes their outcomes down, and takes no new ones.
func (r *Relays) Close() {
	r.mu.Lock()
	r.stopping = true
	var all []*session
	for _, s := range r.sessions {
		all = append(all, s)
	}
	r.mu.Unlock()
	for _, s := range all {
		s.close()
	}
	r.ended.Wait()
}

// Message is one of the agent's, as the back end hands it in.
type Message struct {
	// Request is the id, Session the back end's word for whom it was issued for.
	Request, Session string
	Message          []byte
}

// Answer is what the back end gets for it.
type Answer struct {
	// Message is the next one for the agent; it is there at the end too.
	Message []byte
	// Decided is there at the end, with the outcome that was written down, and
	// Result is what the session proved.
	Decided *store.Request
	Result  remoteca.Result
}

// Relay takes a message. Errors are *service.Refusal.
func (r *Relays) Relay(ctx context.Context, t store.Tenant, in Message) (Answer, error) {
	req, err := r.request(ctx, t, in)
	if err != nil {
		return Answer{}, err
	}
	s, down, err := r.find(ctx, t, req, in.Message)
	if err == nil && down == nil {
		down, err = s.step(in.Message)
	}
	if err != nil {
		return Answer{}, r.refused(ctx, t, req.ID, err)
	}
	if !s.over() {
		return Answer{Message: down}, nil
	}
	decided, err := s.decided(ctx)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Message: down, Decided: &decided, Result: s.result()}, nil
}

// End gives a session up; its outcome says PROOF_ENDED. Errors are *service.Refusal.
func (r *Relays) End(ctx context.Context, t store.Tenant, in Message) (store.Request, error) {
	req, err := r.request(ctx, t, in)
	if err != nil {
		return req, err
	}
	s, err := r.held(ctx, t, req)
	if err == nil && s == nil {
		err = service.Refuse(service.ProofSequence, nil)
	}
	if err != nil {
		return req, r.refused(ctx, t, req.ID, err)
	}
	s.close()
	return s.decided(ctx)
}

// request finds the request and holds what the back end says against it.
func (r *Relays) request(ctx context.Context, t store.Tenant, in Message) (store.Request, error) {
	req, err := r.config.Look(ctx, t, in.Request)
	if err != nil {
		return req, err
	}
	word := sha256.Sum256([]byte(in.Session))
	switch {
	case subtle.ConstantTimeCompare(word[:], req.Session[:]) == 0:
		err = service.Refuse(service.SessionMismatch, nil)
	case req.Kind != store.KindChipAuth:
		err = service.Refuse(service.KindMismatch, nil)
	}
	return req, r.refused(ctx, t, req.ID, err)
}

// refused writes into the audit what is not done, and returns it.
func (r *Relays) refused(ctx context.Context, t store.Tenant, id string, err error) error {
	if err == nil {
		return nil
	}
	var known *service.Refusal
	var proof *remoteca.Refusal
	switch {
	case errors.As(err, &known):
	case errors.As(err, &proof):
		known = &service.Refusal{Code: service.Code(proof.Code), Err: err}
		err = known
	default:
		return service.Refuse(service.Internal, err)
	}
	if known.Code == service.Unavailable || known.Code == service.Internal {
		return err
	}
	r.config.Log.WarnContext(ctx, "not relayed", "tenant", t.Name, "request", id, "code", string(known.Code))
	if err := r.config.Store.AddRefusal(ctx, t.ID, id, string(known.Code)); err != nil {
		return service.Refuse(service.Unavailable, err)
	}
	return err
}
