// Command coverage writes docs/coverage.md out of coverage profiles of cardlib: of
// each room the share of statements that tests run, and every place that none runs,
// with the reason. It exits with 1 if a place has none: either a test is missing, or
// the reason has to be written down in reasons.go. `make coverage` runs it.
//
// What may not live here: tests of cardlib.
package main
