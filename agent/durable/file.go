package durable

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Rights of what this package makes.
const (
	fileRights = 0o600
	dirRights  = 0o700
)

// ErrTooLarge: the file is longer than the reader allows.
var ErrTooLarge = errors.New("durable: file too large")

// Dir makes the folder if it is missing and takes the rights of others away.
func Dir(path string) error {
	if err := os.MkdirAll(path, dirRights); err != nil {
		return err
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("durable: %s is no folder", path)
	case info.Mode().Perm()&^dirRights != 0:
		return os.Chmod(path, dirRights)
	}
	return nil
}

// Write replaces the file by data, or leaves it as it was: the new content is on
// the disk before the name points to it. The folder must exist.
func Write(path string, data []byte) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	temp := f.Name()
	_, err = f.Write(data)
	if err = errors.Join(err, f.Chmod(fileRights), f.Sync(), f.Close()); err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	return syncDir(dir)
}

// Sweep removes what writes that were cut off by a crash left behind. Nobody may
// be writing the file meanwhile: hold its lock.
func Sweep(path string) {
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return
	}
	for _, f := range left {
		if strings.HasPrefix(f.Name(), "."+filepath.Base(path)+"-") {
			_ = os.Remove(filepath.Join(filepath.Dir(path), f.Name())) // one that cannot be removed harms nobody
		}
	}
}

// Read returns the content of a file of at most limit bytes; fs.ErrNotExist if
// there is none.
func Read(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(b)) > limit {
		return nil, ErrTooLarge
	}
	return b, err
}

// Stamp tells one content of a file from another without reading it: a file
// that was replaced has another stamp.
type Stamp struct {
	info fs.FileInfo
}

// StampOf returns the stamp of a file, the zero Stamp if there is none.
func StampOf(path string) Stamp {
	info, err := os.Stat(path)
	if err != nil {
		return Stamp{}
	}
	return Stamp{info}
}

// Same tells whether both are of the same content.
func (s Stamp) Same(other Stamp) bool {
	if s.info == nil || other.info == nil {
		return s.info == nil && other.info == nil
	}
	return os.SameFile(s.info, other.info) && s.info.Size() == other.info.Size() && s.info.ModTime().Equal(other.info.ModTime())
}
