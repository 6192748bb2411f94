//go:build mutation

package mutation

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/internal/mutant"
)

// root is the module's folder, seen from this package.
const root = "../.."

// TestEveryLostCheckIsNoticed breaks one check at a time.
func TestEveryLostCheckIsNoticed(t *testing.T) {
	for _, m := range slices.Concat(mutations, agentMutations) {
		t.Run(strings.ReplaceAll(m.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			out, err := m.goTest(mutant.Overlay(t, root, m.file, m.old, m.new))
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

func firstFailure(out string) string {
	for _, line := range strings.Split(out, "\n") {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "--- FAIL: "); ok {
			return name
		}
	}
	return "nothing"
}
