//go:build !race && !pcsc

package scenario_test

// raced tells that the race detector runs.
const raced = false
