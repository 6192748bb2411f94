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

// runTests runs a room's tests as a Windows program and asks that the named ones passed.
func runTests(t *testing.T, w *wine, room, which string, passed ...string) {
	t.Helper()
	program := filepath.Join(t.TempDir(), filepath.Base(room)+".exe")
	build := exec.Command("go", "test", "-c", "-o", program, room)
	build.Env = append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	said := w.run(program, "-test.v", "-test.run", which)
	for _, name := range passed {
		assert.Contains(t, said, "--- PASS: "+name)
	}
}

// TestWindowsAskTheOfficer runs the tests of agent/prompt as a Windows program: a
// dialog box of the system, driven by its messages; that of agent/config which has
// the registry tell of a policy; and those of agent/child: a card is read in a process
// of its own as within one, and a child that fails costs its read.
func TestWindowsAskTheOfficer(t *testing.T) {
	w := newWine(t)
	w.run("reg", "add", `HKCU\Software\Wine\Drivers`, "/v", "Graphics", "/d", "null", "/f") // windows without a screen
	runTests(t, w, "chipid/agent/prompt", "Window", "TestAWindowOfTheDesktop", "TestAWindowThatIsRefusedClosedOrTakenAway")
	runTests(t, w, "chipid/agent/config", "Registry", "TestAPolicyInTheRegistryIsHeard")
	runTests(t, w, "chipid/agent/child", "TestBothWaysReadAlike|TestAChildThatFails|TestAReadThatIsCalledOff|TestChildrenGetNothing",
		"TestBothWaysReadAlike", "TestAChildThatFails", "TestAReadThatIsCalledOff", "TestChildrenGetNothing")
}
