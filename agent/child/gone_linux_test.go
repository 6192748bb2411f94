package child

import (
	"fmt"
	"os"
	"strings"
)

// gone tells whether a process has ended; one that nobody has waited for has, too.
func gone(pid int) bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return true
	}
	_, after, _ := strings.Cut(string(b), ") ")
	return strings.HasPrefix(after, "Z")
}
