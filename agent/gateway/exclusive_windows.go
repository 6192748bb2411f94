package gateway

import "syscall"

// soExclusiveAddrUse is SO_EXCLUSIVEADDRUSE of winsock2.h, ~SO_REUSEADDR. Without
// it another program could bind the same port and take our clients over.
const soExclusiveAddrUse = ^syscall.SO_REUSEADDR

// exclusive keeps other programs from sharing the socket's port.
func exclusive(_, _ string, raw syscall.RawConn) error {
	var result error
	err := raw.Control(func(fd uintptr) {
		result = syscall.SetsockoptInt(syscall.Handle(fd), syscall.SOL_SOCKET, soExclusiveAddrUse, 1)
	})
	if err != nil {
		return err
	}
	return result
}
