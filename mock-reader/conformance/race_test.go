//go:build race

package conformance

// part is which of the cases are tried under the race detector, which makes each
// four times as long and has nothing new to say about the next: every 8th. The run
// without it tries all.
const part = 8
