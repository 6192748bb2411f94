package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// Errors of a store.
var (
	// ErrAddress: the database address is neither sqlite:FILE nor postgres://….
	ErrAddress = errors.New("store: the database is sqlite:FILE or postgres://…")
	// ErrUnavailable: the database cannot be reached or does not answer in time.
	// Nothing is known of what was asked.
	ErrUnavailable = errors.New("store: the database is not available")
	ErrNotFound    = errors.New("store: no such entry")
	ErrExists      = errors.New("store: there is one already")
)

// patience is how long one question to the database may take.
const patience = 3 * time.Second

// dialect is what differs between the two databases.
type dialect struct {
	name string
	// conns is how many connections a replica opens at most.
	conns int
	// now is the database's clock in milliseconds since 1970: replicas need not
	// agree on the time of day.
	now string
	// unique tells whether the error is that of a value that must be unique.
	unique func(error) bool
	// lost tells whether the connection broke, so that the pool's others did too.
	lost func(error) bool
	// exclusively runs a migration that no other process runs meanwhile.
	exclusively func(ctx context.Context, db *sql.DB, work func(*sql.Tx) error) error
}

// Store is a database. Make it with Open; it is safe for concurrent use.
type Store struct {
	db      *sql.DB
	dialect dialect
	// Log may be set; it gets what is tried again.
	Log *slog.Logger
}

// Open prepares a database: sqlite:FILE (made if it is not there) or the address
// of a PostgreSQL in URL form. It does not reach for it yet: [Store.Migrate] does.
func Open(address string) (*Store, error) {
	var s *Store
	var err error
	switch {
	case strings.HasPrefix(address, "sqlite:"):
		s, err = openSQLite(strings.TrimPrefix(address, "sqlite:"))
	case strings.HasPrefix(address, "postgres://"), strings.HasPrefix(address, "postgresql://"):
		s, err = openPostgres(address)
	default:
		return nil, ErrAddress
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAddress, err)
	}
	s.Log = slog.New(slog.DiscardHandler)
	return s, nil
}

// Kind is "postgres" or "sqlite".
func (s *Store) Kind() string { return s.dialect.name }

// Close ends all connections.
func (s *Store) Close() error { return s.db.Close() }

// Ping tells whether the database answers and has the newest tables.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	v, err := s.version(ctx, s.db)
	if err != nil {
		return s.failed(err)
	}
	if v < len(migrations(s.dialect.name)) {
		return fmt.Errorf("%w: its tables are of version %d", ErrUnavailable, v)
	}
	return nil
}

// sql puts the database's clock into a statement.
func (s *Store) sql(statement string) string {
	return strings.ReplaceAll(statement, "{now}", s.dialect.now)
}

// exec runs a statement and returns how many rows it touched.
func (s *Store) exec(ctx context.Context, statement string, args ...any) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	result, err := s.db.ExecContext(ctx, s.sql(statement), args...)
	switch {
	case err != nil && s.dialect.unique(err):
		return 0, ErrExists
	case err != nil:
		return 0, s.failed(err)
	}
	n, err := result.RowsAffected()
	return n, unavailable(err)
}

// row asks for one row; ErrNotFound if there is none.
func (s *Store) row(ctx context.Context, statement string, args []any, into ...any) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := s.db.QueryRowContext(ctx, s.sql(statement), args...).Scan(into...)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	case err != nil && s.dialect.unique(err):
		return ErrExists
	}
	return s.failed(err)
}

// look is row for a question that changes nothing: it is asked once more over a
// new connection if the one used was broken.
func (s *Store) look(ctx context.Context, statement string, args []any, into ...any) error {
	err := s.row(ctx, statement, args, into...)
	if err != nil && s.dialect.lost(err) && ctx.Err() == nil {
		err = s.row(ctx, statement, args, into...)
	}
	return err
}

// rows asks for all rows and scans each.
func (s *Store) rows(ctx context.Context, statement string, args []any, scan func(*sql.Rows) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	rows, err := s.db.QueryContext(ctx, s.sql(statement), args...)
	if err != nil {
		return s.failed(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return s.failed(rows.Err())
}

// failed is unavailable; after a broken connection those that wait in the pool
// are dropped, for they broke with it.
func (s *Store) failed(err error) error {
	if err != nil && s.dialect.lost(err) {
		s.db.SetMaxIdleConns(-1)
		s.db.SetMaxIdleConns(s.dialect.conns)
	}
	return unavailable(err)
}

// unavailable wraps what a driver said: the caller can only try again later.
func unavailable(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

// milliseconds is a time as it stands in the tables.
func milliseconds(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
