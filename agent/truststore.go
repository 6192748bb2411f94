package main

import (
	"os"
	"path/filepath"
	"slices"

	"chipid/agent/child"
	"chipid/agent/config"
)

// trustFolder is where `trust add` writes.
func (s settings) trustFolder() string { return s.places.In("trust") }

// trustPaths are what cards are judged against: what the settings name, and the
// folder of `trust add`.
func (s settings) trustPaths() []string {
	paths := s.List(config.Trust)
	if s.trustFixed() {
		return paths
	}
	if _, err := os.Stat(s.trustFolder()); err == nil {
		paths = append(slices.Clone(paths), s.trustFolder())
	}
	return paths
}

// childTrust is the same for the child of a read, which works in another folder.
func (s settings) childTrust() child.Trust {
	t := child.Trust{Test: s.Bool(config.Mock)}
	for _, path := range s.trustPaths() {
		if absolute, err := filepath.Abs(path); err == nil {
			path = absolute
		}
		t.Paths = append(t.Paths, path)
	}
	return t
}

// trustFixed tells whether the command line or the administrator's policy says
// exactly what to trust, so that nothing of the user's is added.
func (s settings) trustFixed() bool {
	source := s.Source(config.Trust)
	return source == config.FromFlag || source == config.FromPolicy
}

// trustFlags are the settings that --trust options stand for.
func trustFlags(paths list) map[string]any {
	if len(paths) == 0 {
		return nil
	}
	return map[string]any{config.Trust: []string(paths)}
}
