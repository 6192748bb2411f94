//go:build !race

package main

// every is which of the cases TestMatrix runs: all.
const every = 1
