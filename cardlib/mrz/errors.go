package mrz

import (
	"errors"
	"fmt"
	"strings"
)

// What can be wrong with an MRZ; [Error] and [CheckDigitError] wrap them.
var (
	ErrForm       = errors.New("mrz: not an MRZ nor the key fields of one")
	ErrLength     = errors.New("wrong number of characters")
	ErrCharacter  = errors.New("character other than A-Z, 0-9 and <")
	ErrDate       = errors.New("not a date")
	ErrValue      = errors.New("value that the standard does not know")
	ErrCheckDigit = errors.New("wrong check digit")
	ErrNumber     = errors.New("document number missing or too long")
	ErrTooLong    = errors.New("text does not fit the field")
)

// Field names a part of the MRZ in errors.
type Field string

// The parts of an MRZ.
const (
	FieldCode        Field = "document code"
	FieldState       Field = "issuing State"
	FieldNumber      Field = "document number"
	FieldBirth       Field = "date of birth"
	FieldExpiry      Field = "date of expiry"
	FieldSex         Field = "sex"
	FieldNationality Field = "nationality"
	FieldOptional    Field = "optional data"
	FieldName        Field = "name"
	FieldComposite   Field = "composite"
)

// Error says where an MRZ is wrong, and in what way; never what stands there.
type Error struct {
	Line  int   // 1 to 3; 0 where there are no lines
	Field Field // empty if the whole line is meant
	Err   error
}

func (e *Error) Error() string {
	return "mrz: " + place(e.Line, e.Field) + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// Fault is the place of a wrong check digit.
type Fault struct {
	Line  int // 1 to 3; 0 where there are no lines
	Field Field
}

// CheckDigitError lists every check digit that is wrong in an MRZ whose form is
// right. It is an ErrCheckDigit.
type CheckDigitError struct{ Faults []Fault }

func (e *CheckDigitError) Error() string {
	places := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		places[i] = strings.TrimSuffix(place(f.Line, f.Field), ": ")
	}
	return "mrz: " + ErrCheckDigit.Error() + " of " + strings.Join(places, " and ")
}

func (e *CheckDigitError) Unwrap() error { return ErrCheckDigit }

func place(line int, field Field) string {
	switch {
	case line == 0 && field == "":
		return ""
	case line == 0:
		return string(field) + ": "
	case field == "":
		return fmt.Sprintf("line %d: ", line)
	}
	return fmt.Sprintf("line %d, %s: ", line, field)
}
