//go:build mutation

package mutation

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// root is the module's folder, seen from this package.
const root = "../.."

// TestEveryLostCheckIsNoticed breaks one check at a time.
func TestEveryLostCheckIsNoticed(t *testing.T) {
	for _, m := range mutations {
		t.Run(strings.ReplaceAll(m.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			out, err := m.goTest(m.overlay(t))
			require.Error(t, err, "no test of %s noticed: %s", m.tests, m.name)
			assert.Contains(t, out, "--- FAIL: ", "no test ran and failed (a mutant that does not compile proves nothing):\n%s", out)
			t.Logf("noticed by %s", firstFailure(out))
		})
	}
}

func (m mutation) goTest(overlay string) (string, error) {
	args := []string{"test", "-overlay=" + overlay, "-count=1", "-failfast"}
	if m.tests == whole {
		args = append(args, "-run=TestMatrix/^mau$")
	}
	cmd := exec.Command("go", append(args, m.tests)...)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// overlay writes the changed file and the compiler's map to it.
func (m mutation) overlay(t *testing.T) string {
	t.Helper()
	file, err := filepath.Abs(filepath.Join(root, m.file))
	require.NoError(t, err)
	source, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(source), m.old), "the piece to replace must stand in %s once", m.file)
	dir := t.TempDir()
	mutant := filepath.Join(dir, "mutant.go")
	require.NoError(t, os.WriteFile(mutant, []byte(strings.Replace(string(source), m.old, m.new, 1)), 0o600))
	list, err := json.Marshal(map[string]any{"Replace": map[string]string{file: mutant}})
	require.NoError(t, err)
	overlay := filepath.Join(dir, "overlay.json")
	require.NoError(t, os.WriteFile(overlay, list, 0o600))
	return overlay
}

func firstFailure(out string) string {
	for _, line := range strings.Split(out, "\n") {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "--- FAIL: "); ok {
			return name
		}
	}
	return "nothing"
}
