//go:build race

package main

// every is which of the cases TestMatrix runs. Under the race detector the long
// numbers take five times as long and show nothing new: every fifth case is run,
// of each family and cipher; `make matrix` and a test without it run all.
const every = 5
