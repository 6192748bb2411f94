//go:build !unix

package main

import "context"

// hangups: there is no such signal here; folders are watched all the same.
func hangups(context.Context) <-chan struct{} { return nil }
