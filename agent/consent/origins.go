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

// Run admits the origins named for one run of the agent. It does not change.
type Run struct{ origins map[Origin]bool }

// NewRun makes a Run of origins as the operator wrote them. It refuses one that
// is not in normal form, so that a mistake is seen at the start and not when a
// page is turned away.
func NewRun(texts ...string) (*Run, error) {
	r := &Run{origins: make(map[Origin]bool, len(texts))}
	for _, text := range texts {
		o, err := ParseOrigin(text)
		if err != nil {
			return nil, err
		}
		r.origins[o] = true
	}
	return r, nil
}

// Admits implements Admitter.
func (r *Run) Admits(o Origin) bool { return o != (Origin{}) && r.origins[o] }

// List returns the origins, sorted.
func (r *Run) List() []Origin {
	return slices.SortedFunc(maps.Keys(r.origins), func(a, b Origin) int { return strings.Compare(a.String(), b.String()) })
}
