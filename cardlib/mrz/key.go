package mrz

import "strings"

// maxNumber is the longest document number: nine characters and what fits in the
// optional data of TD1 beside the check digit and a filler (Doc 9303-5 §4.2.2 note j).
const maxNumber = 9 + 13

// Key is what of the MRZ opens a chip (Doc 9303-11 §9.7.2, Doc 9303-3 §4.9).
type Key struct {
	// DocumentNumber is the document number without check digit, up to 9
	// characters (longer for TD1 numbers that run on in the optional data).
	DocumentNumber string
	// DateOfBirth and DateOfExpiry are written yymmdd as in the MRZ.
	DateOfBirth, DateOfExpiry string
}

// Information is the MRZ information: number, date of birth and date of expiry,
// each with its check digit; a short number is filled to nine characters
// (Doc 9303-11 §4.3.2 and §9.7.2). It is 24 characters long for numbers of up to nine.
func (k Key) Information() string {
	number := pad(k.DocumentNumber, 9)
	return withDigit(number) + withDigit(k.DateOfBirth) + withDigit(k.DateOfExpiry)
}

// Check tells whether the key can be that of a document.
func (k Key) Check() error {
	switch {
	case unfilled(k.DocumentNumber) == "" || len(k.DocumentNumber) > maxNumber:
		return &Error{Field: FieldNumber, Err: ErrNumber}
	case !inAlphabet(k.DocumentNumber):
		return &Error{Field: FieldNumber, Err: ErrCharacter}
	case !isDate(k.DateOfBirth):
		return &Error{Field: FieldBirth, Err: ErrDate}
	case !isDate(k.DateOfExpiry):
		return &Error{Field: FieldExpiry, Err: ErrDate}
	}
	return nil
}

func withDigit(s string) string { return s + string(CheckDigit(s)) }

// pad fills s with fillers to n characters; a longer s stays.
func pad(s string, n int) string {
	if len(s) >= n {
		return s
	}
	return s + strings.Repeat("<", n-len(s))
}
