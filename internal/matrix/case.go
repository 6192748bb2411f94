package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// Case is one line of the matrix.
type Case struct {
	// ID is family/what: "pace/ECDH-GM/P-256/AES-128".
	ID string
	// Right must succeed. Wrong is the same with one thing wrong; it succeeds if
	// the reader noticed.
	Right, Wrong func(context.Context) error
}

// Family is the first part of the id.
func (c Case) Family() string {
	family, _, _ := strings.Cut(c.ID, "/")
	return family
}

// Result is what a case came to; Failure is empty if it passed.
type Result struct {
	ID      string  `json:"id"`
	Family  string  `json:"family"`
	Status  string  `json:"status"`
	Failure string  `json:"failure,omitempty"`
	Millis  float64 `json:"milliseconds"`
}

// The statuses of a case.
const (
	statusPass = "PASS"
	statusFail = "FAIL"
)

// String is the line of a case.
func (r Result) String() string {
	if r.Failure == "" {
		return r.Status + " " + r.ID
	}
	return fmt.Sprintf("%s %s: %s", r.Status, r.ID, r.Failure)
}

// cases lists the whole matrix.
func cases() []Case {
	return slices.Concat(paceCases(), forbiddenCases(), hostileCases(), chipAuthCases(), activeAuthCases(), messagingCases(),
		passiveCases(), quirkCases())
}

// caseTimeout bounds a case, twin included: a reader that hangs is a failure, too.
const caseTimeout = 60 * time.Second

// run runs the case and its twin.
func (c Case) run(ctx context.Context) Result {
	began := time.Now()
	r := Result{ID: c.ID, Family: c.Family(), Status: statusPass}
	if err := guarded(ctx, c.Right); err != nil {
		r.Failure = err.Error()
	} else if err := guarded(ctx, c.Wrong); err != nil {
		r.Failure = "twin: " + err.Error()
	}
	if r.Failure != "" {
		r.Status = statusFail
	}
	r.Millis = float64(time.Since(began).Microseconds()) / 1000
	return r
}

// guarded runs half a case; a panic is a failure of this case alone.
func guarded(ctx context.Context, half func(context.Context) error) (err error) {
	ctx, cancel := context.WithTimeout(ctx, caseTimeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	if half == nil {
		return errors.New("half of the case is missing")
	}
	return half(ctx)
}

// runAll runs the cases on all processors and tells each result in the order of
// the cases.
func runAll(ctx context.Context, all []Case, each func(Result)) Summary {
	began := time.Now()
	results := make([]chan Result, len(all))
	for i := range results {
		results[i] = make(chan Result, 1)
	}
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range next {
				results[i] <- all[i].run(ctx)
			}
		})
	}
	go func() {
		defer close(next)
		for i := range all {
			next <- i
		}
	}()
	var s Summary
	for _, result := range results {
		r := <-result
		if each != nil {
			each(r)
		}
		s.add(r)
	}
	workers.Wait()
	s.Seconds = time.Since(began).Seconds()
	return s
}
