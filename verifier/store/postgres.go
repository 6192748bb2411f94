package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// postgresConns is how many connections a replica opens at most.
const postgresConns = 16

// migrationLock is the key of the advisory lock that migrations hold.
const migrationLock = 0x63686970

func openPostgres(address string) (*Store, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, errors.New("not a PostgreSQL address") // pgx's words may hold the password
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = patience
	}
	// An answer is given only for what is on the disk, whatever the server's default is.
	config.RuntimeParams["synchronous_commit"] = "on"
	config.RuntimeParams["application_name"] = "chipid-verifier"
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(postgresConns)
	db.SetMaxIdleConns(postgresConns)
	return &Store{db: db, dialect: dialect{
		name: "postgres", conns: postgresConns, now: "(extract(epoch FROM statement_timestamp())*1000)::bigint", exclusively: underLock,
		unique: func(err error) bool {
			var e *pgconn.PgError
			return errors.As(err, &e) && e.Code == "23505"
		},
		lost: brokenConnection,
	}}, nil
}

// underLock waits until no other replica migrates.
func underLock(ctx context.Context, db *sql.DB, work func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", int64(migrationLock)); err != nil {
		return err
	}
	if err := work(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// brokenConnection: all but what the server itself answered, unless it said that
// it is shutting down or starting (57P01 to 57P03), and but the caller's own haste.
func brokenConnection(err error) bool {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code == "57P01" || e.Code == "57P02" || e.Code == "57P03"
	}
	return !errors.Is(err, context.Canceled) && !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrExists)
}
