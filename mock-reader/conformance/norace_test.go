//go:build !race

package conformance

// part is which of the cases are tried: all.
const part = 1
