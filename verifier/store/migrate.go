package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"time"
)

//go:embed migrations
var migrationFiles embed.FS

// migrating may take longer than a question: another replica may be at it.
const migrating = time.Minute

// migrations are the scripts of a dialect in their order. One that has been
// released is never changed: the next version is another file.
func migrations(dialect string) []string {
	names, err := fs.Glob(migrationFiles, "migrations/"+dialect+"/*.sql")
	if err != nil {
		panic("store: " + err.Error()) // the pattern is ours
	}
	var all []string
	for _, name := range names {
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			panic("store: " + err.Error()) // it is embedded
		}
		all = append(all, string(text))
	}
	return all
}

// asker is a database or a transaction.
type asker interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// version is how many migrations the database has seen.
func (s *Store) version(ctx context.Context, db asker) (v int, err error) {
	err = db.QueryRowContext(ctx, "SELECT version FROM schema_version").Scan(&v)
	return v, err
}

// Migrate brings the tables to the newest version. It is safe to call at the
// same time from several processes. A database of a newer version is left alone.
func (s *Store) Migrate(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, migrating)
	defer cancel()
	return unavailable(s.dialect.exclusively(ctx, s.db, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS schema_version (version integer NOT NULL)"); err != nil {
			return err
		}
		at, err := s.version(ctx, tx)
		if err == sql.ErrNoRows {
			_, err = tx.ExecContext(ctx, "INSERT INTO schema_version (version) VALUES (0)")
		}
		if err != nil {
			return err
		}
		steps := migrations(s.dialect.name)
		for n := at; n < len(steps); n++ {
			if _, err := tx.ExecContext(ctx, steps[n]); err != nil {
				return fmt.Errorf("migration %d: %w", n+1, err)
			}
			if _, err := tx.ExecContext(ctx, "UPDATE schema_version SET version = $1", n+1); err != nil {
				return err
			}
		}
		return nil
	}))
}
