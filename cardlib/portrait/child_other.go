//go:build !windows

package portrait

import "syscall"

// hidden needs nothing where programs have no window of their own.
func hidden() *syscall.SysProcAttr { return nil }
