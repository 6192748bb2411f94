package cccd

import (
	"slices"
	"time"
)

// MaxExpiries is how many dates of expiry are offered for one card.
const MaxExpiries = 3

// ages are those at which a card is renewed (Luật Căn cước 2023, điều 21; the law of
// 2014 had no 14); who is past the last one gets a card without expiry.
var ages = []int{14, 25, 40, 60}

// doubt is how near to the two-year limit an issue date must be for the other age
// to be tried as well, since the day that counts is not known for certain.
const doubt = 31 * 24 * time.Hour

// Expiries returns the dates of expiry, as the MRZ writes them, that a card may
// have which was issued on that day to somebody born on the other: the birthday
// of the next renewal age, or of the one after it if the card was issued within
// two years before; "991231" past the last age. The likeliest comes first, at
// most MaxExpiries in all; more than one only near that limit and for who is
// born on 29 February.
func Expiries(birth, issue time.Time) []string {
	i := slices.IndexFunc(ages, func(age int) bool { return birth.AddDate(age, 0, 0).After(issue) })
	if i < 0 {
		return []string{noExpiryMRZ}
	}
	limit := birth.AddDate(ages[i]-2, 0, 0)
	likely, other := i, i+1
	if !issue.Before(limit) {
		likely, other = other, likely
	}
	all := birthdays(birth, likely)
	if issue.Sub(limit).Abs() <= doubt {
		all = append(all, birthdays(birth, other)...)
	}
	return all[:min(len(all), MaxExpiries)]
}

// birthdays writes the birthday of an age of the list. How the birthday of 29
// February is written in other years is not known: the days around it follow.
func birthdays(birth time.Time, age int) []string {
	if age >= len(ages) {
		return []string{noExpiryMRZ}
	}
	year := birth.Year() + ages[age]
	yy := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Format("06")
	if birth.Month() != time.February || birth.Day() != 29 {
		return []string{yy + birth.Format("0102")}
	}
	if time.Date(year, time.February, 29, 0, 0, 0, 0, time.UTC).Day() == 29 {
		return []string{yy + "0229", yy + "0228", yy + "0301"}
	}
	return []string{yy + "0228", yy + "0301", yy + "0229"}
}
