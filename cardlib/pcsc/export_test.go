//go:build cgo || windows

package pcsc

// Limits that tests measure.
const (
	BusyLimit = busyLimit
	HoldLimit = holdLimit
)

// Returns is how many blocking waits of the source's watchers have returned.
func (s *Source) Returns() int64 { return s.returns.Load() }
