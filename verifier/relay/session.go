package relay

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"time"

	"chipid/cardlib/remoteca"
	"chipid/cardlib/verdict"
	"chipid/verifier/service"
	"chipid/verifier/store"
)

// session is one request's conversation with its chip. ready is closed when
// remote is there, or failed says why there is none.
type session struct {
	relays *Relays
	tenant store.Tenant
	id     string
	ready  chan struct{}
	remote *remoteca.Session
	failed error

	recording sync.Mutex
	attempt   [16]byte
	request   *store.Request // once it was decided
}

// find returns the request's session. A first message begins it; the message for
// the agent is returned then, and nil for a session that was there.
func (r *Relays) find(ctx context.Context, t store.Tenant, req store.Request, message []byte) (*session, []byte, error) {
	s, err := r.held(ctx, t, req)
	if s != nil || err != nil {
		return s, nil, err
	}
	if up, err := remoteca.ParseUp(message); err != nil {
		return nil, nil, &remoteca.Refusal{Code: remoteca.CodeMessage, Err: err}
	} else if up.Seq != 0 {
		return nil, nil, &remoteca.Refusal{Code: remoteca.CodeSequence}
	}
	s, mine, err := r.reserve(t, req.ID)
	if err != nil || !mine {
		return s, nil, err
	}
	down, err := r.begin(ctx, s, req, message)
	return s, down, err
}

// held returns the session if this process has it, nil if nobody has, and else
// says why it cannot go on here.
func (r *Relays) held(ctx context.Context, t store.Tenant, req store.Request) (*session, error) {
	r.mu.Lock()
	s := r.sessions[req.ID]
	r.mu.Unlock()
	if s != nil {
		<-s.ready
		return s, s.failed
	}
	switch {
	case req.State == store.StateExpired:
		return nil, service.Refuse(service.NonceExpired, nil)
	case req.State != store.StateOpen:
		return nil, service.Refuse(service.NonceUsed, nil)
	}
	holder, alive, err := r.config.Store.RelayHolder(ctx, req.ID, r.alive)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, service.Refuse(service.Unavailable, err)
	}
	// An earlier run of this very replica is gone, however lately it was seen.
	if name, _, _ := strings.Cut(holder, "/"); alive && name != r.config.Replica {
		return nil, &Elsewhere{Replica: name}
	}
	return nil, r.lost(ctx, t, req)
}

// Elsewhere is a refusal that names the replica to ask.
type Elsewhere struct{ Replica string }

func (e *Elsewhere) Error() string { return "relay: held by " + e.Replica }

// Unwrap makes it a refusal with its code.
func (e *Elsewhere) Unwrap() error { return &service.Refusal{Code: service.ProofElsewhere} }

// lost ends a request whose session went with its process.
func (r *Relays) lost(ctx context.Context, t store.Tenant, req store.Request) error {
	var checks []verdict.Check
	for _, id := range verdict.All() {
		checks = append(checks, verdict.NoVerdict(id, verdict.NotRead))
	}
	o, err := outcome(remoteca.Result{Report: verdict.Conclude(checks, false), Code: remoteca.Code(service.ProofLost)})
	if err != nil {
		return err
	}
	_, _ = rand.Read(o.Attempt[:]) // it never fails
	if _, err := r.config.Store.Decide(ctx, t.ID, req.ID, o, t.Keep); err != nil {
		return service.Refuse(service.Unavailable, err)
	}
	return service.Refuse(service.ProofLost, nil)
}

// reserve makes the place of a session; mine is false if another message did.
func (r *Relays) reserve(t store.Tenant, id string) (s *session, mine bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s := r.sessions[id]; s != nil {
		return s, false, service.Refuse(service.ProofSequence, nil)
	}
	if r.stopping || len(r.sessions) >= maxSessions {
		return nil, false, service.Refuse(service.Unavailable, errors.New("relay: no room for a session"))
	}
	s = &session{relays: r, tenant: t, id: id, ready: make(chan struct{})}
	_, _ = rand.Read(s.attempt[:]) // it never fails
	r.sessions[id] = s
	return s, true, nil
}

