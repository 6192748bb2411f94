package config

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long a file must be left alone before it is read anew: editors
// write in several steps. One that is never left alone is read all the same, once
// in patience.
const (
	settle   = 100 * time.Millisecond
	patience = 2 * time.Second
)

// Watch calls changed soon after one of the paths was written, replaced, made or
// removed, until ctx ends. A path may be a file or a folder, which counts with
// what lies in it, and may be missing still; where it is a link, what it points to
// is watched too. paths is asked again after each change. The first call comes at
// once, for what changed between the reading of the files and the watch. The system
// tells; nothing is polled.
func Watch(ctx context.Context, paths func() []string, changed func()) error {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return err
	}
	defer w.Close()
	all := absolute(paths())
	attend(w, all)
	timer := time.NewTimer(0)
	defer timer.Stop()
	var first time.Time // of the changes that were not told yet
	soon := func() {
		if first.IsZero() {
			first = time.Now()
		}
		if time.Since(first) < patience {
			timer.Reset(settle)
		}
	}
	for {
		select {
		case e := <-w.Events:
			if concerns(all, filepath.Clean(e.Name)) {
				soon()
			}
		case <-w.Errors: // an overflow: something may have changed
			soon()
		case <-timer.C:
			first = time.Time{}
			attend(w, all) // before it is read: what changes afterwards is told
			changed()
			all = absolute(paths())
			if attend(w, all) {
				soon()
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// absolute are the paths from the root on, and what those point to that are links.
func absolute(paths []string) []string {
	var all []string
	for _, path := range paths {
		if path == "" {
			continue
		}
		full, err := filepath.Abs(path)
		if err != nil {
			continue
		}
		all = append(all, full)
		if real, err := filepath.EvalSymlinks(full); err == nil && real != full {
			all = append(all, real)
		}
	}
	return all
}

// attend watches the folders in which the paths lie, the nearest above where one
// is missing, and those folders that are paths themselves. It tells whether one
// was not watched before.
func attend(w *fsnotify.Watcher, paths []string) (more bool) {
	var folders []string
	for _, path := range paths {
		if isFolder(path) {
			folders = append(folders, path)
		}
		above := filepath.Dir(path)
		for !isFolder(above) && above != filepath.Dir(above) {
			above = filepath.Dir(above)
		}
		folders = append(folders, above)
	}
	before := w.WatchList()
	for _, folder := range before {
		if !slices.Contains(folders, folder) {
			_ = w.Remove(folder) // it has gone already
		}
	}
	for _, folder := range folders {
		if !slices.Contains(before, folder) && w.Add(folder) == nil {
			more = true
		}
	}
	return more
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// concerns tells whether what happened to name changes one of the paths: it is
// the path itself, a folder above it, or lies in it.
func concerns(paths []string, name string) bool {
	return slices.ContainsFunc(paths, func(path string) bool {
		return path == name || filepath.Dir(name) == path || strings.HasPrefix(path, name+string(filepath.Separator))
	})
}
