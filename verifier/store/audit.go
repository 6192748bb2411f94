package store

import (
	"context"
	"database/sql"
	"time"
)

// Refusal is a submission that was not judged, and why: a nonce used already,
// expired, of another tenant.
type Refusal struct {
	At              time.Time
	Tenant, Request string
	Code            string
}

// refusalsKept is how long refusals stand.
const refusalsKept = 90 * 24 * time.Hour

// AddRefusal writes a refusal down.
func (s *Store) AddRefusal(ctx context.Context, tenant, request, code string) error {
	_, err := s.exec(ctx, "INSERT INTO refusals (at, tenant, request, code, purge_at) VALUES ({now}, $1, $2, $3, {now} + $4)",
		tenant, request, code, refusalsKept.Milliseconds())
	return err
}

// Record is a line of the audit: what was decided or refused.
type Record struct {
	At      time.Time
	Tenant  string // its name; its id where the tenant is gone
	Request string
	// What is "accepted", "refused" with the checks that failed, or the code of a
	// submission that was not judged.
	What string
}

// Audit returns the newest lines, n at most, the newest first; of one tenant if
// its name is given.
func (s *Store) Audit(ctx context.Context, tenant string, n int) (all []Record, err error) {
	err = s.rows(ctx, `SELECT at, name, request, what FROM (
			SELECT r.decided AS at, t.name AS name, r.id AS request, CASE WHEN r.reasons = '' THEN r.state ELSE r.state || ' ' || r.reasons END AS what FROM requests r JOIN tenants t ON t.id = r.tenant WHERE r.decided IS NOT NULL
			UNION ALL
			SELECT f.at, COALESCE(t.name, f.tenant), f.request, f.code FROM refusals f LEFT JOIN tenants t ON t.id = f.tenant
		) AS lines WHERE $1 = '' OR name = $1 ORDER BY at DESC LIMIT $2`, []any{tenant, n}, func(r *sql.Rows) error {
		var line Record
		var at int64
		if err := r.Scan(&at, &line.Tenant, &line.Request, &line.What); err != nil {
			return unavailable(err)
		}
		line.At = milliseconds(at)
		all = append(all, line)
		return nil
	})
	return all, err
}

// Purge deletes what has stood long enough and returns how many entries that were.
func (s *Store) Purge(ctx context.Context) (int64, error) {
	requests, err := s.exec(ctx, "DELETE FROM requests WHERE purge_at <= {now}")
	if err != nil {
		return 0, err
	}
	refusals, err := s.exec(ctx, "DELETE FROM refusals WHERE purge_at <= {now}")
	return requests + refusals, err
}
