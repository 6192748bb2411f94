//go:build linux

package desktop

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const address = "http://127.0.0.1:4711/#ticket"

// programs puts programs in place that write down how they were called, and returns what
// they wrote once there is that many lines.
func programs(t *testing.T, failing ...string) func(lines int) []string {
	t.Helper()
	folder := t.TempDir()
	calls := filepath.Join(folder, "calls")
	for _, name := range []string{"xdg-open", "systemd-run"} {
		script := "#!/bin/sh\necho " + name + " \"$@\" >>'" + calls + "'\n"
		for _, fails := range failing {
			if fails == name {
				script += "exit 1\n"
			}
		}
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(script), 0o700))
	}
	t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
	t.Setenv("WAYLAND_DISPLAY", "")
	t.Setenv("DISPLAY", ":4711")
	return func(lines int) (all []string) {
		require.Eventually(t, func() bool {
			b, _ := os.ReadFile(calls)
			all = strings.Split(strings.TrimSpace(string(b)), "\n")
			return strings.Count(string(b), "\n") == lines
		}, 20*time.Second, 10*time.Millisecond)
		return all
	}
}

func TestAProgramOpensTheBrowserItself(t *testing.T) {
	called := programs(t)
	t.Setenv("SYSTEMD_EXEC_PID", "1") // that of a service which started this program's parent
	require.NoError(t, Open(address))
	assert.Equal(t, []string{"xdg-open " + address}, called(1))
}

// A browser that a hardened service starts is one whose pages do not run.
func TestAServiceHasTheBrowserOpened(t *testing.T) {
	called := programs(t)
	t.Setenv("SYSTEMD_EXEC_PID", strconv.Itoa(os.Getpid()))
	require.NoError(t, Open(address))
	got := called(1)[0]
	assert.True(t, strings.HasPrefix(got, "systemd-run --user "), got)
	assert.True(t, strings.HasSuffix(got, "xdg-open "+address), got)
	assert.Contains(t, got, "--description=", "the journal does not get the address")
}

func TestAServiceWithoutItsSystemdOpensTheBrowser(t *testing.T) {
	called := programs(t, "systemd-run")
	t.Setenv("SYSTEMD_EXEC_PID", strconv.Itoa(os.Getpid()))
	require.NoError(t, Open(address))
	assert.Equal(t, "xdg-open "+address, called(2)[1])
}

func TestNoDesktopNoBrowser(t *testing.T) {
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	for _, pid := range []string{"", strconv.Itoa(os.Getpid())} {
		t.Setenv("SYSTEMD_EXEC_PID", pid)
		assert.ErrorIs(t, Open(address), exec.ErrNotFound)
	}
}
