//go:build !race

package inproc

// part is which of the cards are tried: all.
const part = 1
