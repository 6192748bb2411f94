//go:build unix && !linux

package child

import "syscall"

// confine keeps what the child holds out of core dumps.
func confine() { _ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}) }

// hidden needs nothing where programs have no window of their own.
func hidden() *syscall.SysProcAttr { return nil }
