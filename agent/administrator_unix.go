//go:build !windows

package main

import "os"

// administrator tells whether this user may change what is the computer's.
func administrator() bool { return os.Geteuid() == 0 }
