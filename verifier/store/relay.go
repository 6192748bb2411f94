package store

import (
	"context"
	"time"
)

// KindChipAuth is answered by chip authentication that one replica drives.
const KindChipAuth Kind = "chip-authentication"

// replicaKept is how long a replica that is gone stands in the table.
const replicaKept = 24 * time.Hour

// Beat says that a replica is alive. instance is of one run of the program.
func (s *Store) Beat(ctx context.Context, instance string) error {
	if _, err := s.exec(ctx, `INSERT INTO replicas (instance, seen) VALUES ($1, {now}) ON CONFLICT (instance) DO UPDATE SET seen = {now}`, instance); err != nil {
		return err
	}
	_, err := s.exec(ctx, "DELETE FROM replicas WHERE seen < {now} - $1", replicaKept.Milliseconds())
	return err
}

// HoldRelay gives an open request to one replica, for good: its session with the
// chip exists in that process alone. ErrExists: it was given already.
// ErrNotFound: it is not open.
func (s *Store) HoldRelay(ctx context.Context, tenant, id, instance string) error {
	n, err := s.exec(ctx, `INSERT INTO relays (request, instance) SELECT id, $3 FROM requests
		WHERE id = $1 AND tenant = $2 AND state = 'open' AND expires > {now}`, id, tenant, instance)
	if err == nil && n == 0 {
		return ErrNotFound
	}
	return err
}

// RelayHolder returns who holds a request's session, and whether that replica
// has been seen within the time. ErrNotFound: nobody was given it.
func (s *Store) RelayHolder(ctx context.Context, id string, within time.Duration) (instance string, alive bool, err error) {
	var n int
	err = s.look(ctx, `SELECT r.instance, (SELECT count(*) FROM replicas p WHERE p.instance = r.instance AND p.seen >= {now} - $2)
		FROM relays r WHERE r.request = $1`, []any{id, within.Milliseconds()}, &instance, &n)
	return instance, n > 0, err
}
