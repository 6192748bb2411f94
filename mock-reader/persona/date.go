package persona

import "fmt"

// Date is a calendar date; the zero Date means that there is none.
type Date struct {
	Year, Month, Day int
}

// IsZero tells whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// MRZ is yymmdd (Doc 9303-3 §4.8).
func (d Date) MRZ() string { return fmt.Sprintf("%02d%02d%02d", d.Year%100, d.Month, d.Day) }

// Printed is dd/mm/yyyy, as on the card and in DG13.
func (d Date) Printed() string { return fmt.Sprintf("%02d/%02d/%04d", d.Day, d.Month, d.Year) }

// Compact is ddmmyyyy, as in the QR text.
func (d Date) Compact() string { return fmt.Sprintf("%02d%02d%04d", d.Day, d.Month, d.Year) }

// ISO is yyyy-mm-dd.
func (d Date) ISO() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// Before tells whether d is earlier than o.
func (d Date) Before(o Date) bool {
	if d.Year != o.Year {
		return d.Year < o.Year
	}
	if d.Month != o.Month {
		return d.Month < o.Month
	}
	return d.Day < o.Day
}

// AddYears is the same day n years on; 29 February becomes 28 February in a
// year that has none.
func (d Date) AddYears(n int) Date {
	d.Year += n
	if d.Month == 2 && d.Day == 29 && !d.leap() {
		d.Day = 28
	}
	return d
}

// ExpiryOf is the card's expiry by its rule: it runs to the next birthday of
// 14, 25, 40 or 60; issued within the two years before one of them, to the
// following one; past 60 there is no expiry (the zero Date).
func ExpiryOf(birth, issued Date) Date {
	for _, age := range []int{14, 25, 40, 60} {
		threshold := birth.AddYears(age)
		if issued.Before(threshold.AddYears(-2)) {
			return threshold
		}
	}
	return Date{}
}

// Valid tells whether the calendar has the day.
func (d Date) Valid() bool {
	if d.Month < 1 || d.Month > 12 || d.Day < 1 || d.Year < 1900 || d.Year > 2399 {
		return false
	}
	days := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[d.Month-1]
	if d.Month == 2 && d.leap() {
		days++
	}
	return d.Day <= days
}

func (d Date) leap() bool { return d.Year%4 == 0 && (d.Year%100 != 0 || d.Year%400 == 0) }
