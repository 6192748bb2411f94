//go:build !unix

package main

import "context"

// notifyToggle has no signal to wait for on this system: the card is pulled and
// put back by lines on the standard input.
func notifyToggle(context.Context, func()) (wait func()) { return func() {} }
