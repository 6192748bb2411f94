package child

import "syscall"

// confine keeps what the child holds out of core dumps, and other processes of the
// same user from reading its memory.
func confine() {
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})
	const setDumpable = 4 // PR_SET_DUMPABLE, prctl(2)
	_, _, _ = syscall.RawSyscall(syscall.SYS_PRCTL, setDumpable, 0, 0)
}

// hidden needs nothing where programs have no window of their own.
func hidden() *syscall.SysProcAttr { return nil }
