//go:build race

package inproc

// part is which of the cards are tried under the race detector, which makes each
// four times as long and has nothing new to say about the next: every 6th. The run
// without it tries all.
const part = 6
