package consent

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"time"

	"chipid/agent/durable"
)

// Bounds of the file of grants.
const (
	maxStore  = 1 << 20 // bytes
	maxGrants = 1000
)

// Errors of a Store.
var (
	// ErrStore: the file of grants cannot be read. Nobody is admitted by it then,
	// and it is not overwritten.
	ErrStore = errors.New("consent: the file of grants cannot be used")
	// ErrNoGrant: there is no such grant.
	ErrNoGrant = errors.New("consent: no such grant")
)

// Store is the user's file of grants, shared by the agent and its commands. Its
// methods may be called from many goroutines and processes.
type Store struct {
	path string
	now  func() time.Time

	mu     sync.Mutex
	stamp  durable.Stamp
	loaded bool
	grants []Grant
	err    error
}

// content is the file.
type content struct {
	Version int     `json:"version"`
	Grants  []Grant `json:"grants"`
}

// NewStore uses the file at path, which may be missing; its folder must exist
// before anything is granted.
func NewStore(path string) *Store { return &Store{path: path, now: time.Now} }

// List returns the grants that have not ended.
func (s *Store) List() ([]Grant, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(); err != nil {
		return nil, err
	}
	now := s.now()
	return slices.DeleteFunc(slices.Clone(s.grants), func(g Grant) bool { return g.ended(now) }), nil
}

// load reads the file if it is another than last time. The lock is held.
func (s *Store) load() error {
	stamp := durable.StampOf(s.path)
	if s.loaded && stamp.Same(s.stamp) {
		return s.err
	}
	s.stamp, s.loaded = stamp, true
	s.grants, s.err = read(s.path)
	return s.err
}

func read(path string) ([]Grant, error) {
	b, err := durable.Read(path, maxStore)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var c content
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	case c.Version != 1:
		return nil, fmt.Errorf("%w: version %d", ErrStore, c.Version)
	case len(c.Grants) > maxGrants:
		return nil, fmt.Errorf("%w: %d grants", ErrStore, len(c.Grants))
	}
	for _, g := range c.Grants {
		switch {
		case g.Caller() == (Caller{}) || g.Client != "" && g.TokenHash == "":
			return nil, fmt.Errorf("%w: a grant of nobody", ErrStore)
		case g.By == ByAdmin || g.By == ByRun: // these are never in the user's own file
			return nil, fmt.Errorf("%w: a grant in another's name", ErrStore)
		}
	}
	return c.Grants, nil
}

// Put adds a grant and replaces the one that the same caller had.
func (s *Store) Put(g Grant) error {
	if g.Caller() == (Caller{}) {
		return fmt.Errorf("%w: a grant of nobody", ErrStore)
	}
	return s.change(func(all []Grant) ([]Grant, error) {
		return append(without(all, g.Caller()), g), nil
	})
}

// Remove takes a caller's grant back; ErrNoGrant if it has none.
func (s *Store) Remove(c Caller) error {
	return s.change(func(all []Grant) ([]Grant, error) {
		left := without(all, c)
		if len(left) == len(all) {
			return nil, ErrNoGrant
		}
		return left, nil
	})
}

// Spend ends a grant that was given for one delivered result.
func (s *Store) Spend(c Caller) error {
	return s.change(func(all []Grant) ([]Grant, error) {
		return slices.DeleteFunc(all, func(g Grant) bool { return g.Caller() == c && g.For == Once }), nil
	})
}

func without(all []Grant, c Caller) []Grant {
	return slices.DeleteFunc(slices.Clone(all), func(g Grant) bool { return g.Caller() == c })
}

// change reads, changes and replaces the file under the lock between processes.
func (s *Store) change(f func([]Grant) ([]Grant, error)) error {
	unlock, err := durable.Lock(s.path + ".lock")
	if err != nil {
		return fmt.Errorf("%w: %w", ErrStore, err)
	}
	defer unlock()
	durable.Sweep(s.path)
	all, err := read(s.path)
	if err != nil {
		return err
	}
	now := s.now()
	all = slices.DeleteFunc(all, func(g Grant) bool { return g.ended(now) })
	if all, err = f(slices.Clone(all)); err != nil {
		return err
	}
	b, err := json.MarshalIndent(content{1, append([]Grant{}, all...)}, "", "  ")
	if err != nil {
		return err
	}
	if err := durable.Write(s.path, append(b, '\n')); err != nil {
		return fmt.Errorf("%w: %w", ErrStore, err)
	}
	return nil
}
