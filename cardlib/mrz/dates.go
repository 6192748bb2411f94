package mrz

import (
	"fmt"
	"strconv"
	"time"
)

// isDate tells whether s is yymmdd where the parts from the day backwards may be
// fillers (Doc 9303-3 §4.8). The day is judged without the century: 29 February
// is a date.
func isDate(s string) bool {
	if len(s) != 6 {
		return false
	}
	year, month, day := s[:2], s[2:4], s[4:]
	if !part(year, 0, 99) || !part(month, 1, 12) || !part(day, 1, 31) {
		return false
	}
	if year == "<<" && month != "<<" || month == "<<" && day != "<<" {
		return false
	}
	if day == "<<" {
		return true
	}
	t, err := time.Parse("20060102", "2000"+month+day) // a leap year
	return err == nil && t.Format("0102") == month+day
}

// part tells whether s is two fillers or a number within the bounds.
func part(s string, low, high int) bool {
	if s == "<<" {
		return true
	}
	if s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9' {
		return false
	}
	n := int(s[0]-'0')*10 + int(s[1]-'0')
	return n >= low && n <= high
}

// BirthDate writes a date of birth of the MRZ as yyyy-mm-dd: the last such day
// that is not after today. It is empty if a part of the date is unknown.
func BirthDate(yymmdd string, today time.Time) string {
	return expand(yymmdd, today.Year(), func(date string) bool { return date <= today.Format(time.DateOnly) })
}

// ExpiryDate writes a date of expiry of the MRZ as yyyy-mm-dd: the last such day
// that is less than fifty years after today, since two digits cannot say more. It is
// empty if a part of the date is unknown.
func ExpiryDate(yymmdd string, today time.Time) string {
	limit := today.AddDate(50, 0, 0)
	return expand(yymmdd, limit.Year(), func(date string) bool { return date < limit.Format(time.DateOnly) })
}

// expand finds the latest year up to the given one with these two digits in which
// the day exists and is accepted.
func expand(yymmdd string, year int, accept func(date string) bool) string {
	if !isDate(yymmdd) {
		return ""
	}
	yy, err := strconv.Atoi(yymmdd[:2])
	if err != nil {
		return ""
	}
	for y := year - (year-yy)%100; y > year-300; y -= 100 {
		date := fmt.Sprintf("%04d-%s-%s", y, yymmdd[2:4], yymmdd[4:])
		if _, err := time.Parse(time.DateOnly, date); err == nil && accept(date) {
			return date
		}
	}
	return ""
}
