package mrz

import "strings"

// Document is the content of an MRZ. Fillers at the end of a field are taken
// away, inside a field they stay; names have spaces in their place.
type Document struct {
	Format Format
	// Code is the document code: "ID", "I", "P".
	Code string
	// IssuingState and Nationality are codes of one to three letters (Doc 9303-3 §5).
	IssuingState, Nationality string
	// DocumentNumber is whole, also where it runs on in the optional data
	// (Doc 9303-5 §4.2.2 note j).
	DocumentNumber string
	// DateOfBirth and DateOfExpiry are written yymmdd; < stands for what is not
	// known (Doc 9303-3 §4.8).
	DateOfBirth, DateOfExpiry string
	// Sex is "M", "F", or empty if unspecified.
	Sex string
	// PrimaryIdentifier is the surname, or the whole name where it is not divided.
	PrimaryIdentifier, SecondaryIdentifier string
	// NameTruncated: the name reaches the end of its field, so that parts of it
	// may have been left out or shortened (Doc 9303-5 §4.2.3).
	NameTruncated bool
	// OptionalData1 and OptionalData2 are as the issuer filled them, without
	// what a long document number takes; the second exists in TD1 only.
	OptionalData1, OptionalData2 string
	// Lines is the zone as parsed: two or three lines in capitals.
	Lines []string
}

// Key is what of the document opens its chip.
func (d Document) Key() Key {
	return Key{DocumentNumber: d.DocumentNumber, DateOfBirth: d.DateOfBirth, DateOfExpiry: d.DateOfExpiry}
}

// Name is the whole name, surname first, in the letters of the MRZ.
func (d Document) Name() string {
	return strings.TrimSpace(d.PrimaryIdentifier + " " + d.SecondaryIdentifier)
}

// splitName divides a name field at its first double filler.
func splitName(field string) (primary, secondary string) {
	primary, secondary, _ = strings.Cut(strings.TrimRight(field, "<"), "<<")
	return words(primary), words(secondary)
}

// words turns fillers into single spaces.
func words(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '<' }), " ")
}

func unfilled(s string) string { return strings.TrimRight(s, "<") }
