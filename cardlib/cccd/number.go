package cccd

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrNumber: the input is not a 12-digit personal number.
var ErrNumber = errors.New("cccd: not a 12-digit personal number")

// Number is a personal number (số định danh cá nhân): twelve ASCII digits
// PPP G YY NNNNNN. It has no check digit.
type Number string

// ParseNumber reads a personal number. Spaces, dots and hyphens between the
// digits are accepted. Neither the province code nor the century is judged: codes
// outlive their provinces, and new ones may come.
func ParseNumber(text string) (Number, error) {
	digits, ok := onlyDigits(text)
	switch {
	case !ok:
		return "", fmt.Errorf("%w: has other characters than digits", ErrNumber)
	case len(digits) != 12:
		return "", fmt.Errorf("%w: has %d digits", ErrNumber, len(digits))
	}
	return Number(digits), nil
}

// onlyDigits takes separators away and tells whether ASCII digits are left.
func onlyDigits(text string) (string, bool) {
	if len(text) > 256 {
		return "", false
	}
	text = strings.NewReplacer(".", "", "-", "").Replace(strings.Join(strings.Fields(text), ""))
	return text, isDigits(text)
}

func isDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// CAN is the card access number, the last six digits.
func (n Number) CAN() string { return n.last(6) }

// DocumentNumber is the document number in the MRZ, the last nine digits.
func (n Number) DocumentNumber() string { return n.last(9) }

func (n Number) last(k int) string { return string(n[max(0, len(n)-k):]) }

// Province returns the code of the place of birth registration and its name at
// the time when the codes were given; known is false for codes of other
// countries, of no province, and later ones.
func (n Number) Province() (code, name string, known bool) {
	if len(n) != 12 {
		return "", "", false
	}
	code = string(n[:3])
	name, known = provinces[code]
	return code, name, known
}

// BornAbroad tells whether the place is a country's code instead of a province's.
func (n Number) BornAbroad() bool { return len(n) == 12 && n[0] != '0' }

// Year is the year of birth, 1900 to 2399; 0 if n is not a number.
func (n Number) Year() int {
	if len(n) != 12 {
		return 0
	}
	return 1900 + 100*(int(n[3]-'0')/2) + 10*int(n[4]-'0') + int(n[5]-'0')
}

// Sex is that of the number's fourth digit.
func (n Number) Sex() Sex {
	switch {
	case len(n) != 12:
		return SexUnknown
	case (n[3]-'0')%2 == 0:
		return Male
	}
	return Female
}

// Fits tells whether the number is one that somebody of that year of birth and
// sex is given; an unknown sex fits. Numbers stay when a date of birth is
// corrected, so that this is a hint about typing errors and no proof of fraud.
func (n Number) Fits(birth time.Time, sex Sex) bool {
	return n.Year() == birth.Year() && (sex == SexUnknown || sex == n.Sex())
}
