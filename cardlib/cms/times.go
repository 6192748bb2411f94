package cms

import (
	"time"

	"chipid/cardlib/tlv"
)

// The forms of time: RFC 5280 §4.1.2.5 asks for seconds and Z; the others are
// of BER and occur in old certificates.
var (
	utcForms     = []string{"060102150405Z", "0601021504Z", "060102150405-0700", "0601021504-0700"}
	generalForms = []string{"20060102150405Z", "20060102150405.999999999Z", "200601021504Z", "20060102150405-0700"}
)

// parseTime reads a UTCTime or GeneralizedTime and returns it in UTC. The years
// of UTCTime are 1950 to 2049.
func parseTime(e tlv.Element) (time.Time, error) {
	forms := generalForms
	switch e.Tag {
	case tagUTCTime:
		forms = utcForms
	case tagGenTime:
	default:
		return time.Time{}, malformed("tag %v where a time is due", e.Tag)
	}
	if len(e.Value) > 32 {
		return time.Time{}, malformed("time of %d bytes", len(e.Value))
	}
	for _, form := range forms {
		t, err := time.Parse(form, string(e.Value))
		if err != nil {
			continue
		}
		t = t.UTC()
		// Go reads the years 50 to 68 of two digits as 2050 to 2068.
		if e.Tag == tagUTCTime && t.Year() >= 2050 {
			t = t.AddDate(-100, 0, 0)
		}
		return t, nil
	}
	return time.Time{}, malformed("time of an unknown form")
}

func (c *cursor) time() time.Time {
	e := c.next()
	if c.err != nil {
		return time.Time{}
	}
	t, err := parseTime(e)
	c.fail(err)
	return t
}
