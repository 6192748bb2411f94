package cccd

import (
	"strconv"
	"strings"
	"time"
)

// Years that a date on a card may have.
const firstYear, lastYear = 1800, 2399

// ParseDate reads a date as Vietnamese documents write it: dd/mm/yyyy (also with
// hyphens or dots, and with days and months of one digit), yyyymmdd, ddmmyyyy,
// yyyy-mm-dd, and GeneralizedTime. The forms of eight digits exclude each other
// within the years 1800 to 2399.
func ParseDate(text string) (time.Time, bool) {
	text = strings.TrimSpace(text)
	if len(text) > 14 && strings.HasSuffix(text, "Z") && isDigits(text[:14]) {
		text = text[:8]
	}
	if len(text) == 8 && isDigits(text) {
		if t, ok := date(text[:4], text[4:6], text[6:]); ok {
			return t, true
		}
		return date(text[4:], text[2:4], text[:2])
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == '/' || r == '-' || r == '.' })
	if len(parts) != 3 || len(text) > 10 {
		return time.Time{}, false
	}
	if len(parts[0]) == 4 {
		return date(parts[0], parts[1], parts[2])
	}
	return date(parts[2], parts[1], parts[0])
}

// date makes a date of its parts if there is such a day.
func date(year, month, day string) (time.Time, bool) {
	if len(year) != 4 || !isDigits(year+month+day) || len(month) > 2 || len(day) > 2 {
		return time.Time{}, false
	}
	y, _ := strconv.Atoi(year) // all digits, so no error is left
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if y < firstYear || y > lastYear || t.Year() != y || int(t.Month()) != m || t.Day() != d {
		return time.Time{}, false
	}
	return t, true
}

// isoDate is yyyy-mm-dd, or empty together with the text as it stands if that is no date.
func isoDate(text string) (iso, raw string) {
	if t, ok := ParseDate(text); ok {
		return t.Format(time.DateOnly), ""
	}
	return "", text
}

// saysNoExpiry tells whether the text of field 12 means that the card does not
// expire: "Không thời hạn", "Không xác định thời hạn" and the like.
func saysNoExpiry(text string) bool {
	if t, ok := ParseDate(text); ok {
		return t.Year() == 2099 && t.YearDay() == 365 // what the MRZ writes as 991231
	}
	if strings.HasSuffix(text, "/9999") {
		return true
	}
	folded := fold(text)
	without := strings.HasPrefix(folded, "KHONG") || strings.HasPrefix(folded, "VO")
	return without && strings.Contains(folded, "THOI HAN")
}
