package main

import (
	"fmt"
	"time"

	"chipid/cardlib/trust"
)

// fixed is a clock that stands still.
func fixed(t time.Time) func() time.Time { return func() time.Time { return t } }

// trust makes the store: the CSCA certificate unless something else is to be loaded.
func (i *issue) trust() (*trust.Store, error) {
	store := &trust.Store{Policy: i.policy}
	files := i.store
	if files == nil {
		files = [][]byte{i.cscaCert.signedBy(i.csca)}
	}
	for n, file := range files {
		// A problem with one certificate must not keep the others out; whether it
		// mattered is seen by the verdicts.
		store.Add(fmt.Sprintf("file %d", n), file)
	}
	store.Resolve()
	for _, crl := range i.crls {
		if err := store.AddCRL("crl", crl); err != nil {
			return nil, err
		}
	}
	return store, nil
}
