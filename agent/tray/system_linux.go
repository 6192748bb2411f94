package tray

import (
	"os"

	"fyne.io/systray"
	"github.com/godbus/dbus/v5"
)

// available tells whether there is a desktop with a session bus.
func available() bool {
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return false
	}
	_, err := dbus.SessionBus() // the connection is shared: the library takes the same
	return err == nil
}

// setPicture shows the picture.
func setPicture(string) {
	if b, err := asPNG(); err == nil {
		systray.SetIcon(b)
	}
}
