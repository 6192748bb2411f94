//go:build !windows

package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"chipid/agent/durable"
)

// Place is where the administrator's files lie.
type Place struct {
	folder string
	// top is the folder from which on owners and rights are asked.
	top string
}

// AdminPlace is the one place of this system.
func AdminPlace() Place { return Place{adminFolder, "/"} }

// PlaceBelow is a place for tests: a folder, and the folder above it from which on
// owners and rights are asked.
func PlaceBelow(top, folder string) Place { return Place{folder, top} }

// Folder is the folder of the administrator's files.
func (p Place) Folder() string { return p.folder }

// Grants is where the signed grants lie if nothing else is set.
func (p Place) Grants() string {
	if p.folder == "" {
		return ""
	}
	return filepath.Join(p.folder, grantsName)
}

// text reads a file if it and every folder above it belong to root and nobody
// else can write there.
func (p Place) text(name string) (Trusted, error) {
	if p.folder == "" { // the zero Place has nothing
		return Trusted{}, nil
	}
	path := filepath.Join(p.folder, name)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return Trusted{}, nil
	}
	for at := path; ; at = filepath.Dir(at) {
		if err := rootsOwn(at, at == path); err != nil {
			return Trusted{}, err
		}
		if at == p.top || at == filepath.Dir(at) {
			break
		}
	}
	b, err := durable.Read(path, maxFile)
	return Trusted{Text: b, Where: path}, err
}

// rootsOwn asks one path. Links are refused: what they point to can change.
func rootsOwn(path string, file bool) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !ok || stat.Uid != 0:
		return fmt.Errorf("%w: %s does not belong to root", ErrUntrusted, path)
	case file && !info.Mode().IsRegular(), !file && !info.IsDir():
		return fmt.Errorf("%w: %s is a link or no file", ErrUntrusted, path)
	case info.Mode().Perm()&0o022 != 0:
		return fmt.Errorf("%w: %s can be written by others", ErrUntrusted, path)
	}
	return nil
}
