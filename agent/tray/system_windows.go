package tray

import (
	"os"
	"path/filepath"

	"fyne.io/systray"
)

// available: every Windows session has a tray; without one the library's window
// is just never seen.
func available() bool { return true }

// setPicture shows the picture, from a file of the agent's own: the library would
// put one into the folder for temporary files.
func setPicture(folder string) {
	b, err := asICO()
	if err != nil {
		return
	}
	path := filepath.Join(folder, "tray.ico")
	if os.WriteFile(path, b, 0o600) == nil {
		_ = systray.SetIconFromFilePath(path)
	}
}
