package store

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteOptions: a commit is on the disk before it is told (synchronous FULL),
// another process on the machine is waited for, and a transaction takes the
// write lock when it begins, so that it cannot fail for having read before.
const sqliteOptions = "_pragma=busy_timeout(2500)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_txlock=immediate"

func openSQLite(file string) (*Store, error) {
	if file == "" || strings.ContainsAny(file, "?#%") {
		return nil, errors.New("no usable name of a file")
	}
	// The file is made here so that nobody else may read it.
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	path, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	if path = filepath.ToSlash(path); !strings.HasPrefix(path, "/") {
		path = "/" + path // a drive letter
	}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: sqliteOptions}).String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // SQLite has one writer; a queue in Go is fairer than its own
	return &Store{db: db, dialect: dialect{
		name: "sqlite", conns: 1, now: "CAST(unixepoch('subsec')*1000 AS INTEGER)", exclusively: inTransaction,
		unique: func(err error) bool {
			var e *sqlite.Error
			return errors.As(err, &e) && (e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
		},
		lost: func(error) bool { return false },
	}}, nil
}

// inTransaction needs no lock of its own: a transaction that writes is alone.
func inTransaction(ctx context.Context, db *sql.DB, work func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := work(tx); err != nil {
		return err
	}
	return tx.Commit()
}
