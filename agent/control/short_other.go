//go:build !linux

package control

// short returns the path: a folder whose name is too long is refused by the system.
func short(path string) (address string, release func(), err error) {
	return path, func() {}, nil
}
