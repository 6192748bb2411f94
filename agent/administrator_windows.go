package main

import "golang.org/x/sys/windows"

// administrator tells whether this process may change what is the computer's.
func administrator() bool { return windows.GetCurrentProcessToken().IsElevated() }
