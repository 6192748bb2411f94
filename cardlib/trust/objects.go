package trust

import (
	"bytes"
	"encoding/pem"
	"fmt"

	"chipid/cardlib/cms"
	"chipid/cardlib/lds"
	"chipid/cardlib/tlv"
)

// ObjectKind is what a file can hold for the store.
type ObjectKind int

// The kinds.
const (
	Unknown ObjectKind = iota
	Certificate
	RevocationList
	MasterList
	// OfCard is a file of a chip, EF.SOD or EF.CardSecurity. Nothing in it is ever trusted.
	OfCard
)

// Object is one object of a file, not yet judged.
type Object struct {
	Kind ObjectKind
	// Source is the file and, within it, the number of the object from 1.
	Source string
	DER    []byte
	Note   Note
}

// Objects takes a file apart: PEM, LDIF or DER. What cannot be taken for an object
// is in the problems.
func Objects(source string, data []byte) (objects []Object, problems []Problem) {
	problem := func(source string, err error) { problems = append(problems, Problem{source, err}) }
	add := func(source string, der []byte, note Note) {
		objects = append(objects, Object{kindOf(der), source, der, note})
	}
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		problem(source, ErrUnknown)
	case bytes.Contains(data, pemBegin):
		inPEM(source, data, add, problem)
	case looksLikeLDIF(data):
		inLDIF(source, data, add, problem)
	default:
		add(source, data, Note{})
	}
	return objects, problems
}

var pemBegin = []byte("-----BEGIN ")

// maxObjects is how many objects one file may hold.
const maxObjects = 50000

// inPEM finds the blocks, each with the note in the text before it. They are
// numbered as they begin; one that cannot be decoded is named too.
func inPEM(source string, data []byte, add func(string, []byte, Note), problem func(string, error)) {
	n := 0
	broken := func(count int) {
		for ; count > 0; count-- {
			n++
			problem(numbered(source, n), fmt.Errorf("%w: malformed PEM block", ErrUnknown))
		}
	}
	for {
		block, rest := pem.Decode(data)
		read := data[:len(data)-len(rest)]
		begun := bytes.Count(read, pemBegin)
		if n+begun > maxObjects {
			problem(source, ErrTooMany)
			return
		}
		if block == nil {
			broken(min(bytes.Count(data, pemBegin), maxObjects-n))
			return
		}
		broken(begun - 1)
		n++
		if note, err := parseNote(textBefore(read)); err != nil {
			problem(numbered(source, n), err)
		} else {
			add(numbered(source, n), block.Bytes, note)
		}
		data = rest
	}
}

// textBefore returns what stands before the last block of a text and behind any
// other: the note of a broken block is not that of the next.
func textBefore(read []byte) []byte {
	before := read[:bytes.LastIndex(read, pemBegin)]
	if i := bytes.LastIndex(before, []byte("-----")); i >= 0 {
		before = before[i:]
	}
	return before
}

func numbered(source string, n int) string { return fmt.Sprintf("%s#%d", source, n) }

// kindOf looks at the first elements: a ContentInfo begins with an object
// identifier; of the two signed lists a CRL has a time where a certificate has
// the SEQUENCE of its two times.
func kindOf(der []byte) ObjectKind {
	if bytes.HasPrefix(der, []byte{0x30, 0x80, 0x06}) { // of indefinite length
		return kindOfSigned(der)
	}
	outer, err := tlv.ReadOnly(der)
	if err != nil {
		return Unknown
	}
	if outer.Tag == lds.TagSOD {
		return OfCard
	}
	first, _, err := tlv.Read(outer.Value)
	switch {
	case err != nil || outer.Tag != 0x30:
		return Unknown
	case first.Tag == 0x06:
		return kindOfSigned(der)
	case first.Tag != 0x30:
		return Unknown
	}
	rest := first.Value
	for range 5 {
		var e tlv.Element
		if e, rest, err = tlv.Read(rest); err != nil {
			return Unknown
		}
		if e.Tag == 0x17 || e.Tag == 0x18 {
			return RevocationList
		}
	}
	return Certificate
}

// kindOfSigned tells a master list from the signed objects that chips carry.
func kindOfSigned(der []byte) ObjectKind {
	sd, err := cms.ParseSignedData(der)
	if err != nil {
		return MasterList // the error is said where it is parsed for good
	}
	switch sd.ContentType {
	case cms.OIDLDSSecurityObject, cms.OIDSecurityObject:
		return OfCard
	}
	return MasterList
}
