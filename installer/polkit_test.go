//go:build installer

package installer_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// place puts a file somewhere in the system for one test.
func place(t *testing.T, path string, content []byte) {
	t.Helper()
	_, err := os.Stat(path)
	require.True(t, os.IsNotExist(err), "%s is there already; remove it before this test", path)
	require.NoError(t, os.WriteFile(path, content, 0o644))
	t.Cleanup(func() { _ = os.Remove(path) })
}

// service runs a program until the test ends.
func service(t *testing.T, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
}

// startPolkit runs polkitd on a bus of its own; programs of this test find both.
func startPolkit(t *testing.T) {
	t.Helper()
	dir, err := os.MkdirTemp("", "chipid-bus")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755)) // polkitd is a user of its own
	bus := filepath.Join(dir, "bus")
	config, err := os.ReadFile("testdata/bus.conf")
	require.NoError(t, err)
	file := filepath.Join(dir, "bus.conf")
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(config), "BUS", bus, 1)), 0o644))
	service(t, "dbus-daemon", "--config-file="+file, "--nofork", "--nopidfile")
	require.Eventually(t, func() bool { _, err := os.Stat(bus); return err == nil }, time.Minute, 50*time.Millisecond)
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path="+bus)
	service(t, "/usr/lib/polkit-1/polkitd", "--no-debug")
}

// mayUse asks polkit whether a program of the user may use readers, as pcscd does.
func mayUse(t *testing.T, user, action string) bool {
	t.Helper()
	program := exec.Command("setpriv", "--reuid", user, "--regid", user, "--init-groups", "sh", "-c", "echo ready; exec sleep 600")
	out, err := program.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, program.Start())
	defer func() { _ = program.Process.Kill(); _ = program.Wait() }()
	var ready string
	_, err = fmt.Fscan(out, &ready)
	require.NoError(t, err)
	var answer []byte
	require.Eventually(t, func() bool { // until polkitd has come
		answer, err = exec.Command("pkcheck", "--action-id", "org.debian.pcsc-lite."+action, "--process", fmt.Sprint(program.Process.Pid)).CombinedOutput()
		return err == nil || strings.Contains(string(answer), "Not authorized")
	}, time.Minute, 200*time.Millisecond, "%s", answer)
	return err == nil
}

// TestPolkitRule asks a real polkitd about two users who do not sit at this
// computer: a member of the group chipid may use readers, another may not.
func TestPolkitRule(t *testing.T) {
	rule, err := os.ReadFile("linux/60-chipid.rules")
	require.NoError(t, err)
	actions, err := os.ReadFile("testdata/pcsc-actions.policy")
	require.NoError(t, err)
	const pcscdBrings = "/usr/share/polkit-1/actions/org.debian.pcsc-lite.policy"
	if _, err := os.Stat(pcscdBrings); os.IsNotExist(err) { // Debian 12's pcscd asks nobody
		place(t, pcscdBrings, actions)
	}
	place(t, "/usr/share/polkit-1/rules.d/60-chipid.rules", rule)
	const member, other = "chipid-member", "chipid-other"
	t.Cleanup(func() {
		for _, user := range []string{member, other} {
			_ = exec.Command("userdel", user).Run()
		}
		_ = exec.Command("groupdel", "chipid").Run()
	})
	run(t, "groupadd", "--system", "chipid")
	run(t, "useradd", "--no-create-home", "--groups", "chipid", member)
	run(t, "useradd", "--no-create-home", other)
	startPolkit(t)
	for _, action := range []string{"access_pcsc", "access_card"} {
		assert.True(t, mayUse(t, member, action), action)
		assert.False(t, mayUse(t, other, action), action)
	}
}
