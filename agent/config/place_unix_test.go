//go:build !windows

package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestOnlyRootsFilesCount needs no rights where it is not root: then nothing is
// root's and everything is refused.
func TestOnlyRootsFilesCount(t *testing.T) {
	top := t.TempDir()
	require.NoError(t, os.Chmod(top, 0o755))
	dir := filepath.Join(top, "chipid")
	require.NoError(t, os.Mkdir(dir, 0o755))
	place := Place{dir, top}
	got, err := place.Policy()
	require.NoError(t, err)
	assert.Nil(t, got.Text, "no file, no policy")

	path := filepath.Join(dir, policyName)
	require.NoError(t, os.WriteFile(path, []byte("port = 1"), 0o644))
	got, err = place.Policy()
	if os.Getuid() != 0 {
		assert.ErrorIs(t, err, ErrUntrusted)
		return
	}
	require.NoError(t, err)
	assert.Equal(t, "port = 1", string(got.Text))

	spoil := map[string]func(){
		"file of another user":   func() { require.NoError(t, os.Chown(path, 12345, 0)) },
		"file for the group":     func() { require.NoError(t, os.Chmod(path, 0o664)) },
		"file for everybody":     func() { require.NoError(t, os.Chmod(path, 0o646)) },
		"folder for everybody":   func() { require.NoError(t, os.Chmod(dir, 0o777)) },
		"folder of another user": func() { require.NoError(t, os.Chown(dir, 12345, 0)) },
		"folder above, sticky":   func() { require.NoError(t, os.Chmod(top, 0o777|os.ModeSticky)) },
		"a link in place of a file": func() {
			require.NoError(t, os.Rename(path, path+".real"))
			require.NoError(t, os.Symlink(path+".real", path))
		},
	}
	for name, do := range spoil {
		t.Run(name, func(t *testing.T) {
			do()
			_, err := place.Policy()
			assert.ErrorIs(t, err, ErrUntrusted)
			require.NoError(t, os.RemoveAll(dir))
			require.NoError(t, os.Mkdir(dir, 0o755))
			require.NoError(t, os.Chmod(top, 0o755))
			require.NoError(t, os.WriteFile(path, []byte("port = 1"), 0o644))
		})
	}
}
