package durable

import (
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWriteReplacesWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.json")
	before := StampOf(path)
	assert.True(t, before.Same(StampOf(path)), "none is as none")
	require.NoError(t, Write(path, []byte("one")))
	first := StampOf(path)
	assert.False(t, before.Same(first))
	require.NoError(t, Write(path, []byte("two")))
	assert.False(t, first.Same(StampOf(path)), "the same length, another content")
	b, err := Read(path, 3)
	require.NoError(t, err)
	assert.Equal(t, "two", string(b))
	_, err = Read(path, 2)
	assert.ErrorIs(t, err, ErrTooLarge)
	_, err = Read(path+"x", 9)
	assert.ErrorIs(t, err, os.ErrNotExist)
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	require.NoError(t, err)
	assert.Len(t, left, 1, "nothing is left beside it")
	if runtime.GOOS != "windows" {
		info, err := os.Stat(path)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
}

func TestWriteThatFailsLeavesTheFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "folder")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "in"), 0o700))
	assert.Error(t, Write(dir, []byte("x")), "a folder of that name is in the way")
	assert.Error(t, Write(filepath.Join(dir, "no", "file"), []byte("x")))
	assert.DirExists(t, filepath.Join(dir, "in"))
}

func TestSweep(t *testing.T) {
	path := filepath.Join(t.TempDir(), "user [1]", "a.json")
	require.NoError(t, Dir(filepath.Dir(path)))
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(path), ".a.json-123"), []byte("half"), 0o600))
	require.NoError(t, Write(path, []byte("x")))
	Sweep(path)
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	assert.Len(t, left, 1)
}

func TestDirTakesRightsAway(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	require.NoError(t, os.Mkdir(path, 0o755))
	require.NoError(t, Dir(path))
	if runtime.GOOS != "windows" {
		info, err := os.Stat(path)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	}
	file := filepath.Join(path, "file")
	require.NoError(t, Write(file, nil))
	assert.Error(t, Dir(file))
}

func TestLockExcludes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	var all sync.WaitGroup
	// The race detector does not see the system's lock: hence atomics.
	var inside, most atomic.Int32
	for range 8 {
		all.Go(func() {
			for range 5 {
				unlock, err := Lock(path)
				if !assert.NoError(t, err) {
					return
				}
				most.Store(max(most.Load(), inside.Add(1)))
				inside.Add(-1)
				unlock()
			}
		})
	}
	all.Wait()
	assert.Equal(t, int32(1), most.Load())
}
