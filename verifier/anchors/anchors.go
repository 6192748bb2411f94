package anchors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/fsnotify/fsnotify"

	"chipid/cardlib/trust"
)

// settle is how long after a change the folder is read: files come one by one.
// again is how soon it is read anyhow: not every file system tells of changes.
const (
	settle = 300 * time.Millisecond
	again  = time.Minute
)

// State is what was loaded last.
type State struct {
	Store *trust.Store
	// Anchors counts certificates, Problems files that could not be used.
	Anchors, Problems int
	Loaded            time.Time
	// Err is why the newest try failed; the store is then of an earlier one.
	Err error
}

// Folders watches folders and files. Make it with Open.
type Folders struct {
	paths []string
	log   *slog.Logger
	state atomic.Pointer[State]
	// Changed hears of each load; nil for nobody. Set it before Watch.
	Changed func(State)
}

// ErrUnreadable: a path of the trust store cannot be read.
var ErrUnreadable = errors.New("anchors: the trust store cannot be read")

// Open loads the store for the first time.
func Open(paths []string, log *slog.Logger) (*Folders, error) {
	f := &Folders{paths: paths, log: log}
	if err := f.Load(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	return f, nil
}

// Store is the one in force.
func (f *Folders) Store() *trust.Store { return f.state.Load().Store }

// State is what was loaded last.
func (f *Folders) State() State { return *f.state.Load() }

// Load reads all anew. After an error the former store stays in force.
func (f *Folders) Load() error {
	store, problems, err := trust.Open(f.paths...)
	next := State{Store: store, Anchors: len(store.Anchors()), Problems: len(problems), Loaded: time.Now(), Err: err}
	if former := f.state.Load(); err != nil {
		if former == nil {
			return err
		}
		next = *former
		next.Err = err
		f.log.Error("trust: the former one stays in force", "why", err)
	}
	for _, p := range problems {
		f.log.Warn("trust: not used", "file", p.Source, "why", p.Err)
	}
	f.state.Store(&next)
	if f.Changed != nil {
		f.Changed(next)
	}
	return err
}

// Watch loads anew after every change, when poked, and each minute, until ctx ends.
func (f *Folders) Watch(ctx context.Context, poke <-chan struct{}) {
	events := f.events(ctx)
	soon := time.NewTimer(settle) // what changed before the watch began was told to nobody
	defer soon.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case _, ok := <-events:
			if !ok {
				events = nil
				continue
			}
			soon.Reset(settle)
			continue
		case <-poke:
		case <-soon.C:
		}
		_ = f.Load() // told in the log and in the state
		soon.Reset(again)
	}
}

// events are the changes that the system tells of; nil if it tells of none.
func (f *Folders) events(ctx context.Context) <-chan fsnotify.Event {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		f.log.Warn("trust: changes are seen once a minute", "why", err)
		return nil
	}
	for _, path := range f.paths {
		if err := watcher.Add(path); err != nil {
			f.log.Warn("trust: changes are seen once a minute", "path", path, "why", err)
		}
	}
	go func() {
		defer watcher.Close()
		for {
			select {
			case <-ctx.Done():
				return
			case <-watcher.Errors: // the load of each minute makes up for it
			}
		}
	}()
	return watcher.Events
}
