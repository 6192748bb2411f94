package consent

import (
	"maps"
	"slices"
	"strings"
)

// Admitter decides which origins may open a connection. It is asked before the
// WebSocket upgrade, from many goroutines.
type Admitter interface {
	Admits(Origin) bool
}

// Run admits the origins that the start or the administrator's policy names. It does
// not change: another takes its place ([Book.UseRun]).
type Run struct {
	origins map[Origin]bool
	// by is who named them: ByRun, or ByAdmin for those of the policy.
	by string
}

// NewRun makes a Run of origins as the operator wrote them. It refuses one that
// is not in normal form, so that a mistake is seen at the start and not when a
// page is turned away.
func NewRun(texts ...string) (*Run, error) {
	r := &Run{origins: make(map[Origin]bool, len(texts)), by: ByRun}
	for _, text := range texts {
		o, err := ParseOrigin(text)
		if err != nil {
			return nil, err
		}
		r.origins[o] = true
	}
	return r, nil
}

// NewPolicy is NewRun for origins that the administrator's policy names.
func NewPolicy(texts ...string) (*Run, error) {
	r, err := NewRun(texts...)
	if r != nil {
		r.by = ByAdmin
	}
	return r, err
}

// By is who named the origins.
func (r *Run) By() string { return r.by }

// permission is what those origins may. Whoever starts the agent with an origin is the
// operator, and has decided for this run. The administrator has decided about the
// fields: not that they are a state body, which a signed grant alone says, nor about a
// second read or mock cards.
func (r *Run) permission() Permission {
	p := Permission{All: true, Presence: true, By: r.by}
	if r.by == ByRun {
		p.StateBody, p.Mock, p.Again = true, true, true
	}
	return p
}

// Admits implements Admitter.
func (r *Run) Admits(o Origin) bool { return o != (Origin{}) && r.origins[o] }

// List returns the origins, sorted.
func (r *Run) List() []Origin {
	return slices.SortedFunc(maps.Keys(r.origins), func(a, b Origin) int { return strings.Compare(a.String(), b.String()) })
}
