//go:build installer

package installer_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestWindowsAskTheOfficer runs the tests of agent/prompt as a Windows program: a
// dialog box of the system, driven by its messages.
func TestWindowsAskTheOfficer(t *testing.T) {
	w := newWine(t)
	w.run("reg", "add", `HKCU\Software\Wine\Drivers`, "/v", "Graphics", "/d", "null", "/f") // windows without a screen
	program := filepath.Join(t.TempDir(), "prompt.exe")
	build := exec.Command("go", "test", "-c", "-o", program, "chipid/agent/prompt")
	build.Env = append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	said := w.run(program, "-test.v", "-test.run", "Window")
	assert.Contains(t, said, "--- PASS: TestAWindowOfTheDesktop")
	assert.Contains(t, said, "--- PASS: TestAWindowThatIsRefusedClosedOrTakenAway")
}
