package cccd

import "time"

// Expired tells whether the card's own date has passed: a card is good to the
// end of that day, in now's time zone. known is false where there is no date.
func (c Citizen) Expired(now time.Time) (expired, known bool) {
	if c.NoExpiry {
		return false, true
	}
	last, err := time.ParseInLocation(time.DateOnly, c.DateOfExpiry, now.Location())
	if err != nil {
		return false, false
	}
	return !now.Before(last.AddDate(0, 0, 1)), true
}
