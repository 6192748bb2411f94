package store

import (
	"context"
	"errors"
	"time"

	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
)

// Kind says in which way a request is answered.
type Kind string

// KindEvidence is answered by a bundle.
const KindEvidence Kind = "evidence"

// State is what became of a request.
type State string

// A request is open until it is decided, or its time is over.
const (
	StateOpen     State = "open"
	StateAccepted State = "accepted"
	StateRefused  State = "refused"
	StateExpired  State = "expired"
)

// Request is one nonce with all that was fixed when it was issued.
type Request struct {
	// ID is random and names the request to its back end; it is no secret.
	ID, Tenant string
	Kind       Kind
	evidence.Request
	// Session is SHA-256 of what the back end binds the request to.
	Session [32]byte
	Issued  time.Time
	Expires time.Time
	// State is by the database's clock when it was asked.
	State State
	// Outcome is there for an accepted or refused one.
	Outcome *Outcome
}

// NonceState is the state of the request in the words of evidence.
func (r Request) NonceState() evidence.NonceState {
	switch r.State {
	case StateOpen:
		return evidence.NonceOpen
	case StateExpired:
		return evidence.NonceExpired
	case StateAccepted, StateRefused:
		return evidence.NonceUsed
	}
	return evidence.NonceUnknown
}

// Outcome is what was decided, without personal data.
type Outcome struct {
	Accepted bool
	Decided  time.Time
	// Attempt is the submission that was judged, Digest SHA-256 of what it brought.
	Attempt [16]byte
	Digest  [32]byte
	// Report is a JSON document. Reasons names the checks that failed, for the audit:
	// "freshness:NONCE_MISMATCH activeAuth:WRONG_ANSWER".
	Report, Reasons string
	// Bundle is the evidence itself where the tenant keeps it, else nil.
	Bundle []byte
}

// Issue writes a new request down. Its times are set by the database's clock, and
// it is open from the return of this call. An undecided request is purged a day
// after its time is over.
func (s *Store) Issue(ctx context.Context, r Request, lives time.Duration) (Request, error) {
	var issued, expires int64
	err := s.row(ctx, `INSERT INTO requests (id, tenant, kind, nonce, session, origin, purpose, wanted, issued, expires, state, purge_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, {now}, {now} + $9, 'open', {now} + $9 + 86400000) RETURNING issued, expires`,
		[]any{r.ID, r.Tenant, string(r.Kind), r.Nonce, r.Session[:], r.Origin, r.Purpose, numbers(r.Groups), lives.Milliseconds()}, &issued, &expires)
	r.Issued, r.Expires, r.State = milliseconds(issued), milliseconds(expires), StateOpen
	return r, err
}

// Request returns a tenant's request. ErrNotFound: it has none of that id.
func (s *Store) Request(ctx context.Context, tenant, id string) (Request, error) {
	return s.request(ctx, id, "tenant = $2", tenant)
}

// Foreign tells whether the id is another tenant's: for the audit, never for an answer.
func (s *Store) Foreign(ctx context.Context, tenant, id string) (bool, error) {
	var n int
	err := s.look(ctx, "SELECT count(*) FROM requests WHERE id = $1 AND tenant <> $2", []any{id, tenant}, &n)
	return n > 0, err
}

func (s *Store) request(ctx context.Context, id, where string, arg any) (r Request, err error) {
	var groups, session, attempt, digest, bundle []byte
	var report, reasons *string
	var issued, expires, now int64
	var decided *int64
	err = s.look(ctx, `SELECT id, tenant, kind, nonce, session, origin, purpose, wanted, issued, expires, state, decided, attempt, digest, report, reasons, bundle, {now}
		FROM requests WHERE id = $1 AND `+where, []any{id, arg}, &r.ID, &r.Tenant, &r.Kind, &r.Nonce, &session, &r.Origin, &r.Purpose, &groups,
		&issued, &expires, &r.State, &decided, &attempt, &digest, &report, &reasons, &bundle, &now)
	if err != nil {
		return Request{}, err
	}
	r.Groups, r.Issued, r.Expires = groupsOf(groups), milliseconds(issued), milliseconds(expires)
	copy(r.Session[:], session)
	if r.State == StateOpen && now >= expires {
		r.State = StateExpired
	}
	if decided != nil && report != nil && reasons != nil {
		r.Outcome = &Outcome{Accepted: r.State == StateAccepted, Decided: milliseconds(*decided), Report: *report, Reasons: *reasons, Bundle: bundle}
		copy(r.Outcome.Attempt[:], attempt)
		copy(r.Outcome.Digest[:], digest)
	}
	return r, nil
}

// decideTries and decidePause: how often and how soon a decision is tried again
// whose commit was not answered.
const (
	decideTries = 3
	decidePause = 100 * time.Millisecond
)

// Decide writes an outcome down if the request is open and in time, and returns
// the request as it then stands: whoever's attempt is in the outcome has decided
// it. keep is how long the outcome stands.
//
// A connection that breaks between the statement and its answer leaves open
// whether it was committed. The request is looked up then, and the decision tried
// again if it is not there; the attempt tells whose it is. With ErrUnavailable
// nothing is known: nobody may be told that evidence was accepted.
func (s *Store) Decide(ctx context.Context, tenant, id string, o Outcome, keep time.Duration) (Request, error) {
	state := StateRefused
	if o.Accepted {
		state = StateAccepted
	}
	var last error
	for try := range decideTries {
		if try > 0 {
			s.Log.WarnContext(ctx, "decision tried again", "request", id, "why", last)
			select {
			case <-time.After(decidePause):
			case <-ctx.Done():
				return Request{}, unavailable(ctx.Err())
			}
		}
		_, err := s.exec(ctx, `UPDATE requests SET state = $3, decided = {now}, attempt = $4, digest = $5, report = $6, reasons = $7, bundle = $8, purge_at = {now} + $9
			WHERE id = $1 AND tenant = $2 AND state = 'open' AND expires > {now}`,
			id, tenant, string(state), o.Attempt[:], o.Digest[:], o.Report, o.Reasons, o.Bundle, keep.Milliseconds())
		if err == nil {
			return s.Request(ctx, tenant, id)
		}
		r, lookup := s.Request(ctx, tenant, id)
		if lookup == nil && r.State != StateOpen || errors.Is(lookup, ErrNotFound) {
			return r, lookup
		}
		last = err
	}
	return Request{}, last
}

// numbers and groupsOf are a list of groups as it stands in the table: a byte each.
func numbers(groups []lds.Group) []byte {
	b := make([]byte, len(groups))
	for i, g := range groups {
		b[i] = byte(g)
	}
	return b
}

func groupsOf(b []byte) (groups []lds.Group) {
	for _, n := range b {
		groups = append(groups, lds.Group(n))
	}
	return groups
}
