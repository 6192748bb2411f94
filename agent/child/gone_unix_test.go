//go:build unix && !linux

package child

import "syscall"

// gone tells whether a process has ended.
func gone(pid int) bool { return syscall.Kill(pid, 0) != nil }
