package trust

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"

	"chipid/cardlib/cms"
	"chipid/cardlib/tlv"
)

// loader sorts what files hold. Master lists wait until every certificate is
// loaded: they are verified by an installed anchor, wherever that stands.
type loader struct {
	store    *Store
	problems []Problem
	lists    []object
}

type object struct {
	source string
	der    []byte
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

// data takes PEM, LDIF or DER.
func (l *loader) data(source string, data []byte) {
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		l.problem(source, ErrUnknown)
	case bytes.Contains(data, []byte("-----BEGIN ")):
		l.pem(source, data)
	case looksLikeLDIF(data):
		l.ldif(source, data)
	default:
		l.der(source, data)
	}
}

func (l *loader) pem(source string, data []byte) {
	n := 0
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		n++
		l.der(numbered(source, n), block.Bytes)
	}
	if n == 0 {
		l.problem(source, fmt.Errorf("%w: PEM without a whole block", ErrUnknown))
	}
}

func numbered(source string, n int) string { return fmt.Sprintf("%s#%d", source, n) }

// der tells the three kinds of object apart by their form and adds what it is.
func (l *loader) der(source string, der []byte) {
	var err error
	switch kindOf(der) {
	case kindCertificate:
		err = l.store.AddCertificate(source, der)
	case kindCRL:
		err = l.store.AddCRL(source, der)
	case kindSignedData:
		l.lists = append(l.lists, object{source, der})
	default:
		err = ErrUnknown
	}
	if err != nil && !errors.Is(err, ErrDuplicate) {
		l.problem(source, err)
	}
}

type kind int

const (
	kindUnknown kind = iota
	kindCertificate
	kindCRL
	kindSignedData
)

// kindOf looks at the first elements: a ContentInfo begins with an object
// identifier; of the two signed lists a CRL has a time where a certificate has
// the SEQUENCE of its two times.
func kindOf(der []byte) kind {
	if bytes.HasPrefix(der, []byte{0x30, 0x80, 0x06}) { // of indefinite length
		return kindSignedData
	}
	outer, err := tlv.ReadOnly(der)
	if err != nil || outer.Tag != 0x30 {
		return kindUnknown
	}
	first, _, err := tlv.Read(outer.Value)
	if err != nil {
		return kindUnknown
	}
	if first.Tag == 0x06 {
		return kindSignedData
	}
	if first.Tag != 0x30 {
		return kindUnknown
	}
	rest := first.Value
	for range 5 {
		var e tlv.Element
		if e, rest, err = tlv.Read(rest); err != nil {
			return kindUnknown
		}
		if e.Tag == 0x17 || e.Tag == 0x18 {
			return kindCRL
		}
	}
	return kindCertificate
}

// finish links what waits for anchors, verifies the master lists, and links again
// what they brought.
func (l *loader) finish() {
	left := l.store.Resolve()
	for _, list := range l.lists {
		if sd, err := cms.ParseSignedData(list.der); err != nil {
			l.problem(list.source, err)
		} else {
			l.masterList(list.source, sd)
		}
	}
	if len(l.lists) > 0 {
		left = l.store.Resolve()
	}
	l.problems = append(l.problems, left...)
}
