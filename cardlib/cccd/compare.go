package cccd

import (
	"fmt"
	"time"

	"chipid/cardlib/mrz"
)

// Place is where one side of a comparison stands.
type Place string

// The places that are compared.
const (
	InDG1  Place = "DG1"
	InDG13 Place = "DG13"
	Given  Place = "given" // by whoever asked for the read
)

// Mismatch is a field on which two places do not agree. It does not say what
// either has.
type Mismatch struct {
	Field FieldID
	A, B  Place
}

func (m Mismatch) String() string {
	return fmt.Sprintf("%s differs between %s and %s", m.Field, m.A, m.B)
}

// Compare tells on which of number, name, dates and sex DG1 and DG13 disagree. A
// field that one of them lacks, or has in a form that cannot be compared, is no
// mismatch.
func Compare(dg1 mrz.Document, dg13 DG13) []Mismatch {
	var all []Mismatch
	differ := func(f FieldID) { all = append(all, Mismatch{f, InDG1, InDG13}) }
	if n, err := ParseNumber(dg13.PersonalNumber); err == nil && !bears(dg1, n) {
		differ(FieldPersonalNumber)
	}
	if dg1.Name() != "" && fold(dg13.FullName) != "" && !namesAgree(dg1, dg13.FullName) {
		differ(FieldFullName)
	}
	if t, ok := ParseDate(dg13.DateOfBirth); ok && !sameDay(dg1.DateOfBirth, t) {
		differ(FieldDateOfBirth)
	}
	if a, b := parseSex(dg1.Sex), parseSex(dg13.Sex); a != SexUnknown && b != SexUnknown && a != b {
		differ(FieldSex)
	}
	if !sameExpiry(dg1, dg13.DateOfExpiry) {
		differ(FieldDateOfExpiry)
	}
	return all
}

// CompareGiven tells in which groups another person's number stands than the one
// given; either group may be nil.
func CompareGiven(number Number, dg1 *mrz.Document, dg13 *DG13) []Mismatch {
	var all []Mismatch
	if dg1 != nil && !bears(*dg1, number) {
		all = append(all, Mismatch{FieldPersonalNumber, Given, InDG1})
	}
	if dg13 != nil {
		if n, err := ParseNumber(dg13.PersonalNumber); err == nil && n != number {
			all = append(all, Mismatch{FieldPersonalNumber, Given, InDG13})
		}
	}
	return all
}

// bears tells whether the MRZ can be that of the number: by the number in its
// optional data; if it has none and is a card, by the document number. A passport
// does not show the number in a known place.
func bears(d mrz.Document, n Number) bool {
	if inZone, _ := numberAndDigit(d); inZone != "" {
		return inZone == n
	}
	return d.Format != mrz.TD1 || d.DocumentNumber == n.DocumentNumber()
}

// sameDay compares a date of the MRZ, whose day or month may be unknown.
func sameDay(yymmdd string, t time.Time) bool {
	want := t.Format("060102")
	if len(yymmdd) != len(want) {
		return false
	}
	for i := 0; i < len(want); i += 2 {
		part := yymmdd[i : i+2]
		unknown := part == "<<" || part == "00" && i > 0
		if !unknown && part != want[i:i+2] {
			return false
		}
	}
	return true
}

func sameExpiry(d mrz.Document, text string) bool {
	if saysNoExpiry(text) {
		return hasNoExpiry(d)
	}
	t, ok := ParseDate(text)
	return !ok || sameDay(d.DateOfExpiry, t)
}
