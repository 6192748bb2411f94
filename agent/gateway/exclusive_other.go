//go:build !windows

package gateway

import "syscall"

// exclusive does nothing: only Windows lets two programs listen on one port
// without the first one's consent.
func exclusive(_, _ string, _ syscall.RawConn) error { return nil }
