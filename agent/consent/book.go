package consent

import (
	"sync"
	"time"
)

// Book says what every caller may now. It may be asked from many goroutines.
type Book struct {
	store *Store
	admin *Admin

	mu  sync.Mutex
	run *Run
	// spent are the grants for one result that are spent and could not be taken out of
	// the file (a full disk), by their callers and since when they were.
	spent map[Caller]time.Time
}

// NewBook puts the three kinds of grants together; each may be nil.
func NewBook(run *Run, store *Store, admin *Admin) *Book {
	return &Book{run: run, store: store, admin: admin, spent: map[Caller]time.Time{}}
}

// UseRun takes other origins in place of those named before: the administrator's
// policy names them anew.
func (b *Book) UseRun(run *Run) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.run = run
}

// Run returns the origins that are named now; nil if there are none.
func (b *Book) Run() *Run {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.run
}

// Permission returns what the caller may, and false for one that may nothing.
// The administrator's word comes first.
func (b *Book) Permission(c Caller) (Permission, bool) {
	if c == (Caller{}) {
		return Permission{}, false
	}
	if b.admin != nil {
		if p, ok := b.admin.Permission(c); ok {
			return p, true
		}
	}
	if run := b.Run(); run != nil && c.Client == "" && run.Admits(c.Origin) {
		// A service's key is pinned in a grant all the same.
		pinned, _ := b.own(c)
		p := run.permission()
		p.ServiceKeys = pinned.ServiceKeys
		return p, true
	}
	return b.own(c)
}

// own is what the user's own grant gives.
func (b *Book) own(c Caller) (Permission, bool) {
	g, ok := b.grantOf(c)
	if !ok {
		return Permission{}, false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if since, spent := b.spent[c]; spent && g.For == Once && since.Equal(g.Since) {
		return Permission{}, false
	}
	return g.permission(), true
}

func (b *Book) grantOf(c Caller) (Grant, bool) {
	for _, g := range b.granted() {
		if g.Caller() == c {
			return g, true
		}
	}
	return Grant{}, false
}

// granted returns the user's grants; none if the file cannot be read, which the
// commands say.
func (b *Book) granted() []Grant {
	if b.store == nil {
		return nil
	}
	all, err := b.store.List()
	if err != nil {
		return nil
	}
	return all
}

// Admits implements [Admitter].
func (b *Book) Admits(o Origin) bool {
	_, ok := b.Permission(Caller{Origin: o})
	return ok
}

// ClientOf returns the local client whose token it is. A name that the administrator
// has granted is the administrator's: a token that the user made for it counts no more.
func (b *Book) ClientOf(token string) (Caller, bool) {
	if b.admin != nil {
		if g, ok := byToken(b.admin.List(), token); ok {
			return g.Caller(), true
		}
	}
	g, ok := byToken(b.granted(), token)
	if !ok {
		return Caller{}, false
	}
	if b.admin != nil {
		if _, taken := b.admin.Permission(g.Caller()); taken {
			return Caller{}, false
		}
	}
	return g.Caller(), true
}

// Knows tells whether the caller may anything now.
func (b *Book) Knows(c Caller) bool {
	_, ok := b.Permission(c)
	return ok
}

// Spend ends a permission that was given for one delivered result. It has ended, in
// this process, even if the file could not be changed.
func (b *Book) Spend(c Caller) error {
	if p, ok := b.Permission(c); !ok || !p.Once || b.store == nil {
		return nil
	}
	g, there := b.grantOf(c)
	err := b.store.Spend(c)
	if err != nil && there {
		b.mu.Lock()
		b.spent[c] = g.Since
		b.mu.Unlock()
	}
	return err
}

// NextEnd returns when the next of the grants ends, the user's and the
// administrator's, and false if none does.
func (b *Book) NextEnd() (time.Time, bool) {
	var next time.Time
	if b.admin != nil {
		next, _ = b.admin.end()
	}
	for _, g := range b.granted() {
		if g.Until != nil && (next.IsZero() || g.Until.Before(next)) {
			next = *g.Until
		}
	}
	return next, !next.IsZero()
}
