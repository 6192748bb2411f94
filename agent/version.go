package main

import "time"

// version and buildDate (yyyy-mm-dd) are set by the linker in releases.
var (
	version   = "0.1.0-dev"
	buildDate = ""
)

// sourceDate is when this source was written: no build is older, and a clock
// that is before it is wrong.
const sourceDate = "2026-11-23"

// built is the date before which no clock is believed.
func built() time.Time {
	if t, err := time.Parse(time.DateOnly, buildDate); err == nil {
		return t
	}
	t, err := time.Parse(time.DateOnly, sourceDate)
	if err != nil {
		return time.Time{}
	}
	return t
}
