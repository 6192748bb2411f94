// Package mutant makes a build in which one piece of one source file is another:
// what a test of tests needs. The file itself is not touched.
//
// What may not live here: what is broken, and who should notice.
package mutant

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Overlay replaces old, which must stand once in the file (a path below root), by
// with, and returns the file for the -overlay of the go command.
func Overlay(t *testing.T, root, file, old, with string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(root, file))
	require.NoError(t, err)
	source, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(source), old), "the piece to replace must stand in %s once", file)
	dir := t.TempDir()
	changed := filepath.Join(dir, "mutant.go")
	require.NoError(t, os.WriteFile(changed, []byte(strings.Replace(string(source), old, with, 1)), 0o600))
	list, err := json.Marshal(map[string]any{"Replace": map[string]string{path: changed}})
	require.NoError(t, err)
	overlay := filepath.Join(dir, "overlay.json")
	require.NoError(t, os.WriteFile(overlay, list, 0o600))
	return overlay
}
