package wss

import (
	"context"
	"errors"
	"time"

	"chipid/agent/truststores"
)

// Status is how things stand.
type Status struct {
	// Authority is the SHA-256 of the authority in hexadecimal.
	Authority string `json:"authority"`
	// Leaf is when the leaf of now ends, End when the last one does.
	Leaf time.Time `json:"leafEnds"`
	End  time.Time `json:"ends"`
	// Valid: a leaf is valid now. Due: a new authority is wanted.
	Valid bool `json:"valid"`
	Due   bool `json:"due"`
	// Stores are the trust stores: in which of them the authority is trusted.
	Stores []Result `json:"stores"`
}

// ErrUntrusted: a store does not hold the authority.
var ErrUntrusted = errors.New("wss: the authority is not in the store")

// Status looks at the set and the stores: fs.ErrNotExist if there is no set.
func (k *Keeper) Status(ctx context.Context) (Status, error) {
	set, err := k.Set()
	if err != nil {
		return Status{}, err
	}
	now := k.now()
	s := Status{Authority: set.Fingerprint(), End: set.End(), Due: set.Due(now)}
	if leaf, err := set.At(now); err == nil {
		s.Valid, s.Leaf = true, leaf.Certificate.NotAfter
	}
	s.Stores = k.each(func(store truststores.Store) error {
		has, err := store.Has(ctx, set.CA)
		if err == nil && !has {
			return ErrUntrusted
		}
		return err
	})
	return s, nil
}

// CanInstall tells whether any store could be used, Firefox' folder aside.
func (k *Keeper) CanInstall() bool {
	for _, s := range k.stores {
		if !isFirefox(s.Name()) && s.Usable() == nil {
			return true
		}
	}
	return false
}
