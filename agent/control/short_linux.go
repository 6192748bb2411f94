package control

import (
	"fmt"
	"os"
	"path/filepath"
)

// maxName is what fits into a socket's address (unix(7), sun_path).
const maxName = 100

// short returns an address for the path that fits; a long folder is named by an
// open file of it.
func short(path string) (address string, release func(), err error) {
	if len(path) <= maxName {
		return path, func() {}, nil
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("/proc/self/fd/%d/%s", dir.Fd(), filepath.Base(path)), func() { dir.Close() }, nil
}
