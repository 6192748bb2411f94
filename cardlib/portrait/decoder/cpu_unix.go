//go:build unix

package decoder

import (
	"syscall"
	"time"
)

// cpuTime is the processor time that the process has used.
func cpuTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0 // the parent's limit remains
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
