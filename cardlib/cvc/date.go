package cvc

import "time"

// dateLen is the length of a date: YYMMDD, a digit a byte (TR-03110-3 D.2.1.3).
const dateLen = 6

// parseDate reads a date of the years 2000 to 2099.
func parseDate(b []byte) (time.Time, error) {
	if len(b) != dateLen {
		return time.Time{}, malformed("date of %d bytes", len(b))
	}
	n := [dateLen]int{}
	for i, c := range b {
		if c > 9 {
			return time.Time{}, malformed("date with the byte %02X", c)
		}
		n[i] = int(c)
	}
	year, month, day := 2000+10*n[0]+n[1], time.Month(10*n[2]+n[3]), 10*n[4]+n[5]
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if t.Month() != month || t.Day() != day {
		return time.Time{}, malformed("no date: %04d-%02d-%02d", year, int(month), day)
	}
	return t, nil
}

// encodeDate writes the day of t in UTC.
func encodeDate(t time.Time) ([]byte, error) {
	t = t.UTC()
	if t.Year() < 2000 || t.Year() > 2099 {
		return nil, malformed("date in the year %d", t.Year())
	}
	b := []byte(t.Format("060102"))
	for i := range b {
		b[i] -= '0'
	}
	return b, nil
}
