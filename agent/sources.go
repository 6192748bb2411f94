package main

import (
	"strings"

	"chipid/agent/reading"
	"chipid/cardlib/pcsc"
	"chipid/cardlib/readers"
	"chipid/cardlib/trust"
	"chipid/mock-reader/inproc"
	"chipid/mock-reader/issuer"
)

// isMock tells whether a reader's name is that of a mock reader.
func isMock(reader string) bool { return strings.HasPrefix(reader, inproc.Prefix) || isTCP(reader) }

// sourceFor returns the source of the named reader: of the mock's alone for a
// mock name, else of the system's readers. A reader over TCP needs more than its
// name ([mockFlags]).
func sourceFor(reader string) (readers.Source, error) {
	if !isMock(reader) {
		return pcsc.New(), nil
	}
	return inproc.New(strings.TrimPrefix(reader, inproc.Prefix))
}

// published is a store that trusts the published test CSCAs and nothing else.
func published() (*trust.Store, error) {
	store := &trust.Store{}
	anchors, err := issuer.New(issuer.PublishedSeed).Anchors()
	for _, a := range anchors {
		store.Add(a.File, a.DER)
	}
	return store, err
}

// trustStores loads what operators trust. The second store holds the published
// test CSCA besides, and is only for mock readers in mock mode.
func trustStores(paths []string, mock bool) (real, test *trust.Store, problems []trust.Problem, err error) {
	if real, problems, err = trust.Open(paths...); err != nil || !mock {
		return real, real, problems, err
	}
	if test, _, err = trust.Open(paths...); err != nil {
		return nil, nil, nil, err
	}
	anchors, err := issuer.New(issuer.PublishedSeed).Anchors()
	if err != nil {
		return nil, nil, nil, err
	}
	for _, a := range anchors {
		problems = append(problems, test.Add(a.File, a.DER)...)
	}
	return real, test, problems, nil
}

// trustOf chooses the store for a reader.
func trustOf(real, test *trust.Store) func(reading.Reader) *trust.Store {
	return func(r reading.Reader) *trust.Store {
		if isMock(r.Name) {
			return test
		}
		return real
	}
}
