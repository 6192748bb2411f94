package child

import "syscall"

var setErrorMode = syscall.NewLazyDLL("kernel32.dll").NewProc("SetErrorMode")

// confine keeps Windows from showing a dialog, or reporting, when the child crashes.
func confine() {
	const failCriticalErrors, noFaultErrorBox = 0x0001, 0x0002 // SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX
	_, _, _ = setErrorMode.Call(failCriticalErrors | noFaultErrorBox)
}

// createNoWindow is CREATE_NO_WINDOW of CreateProcess.
const createNoWindow = 0x08000000

// hidden keeps Windows from opening a console window for the child.
func hidden() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{HideWindow: true, CreationFlags: createNoWindow}
}
