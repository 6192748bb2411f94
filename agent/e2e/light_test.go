//go:build e2e

package e2e

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What an agent may cost.
const (
	mostStart = 300 * time.Millisecond
	mostIdle  = 30 // MiB
)

// begun is a started agent and how long it took until it served.
func begun(t *testing.T) (*exec.Cmd, time.Duration) {
	t.Helper()
	cmd := exec.Command(theatre.program, "serve", "--port", "0", "--state", t.TempDir())
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	began := time.Now()
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	_, err = bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	return cmd, time.Since(began)
}

// TestAnAgentIsLight: it serves in less than 300 ms, holds less than 30 MiB when
// idle, and does nothing then. The start is the best of several, since other
// programs of the computer are no part of it.
func TestAnAgentIsLight(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("measured by /proc")
	}
	best := time.Hour
	for range 8 {
		cmd, took := begun(t)
		best = min(best, took)
		require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
		require.NoError(t, cmd.Wait())
	}
	cmd, _ := begun(t)
	time.Sleep(2 * time.Second)
	before := spent(t, cmd.Process.Pid)
	time.Sleep(3 * time.Second)
	idle := spent(t, cmd.Process.Pid) - before
	resident := status(t, cmd.Process.Pid, "VmRSS:") / 1024
	t.Logf("serves after %s; %d MiB resident; %d ms of processor in 3 s idle", best.Round(time.Millisecond), resident, idle*10)
	assert.Less(t, best, mostStart)
	assert.Less(t, resident, mostIdle)
	assert.LessOrEqual(t, idle, 1, "hundredths of a second: nothing is polled")
}

// spent is the processor time of a process in hundredths of a second (proc(5)).
func spent(t *testing.T, pid int) int {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(b), ") ")
	fields := strings.Fields(rest)
	user, err := strconv.Atoi(fields[11])
	require.NoError(t, err)
	system, err := strconv.Atoi(fields[12])
	require.NoError(t, err)
	return user + system
}

// status is a number of /proc/PID/status, in KiB.
func status(t *testing.T, pid int, name string) int {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	require.NoError(t, err)
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			n, err := strconv.Atoi(strings.Fields(rest)[0])
			require.NoError(t, err)
			return n
		}
	}
	t.Fatalf("no %s", name)
	return 0
}
