//go:build tray

package tray

import "fyne.io/systray"

func available() bool { return true }

// setPicture shows the picture.
func setPicture(string) {
	if b, err := asPNG(); err == nil {
		systray.SetIcon(b)
	}
}
