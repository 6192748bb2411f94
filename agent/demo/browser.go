package demo

import (
	"os"
	"os/exec"
	"runtime"
)

// openBrowser opens an address in the user's browser. The address is the
// demo's own, never one that came from elsewhere.
func openBrowser(address string) error {
	cmd := browserCommand(address)
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
