package trust

import (
	"errors"

	"chipid/cardlib/cms"
)

// loader sorts what files hold. Master lists wait until every certificate is
// loaded: they are verified by an installed anchor, wherever that stands.
type loader struct {
	store    *Store
	problems []Problem
	lists    []Object
}

func (l *loader) problem(source string, err error) {
	l.problems = append(l.problems, Problem{source, err})
}

// Add reads one file's content, as [Open] reads each file. Source names it.
func (s *Store) Add(source string, data []byte) []Problem {
	l := &loader{store: s}
	l.data(source, data)
	l.finish()
	return l.problems
}

// AddObjects adds objects, the notes of which may have been changed since
// [Objects] found them.
func (s *Store) AddObjects(objects ...Object) []Problem {
	l := &loader{store: s}
	for _, o := range objects {
		l.object(o)
	}
	l.finish()
	return l.problems
}

// data takes PEM, LDIF or DER.
func (l *loader) data(source string, data []byte) {
	objects, problems := Objects(source, data)
	l.problems = append(l.problems, problems...)
	for _, o := range objects {
		l.object(o)
	}
}

// object adds what the object is.
func (l *loader) object(o Object) {
	var err error
	switch o.Kind {
	case Certificate:
		err = l.store.Install(o.Source, o.DER, o.Note)
	case RevocationList:
		err = l.store.AddCRL(o.Source, o.DER)
	case MasterList:
		l.lists = append(l.lists, o)
	case OfCard:
		err = ErrOfCard
	default:
		err = ErrUnknown
	}
	if err != nil && !errors.Is(err, ErrDuplicate) {
		l.problem(o.Source, err)
	}
}

// finish links what waits for anchors, verifies the master lists, and links again
// what they brought.
func (l *loader) finish() {
	left := l.store.Resolve()
	for _, list := range l.lists {
		if sd, err := cms.ParseSignedData(list.DER); err != nil {
			l.problem(list.Source, err)
		} else {
			l.masterList(list, sd)
		}
	}
	if len(l.lists) > 0 {
		left = l.store.Resolve()
	}
	l.problems = append(l.problems, left...)
}
