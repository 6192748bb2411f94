package trust

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Limits on the files of a trust directory.
const (
	// MaxFile is the longest file read, in bytes (the ICAO PKD's export of all
	// document signers has about 100 MB); MaxFiles how many of one directory.
	MaxFile  = 256 << 20
	MaxFiles = 20000
)

// Open makes a store with the strict default policy out of directories (with
// what is below them) or single files, see [Store.Load].
func Open(paths ...string) (*Store, []Problem, error) {
	s := &Store{}
	problems, err := s.Load(paths...)
	if err != nil {
		return nil, nil, err
	}
	return s, problems, nil
}

// Load adds what directories or files hold: certificates and CRLs in DER or
// PEM, many to a file, master lists and LDIF. What cannot be used is returned
// as problems and does not stop the rest. The error is of a path that cannot be
// read at all.
func (s *Store) Load(paths ...string) ([]Problem, error) {
	l := &loader{store: s}
	for _, path := range paths {
		if err := l.walk(path); err != nil {
			return nil, fmt.Errorf("trust: %w", err)
		}
	}
	l.finish()
	return l.problems, nil
}

// walk reads every file at or below path, in the order of names. Hidden files
// and texts (README) are passed over.
func (l *loader) walk(path string) error {
	count := 0
	return filepath.WalkDir(path, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && file == path:
			return err
		case err != nil:
			l.problem(file, err)
			return nil
		case file != path && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir() || isText(d.Name()):
			return nil
		}
		if count++; count > MaxFiles {
			l.problem(file, ErrTooMany)
			return fs.SkipAll
		}
		l.file(file)
		return nil
	})
}

func isText(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".txt", ".md", ".json", ".html":
		return true
	}
	return false
}

func (l *loader) file(path string) {
	f, err := os.Open(path)
	if err != nil {
		l.problem(path, err)
		return
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return // a link to a directory, a socket, a device
	}
	data, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	switch {
	case err != nil:
		l.problem(path, err)
	case len(data) > MaxFile:
		l.problem(path, ErrTooMany)
	default:
		l.data(path, data)
	}
}
