package config

import (
	"context"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long a file must be left alone before it is read anew: editors
// write in several steps.
const settle = 100 * time.Millisecond

// Watch calls changed soon after one of the files was written, replaced, made
// or removed, until ctx ends. Folders that are missing are not watched. It asks
// the system to tell; nothing is polled.
func Watch(ctx context.Context, files []string, changed func()) error {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return err
	}
	defer w.Close()
	var dirs []string
	for _, file := range files {
		if dir := filepath.Dir(file); file != "" && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
			_ = w.Add(dir) // a folder that is missing
		}
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	<-timer.C
	for {
		select {
		case e := <-w.Events:
			if slices.Contains(files, filepath.Clean(e.Name)) {
				timer.Reset(settle)
			}
		case <-w.Errors: // an overflow: something may have changed
			timer.Reset(settle)
		case <-timer.C:
			changed()
		case <-ctx.Done():
			return nil
		}
	}
}
