//go:build unix

package portrait

import (
	"os"
	"runtime"
	"syscall"
)

// residentBytes is the most memory that a process had in use.
func residentBytes(state *os.ProcessState) int64 {
	used, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" { // bytes there, kilobytes elsewhere
		return int64(used.Maxrss)
	}
	return int64(used.Maxrss) << 10
}
