package desktop

import (
	"os"
	"os/exec"
	"runtime"
	"strconv"
)

// Open opens an address of this program in the user's browser; exec.ErrNotFound
// where there is no desktop.
func Open(address string) error {
	if outside := outsideService(address); outside != nil {
		go func() {
			if outside.Run() != nil {
				_ = start(browserCommand(address))
			}
		}()
		return nil
	}
	return start(browserCommand(address))
}

func start(cmd *exec.Cmd) error {
	if cmd == nil {
		return exec.ErrNotFound
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }()
	return nil
}

// browserCommand is how each system opens an address; nil where there is no desktop.
func browserCommand(address string) *exec.Cmd {
	switch runtime.GOOS {
	case "windows":
		return exec.Command("rundll32", "url.dll,FileProtocolHandler", address)
	case "darwin":
		return exec.Command("open", address)
	}
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return nil
	}
	return exec.Command("xdg-open", address)
}

// outsideService is how a service of systemd opens an address: what is denied to the
// service (code that is written while it runs, new privileges) would be denied to a
// browser that it starts, and browsers cannot live without. The user's systemd starts it
// instead; the journal does not get the address. nil for programs that are no service
// (systemd.exec(5), SYSTEMD_EXEC_PID), and where there is no desktop.
func outsideService(address string) *exec.Cmd {
	if os.Getenv("SYSTEMD_EXEC_PID") != strconv.Itoa(os.Getpid()) || browserCommand(address) == nil {
		return nil
	}
	return exec.Command("systemd-run", "--user", "--quiet", "--collect", "--description=chipid opens the browser",
		"--property=KillMode=process", "xdg-open", address) // a browser outlives what started it
}
