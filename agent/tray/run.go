//go:build windows || linux || (darwin && tray)

package tray

import (
	"context"
	"runtime"
	"time"

	"fyne.io/systray"
)

// endTime is how long the picture may take to go.
const endTime = 2 * time.Second

// Run shows the tray until ctx ends. It must be called once in a program's life.
func Run(ctx context.Context, c Config) {
	if !available() {
		wait(ctx, c)
		return
	}
	shown, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		runtime.LockOSThread() // the picture's window belongs to its thread
		defer runtime.UnlockOSThread()
		systray.Run(func() {
			defer close(shown) // desktops wait for the menu until this function returns
			m := newMenu(c)
			go func() {
				m.serve(ctx, c)
				systray.Quit()
			}()
		}, nil)
	}()
	select {
	case <-shown:
	case <-ctx.Done():
		return // it never came up, as in a session without a desktop
	}
	<-ctx.Done()
	select {
	case <-ended:
	case <-time.After(endTime):
	}
}

// menu is what can be pressed, and the language in which it is written.
type menu struct {
	open, pair, quit *systray.MenuItem
	language         string
}

// newMenu shows the picture and the menu.
func newMenu(c Config) *menu {
	setPicture(c.Folder)
	m := &menu{open: systray.AddMenuItem("", ""), pair: systray.AddMenuItem("", "")}
	systray.AddSeparator()
	m.quit = systray.AddMenuItem("", "")
	m.speak(c.Language())
	return m
}

// speak writes the menu in a language.
func (m *menu) speak(language string) {
	if m.language == language {
		return
	}
	m.language = language
	for item, name := range map[*systray.MenuItem]string{m.open: "open", m.pair: "pair", m.quit: "quit"} {
		item.SetTitle(words[name].In(language))
	}
}

// serve does what is pressed and keeps line and menu right until ctx ends.
func (m *menu) serve(ctx context.Context, c Config) {
	for {
		select {
		case s := <-c.Standings:
			m.speak(c.Language())
			systray.SetTooltip(standings[s].In(c.Language()))
		case <-m.open.ClickedCh:
			c.Open()
		case <-m.pair.ClickedCh:
			c.Pair()
		case <-m.quit.ClickedCh:
			c.Quit()
		case <-ctx.Done():
			return
		}
	}
}
