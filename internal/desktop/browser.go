package desktop

import (
	"os"
	"os/exec"
	"runtime"
)

// Open opens an address of this program in the user's browser; exec.ErrNotFound
// where there is no desktop.
func Open(address string) error {
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