// begin writes down that the request is this replica's and speaks with the agent.
func (r *Relays) begin(ctx context.Context, s *session, req store.Request, message []byte) (down []byte, err error) {
	defer close(s.ready)
	now := time.Now()
	until := now.Add(min(r.life, req.Expires.Sub(now)))
	if err = r.config.Store.Beat(ctx, r.instance); err == nil { // before anybody can ask who holds it
		err = r.config.Store.HoldRelay(ctx, s.tenant.ID, req.ID, r.instance)
	}
	switch {
	case err == nil && !until.After(now): // by this replica's clock
		err = service.Refuse(service.NonceExpired, nil)
	case errors.Is(err, store.ErrExists): // another replica was faster
		err = service.Refuse(service.ProofElsewhere, nil)
	case errors.Is(err, store.ErrNotFound):
		err = service.Refuse(service.NonceExpired, nil)
	case err != nil:
		err = service.Refuse(service.Unavailable, err)
	}
	if err == nil {
		s.remote, down, err = remoteca.Begin(remoteca.Service{Request: req.Request, Key: r.config.Key, Until: until,
			Store: r.config.Anchors(), BuildDate: r.config.BuildDate}, message)
	}
	if err != nil {
		s.failed = err
		r.forget(s)
		return nil, err
	}
	r.ended.Go(s.watch)
	return down, nil
}

func (r *Relays) forget(s *session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sessions[s.id] == s {
		delete(r.sessions, s.id)
	}
}

// watch writes the outcome down when the session is over, whoever asks for it,
// and keeps it for a while for a message that comes again.
func (s *session) watch() {
	<-s.remote.Done()
	ctx, cancel := context.WithTimeout(context.Background(), recordLimit)
	defer cancel()
	if _, err := s.decided(ctx); err != nil {
		s.relays.config.Log.Error("outcome not written down", "request", s.id, "why", err)
	}
	time.AfterFunc(s.relays.kept, func() {
		result := s.remote.Result()
		for _, file := range result.Files {
			clear(file)
		}
		s.relays.forget(s)
	})
}

func (s *session) step(message []byte) ([]byte, error) { return s.remote.Step(message) }

func (s *session) close() {
	<-s.ready
	if s.remote != nil {
		s.remote.Close()
	}
}

func (s *session) result() remoteca.Result { return s.remote.Result() }

// over tells whether the session has ended.
func (s *session) over() bool {
	select {
	case <-s.remote.Done():
		return true
	default:
		return false
	}
}

// decided writes the outcome down, once, before it is told. Errors are *service.Refusal.
func (s *session) decided(ctx context.Context) (store.Request, error) {
	s.recording.Lock()
	defer s.recording.Unlock()
	if s.request != nil {
		return *s.request, nil
	}
	o, err := outcome(s.remote.Result())
	if err != nil {
		return store.Request{}, service.Refuse(service.Internal, err)
	}
	o.Attempt = s.attempt
	req, err := s.relays.config.Store.Decide(ctx, s.tenant.ID, s.id, o, s.tenant.Keep)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return req, service.Refuse(service.RequestUnknown, nil)
	case err != nil:
		return req, service.Refuse(service.Unavailable, err)
	case req.Outcome == nil:
		return req, service.Refuse(service.NonceExpired, nil)
	case req.Outcome.Attempt != s.attempt:
		return req, service.Refuse(service.NonceUsed, nil)
	}
	s.request = &req
	return req, nil
}

// outcome is what is kept of a result: verdicts, and no data of the card.
func outcome(r remoteca.Result) (store.Outcome, error) {
	report, err := json.Marshal(r.Report)
	if err != nil {
		return store.Outcome{}, err
	}
	var reasons []string
	for _, c := range r.Report.Checks {
		if c.Status == verdict.Failed && c.ID != verdict.Expiry {
			reasons = append(reasons, string(c.ID)+":"+string(c.Reason))
		}
	}
	if r.Code != "" {
		reasons = append(reasons, service.ProofReason+string(r.Code))
	}
	return store.Outcome{Accepted: r.Accepted(), Report: string(report), Reasons: strings.Join(reasons, " ")}, nil
}
