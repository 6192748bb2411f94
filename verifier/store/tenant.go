package store

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"encoding/json"
	"time"

	"chipid/cardlib/evidence"
)

// Tenant is one back end, or several that share a key's rights.
type Tenant struct {
	// ID is random, Name the administrator's.
	ID, Name string
	// Origins are the sites that requests may be for, Purposes what for; no
	// purposes stands for any.
	Origins, Purposes []string
	// Rate is how many requests a second may be issued in the long run, Burst how
	// many at once.
	Rate, Burst float64
	// Keep is how long an outcome stands after it was decided.
	Keep time.Duration
	// KeepBundles keeps the evidence itself as long, with the personal data in it.
	KeepBundles bool
}

// KeyHash is SHA-256 of an API key.
type KeyHash [32]byte

// AddTenant adds a tenant with its first key. ErrExists: the name is taken.
func (s *Store) AddTenant(ctx context.Context, t Tenant, key KeyHash) error {
	origins, err := json.Marshal(t.Origins)
	if err != nil {
		return err
	}
	purposes, err := json.Marshal(append([]string{}, t.Purposes...))
	if err != nil {
		return err
	}
	if _, err = s.exec(ctx, `INSERT INTO tenants (id, name, origins, purposes, rate, burst, tokens, refilled, keep_ms, keep_bundles, created)
		VALUES ($1, $2, $3, $4, $5, $6, $6, {now}, $7, $8, {now})`,
		t.ID, t.Name, string(origins), string(purposes), t.Rate, t.Burst, t.Keep.Milliseconds(), t.KeepBundles); err != nil {
		return err
	}
	return s.AddKey(ctx, t.ID, key)
}

// AddKey lets a tenant in by one more key.
func (s *Store) AddKey(ctx context.Context, tenant string, key KeyHash) error {
	_, err := s.exec(ctx, "INSERT INTO api_keys (hash, tenant, created) VALUES ($1, $2, {now})", key[:], tenant)
	return err
}

// DropKeys ends all keys of a tenant but one.
func (s *Store) DropKeys(ctx context.Context, tenant string, but KeyHash) error {
	_, err := s.exec(ctx, "DELETE FROM api_keys WHERE tenant = $1 AND hash <> $2", tenant, but[:])
	return err
}

// RemoveTenant removes a tenant with all that stands of it. ErrNotFound: nobody has that name.
func (s *Store) RemoveTenant(ctx context.Context, name string) error {
	n, err := s.exec(ctx, "DELETE FROM tenants WHERE name = $1", name)
	if err == nil && n == 0 {
		return ErrNotFound
	}
	return err
}

const tenantColumns = "t.id, t.name, t.origins, t.purposes, t.rate, t.burst, t.keep_ms, t.keep_bundles"

// TenantByKey finds whose key it is.
func (s *Store) TenantByKey(ctx context.Context, key KeyHash) (Tenant, error) {
	return s.tenant(ctx, "SELECT "+tenantColumns+" FROM tenants t JOIN api_keys k ON k.tenant = t.id WHERE k.hash = $1", key[:])
}

// TenantByName finds a tenant.
func (s *Store) TenantByName(ctx context.Context, name string) (Tenant, error) {
	return s.tenant(ctx, "SELECT "+tenantColumns+" FROM tenants t WHERE t.name = $1", name)
}

func (s *Store) tenant(ctx context.Context, statement string, arg any) (t Tenant, err error) {
	var row tenantRow
	if err := s.look(ctx, statement, []any{arg}, row.places()...); err != nil {
		return Tenant{}, err
	}
	return row.tenant()
}

// Tenants returns all, by name.
func (s *Store) Tenants(ctx context.Context) (all []Tenant, err error) {
	err = s.rows(ctx, "SELECT "+tenantColumns+" FROM tenants t ORDER BY t.name", nil, func(r *sql.Rows) error {
		var row tenantRow
		if err := r.Scan(row.places()...); err != nil {
			return unavailable(err)
		}
		t, err := row.tenant()
		all = append(all, t)
		return err
	})
	return all, err
}

// tenantRow is a tenant as it stands in the table.
type tenantRow struct {
	t                 Tenant
	origins, purposes string
	keep              int64
}

func (r *tenantRow) places() []any {
	return []any{&r.t.ID, &r.t.Name, &r.origins, &r.purposes, &r.t.Rate, &r.t.Burst, &r.keep, &r.t.KeepBundles}
}

func (r *tenantRow) tenant() (Tenant, error) {
	r.t.Keep = time.Duration(r.keep) * time.Millisecond
	if err := json.Unmarshal([]byte(r.origins), &r.t.Origins); err != nil {
		return Tenant{}, unavailable(err)
	}
	return r.t, unavailable(json.Unmarshal([]byte(r.purposes), &r.t.Purposes))
}

// Take takes one of the tenant's tokens to issue a request; false if none is
// left. The bucket stands in the database, so that all replicas share it. A
// statement that waited for another's may have begun before that one filled the
// bucket: no time has passed for it, and none goes back.
func (s *Store) Take(ctx context.Context, tenant string) (bool, error) {
	const at = "(CASE WHEN {now} > refilled THEN {now} ELSE refilled END)"
	const filled = "tokens + (" + at + " - refilled) * rate / 1000.0"
	const bounded = "(CASE WHEN " + filled + " > burst THEN burst ELSE " + filled + " END)"
	n, err := s.exec(ctx, "UPDATE tenants SET tokens = "+bounded+" - 1, refilled = "+at+" WHERE id = $1 AND "+bounded+" >= 1", tenant)
	return n == 1, err
}

// Agent is an agent's key as a tenant's administrator sees it.
type Agent struct {
	Key     ed25519.PublicKey
	Label   string
	Revoked bool
	Changed time.Time
}

// SetAgent enrols or revokes an agent's key.
func (s *Store) SetAgent(ctx context.Context, tenant string, a Agent) error {
	_, err := s.exec(ctx, `INSERT INTO agents (tenant, key, label, revoked, changed) VALUES ($1, $2, $3, $4, {now})
		ON CONFLICT (tenant, key) DO UPDATE SET label = excluded.label, revoked = excluded.revoked, changed = excluded.changed`,
		tenant, []byte(a.Key), a.Label, a.Revoked)
	return err
}

// AgentState tells what a tenant's administrator said of a key.
func (s *Store) AgentState(ctx context.Context, tenant string, key ed25519.PublicKey) (evidence.AgentState, error) {
	var revoked bool
	err := s.look(ctx, "SELECT revoked FROM agents WHERE tenant = $1 AND key = $2", []any{tenant, []byte(key)}, &revoked)
	switch {
	case err == ErrNotFound:
		return evidence.AgentUnknown, nil
	case err != nil:
		return evidence.AgentUnknown, err
	case revoked:
		return evidence.AgentRevoked, nil
	}
	return evidence.AgentEnrolled, nil
}

// Agents returns a tenant's agents, those changed last first.
func (s *Store) Agents(ctx context.Context, tenant string) (all []Agent, err error) {
	err = s.rows(ctx, "SELECT key, label, revoked, changed FROM agents WHERE tenant = $1 ORDER BY changed DESC, label", []any{tenant}, func(r *sql.Rows) error {
		var a Agent
		var changed int64
		if err := r.Scan((*[]byte)(&a.Key), &a.Label, &a.Revoked, &changed); err != nil {
			return unavailable(err)
		}
		a.Changed = milliseconds(changed)
		all = append(all, a)
		return nil
	})
	return all, err
}
