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
			close(shown)
			show(ctx, c)
			systray.Quit()
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

// show fills the menu and keeps the line right until ctx ends.
func show(ctx context.Context, c Config) {
	setPicture(c.Folder)
	word := func(name string) string { return words[name].In(c.Language()) }
	open := systray.AddMenuItem(word("open"), "")
	pair := systray.AddMenuItem(word("pair"), "")
	systray.AddSeparator()
	quit := systray.AddMenuItem(word("quit"), "")
	for {
		select {
		case s := <-c.Standings:
			systray.SetTooltip(standings[s].In(c.Language()))
		case <-open.ClickedCh:
			c.Open()
		case <-pair.ClickedCh:
			c.Pair()
		case <-quit.ClickedCh:
			c.Quit()
		case <-ctx.Done():
			return
		}
	}
}
