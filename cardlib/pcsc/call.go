//go:build cgo || windows

package pcsc

import (
	"context"
	"errors"
	"time"
)

// errLimit: a call did not return within its limit.
var errLimit = errors.New("pcsc: call did not return in time")

// within runs call in a goroutine and waits for its result at most limit, or
// until ctx ends. The service's calls cannot be interrupted, so one that does
// not return in time is abandoned: it is counted until it does return, and its
// result then goes to late, which releases what it holds.
func within[T any](ctx context.Context, s *Source, limit time.Duration, call func() T, late func(T)) (T, error) {
	result := make(chan T)
	left := make(chan struct{})
	go func() {
		value := call()
		select {
		case result <- value:
		case <-left:
			late(value)
			s.abandoned.Add(-1)
		}
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	var why error
	select {
	case value := <-result:
		return value, nil
	case <-timer.C:
		why = errLimit
	case <-ctx.Done():
		why = ctx.Err()
	}
	s.abandoned.Add(1)
	close(left)
	var none T
	return none, why
}
