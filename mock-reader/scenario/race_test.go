//go:build race && !pcsc

package scenario_test

// raced tells that the race detector runs, under which a read takes four times as
// long: what has no concurrency in it is left to the run without.
const raced = true
