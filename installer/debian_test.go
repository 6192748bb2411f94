//go:build installer

package installer_test

import (
	"context"
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/pcsc"
	"chipid/cardlib/readers"
	"chipid/internal/pcsctest"
	"chipid/internal/version"
)

func TestDebianDescription(t *testing.T) {
	agent, mock := debian(t, "chipid-agent"), debian(t, "chipid-mock-reader")
	assert.Equal(t, version.String(), field(t, agent, "Version"))
	depends := strings.Split(field(t, agent, "Depends"), ", ")
	for _, pkg := range []string{"pcscd", "libccid", "libpcsclite1"} {
		assert.Contains(t, depends, pkg)
	}
	assert.Contains(t, field(t, mock, "Depends"), "vsmartcard-vpcd")
	assert.NotContains(t, run(t, "dpkg-deb", "--contents", agent), "mock", "the mock reader is a package of its own")
}

func field(t *testing.T, pkg, name string) string {
	t.Helper()
	return strings.TrimSpace(run(t, "dpkg-deb", "--field", pkg, name))
}

// TestDebianAgentNeedsNoNewerLibc: the package says libc6 (>= 2.34).
func TestDebianAgentNeedsNoNewerLibc(t *testing.T) {
	file, err := elf.Open(built(t, "linux/chipid-agent"))
	require.NoError(t, err)
	defer file.Close()
	symbols, err := file.ImportedSymbols()
	require.NoError(t, err)
	require.NotEmpty(t, symbols)
	for _, s := range symbols {
		var minor int
		if _, err := fmt.Sscanf(s.Version, "GLIBC_2.%d", &minor); err == nil {
			assert.LessOrEqual(t, minor, 34, "%s wants %s", s.Name, s.Version)
		}
	}
}

// TestDebianInstallUseRemove installs both packages, reads a mock card through
// pcscd with them and removes them.
func TestDebianInstallUseRemove(t *testing.T) {
	packages := []string{"chipid-agent", "chipid-mock-reader"}
	for _, pkg := range packages {
		out, _ := exec.Command("dpkg-query", "-W", "-f", "${db:Status-Status}", pkg).Output()
		require.NotEqual(t, "installed", string(out), "%s is installed on this machine already; remove it before this test", pkg)
	}
	t.Cleanup(func() { _ = exec.Command("dpkg", append([]string{"--purge"}, packages...)...).Run() })
	run(t, "dpkg", "--install", debian(t, "chipid-agent"), debian(t, "chipid-mock-reader"))
	files := installed(t, packages)
	require.Contains(t, files, "/usr/bin/chipid-agent")
	require.Contains(t, files, "/usr/bin/chipid-mock-reader")
	checkUserUnit(t)
	checkDesktop(t)
	assert.Contains(t, run(t, "chipid-agent", "version"), "chipid-agent "+version.String()+"\n")

	d := pcsctest.Start(t)
	insertSample(t, d)
	trusted := t.TempDir()
	run(t, "chipid-mock-reader", "trust", "--out", trusted)
	answer, err := exec.Command("chipid-agent", "read", "--reader", pcsctest.Reader(0), "--id", sampleNumber, "--trust", trusted, "--json").Output()
	require.NoError(t, err, "%s", answer)
	checkSample(t, answer)

	run(t, "dpkg", append([]string{"--purge"}, packages...)...)
	for _, file := range files {
		assert.NoFileExists(t, file)
	}
	assert.NoDirExists(t, "/etc/chipid")
}

// installed lists the files, not the folders, of installed packages.
func installed(t *testing.T, packages []string) []string {
	t.Helper()
	var files []string
	for _, pkg := range packages {
		for _, path := range strings.Fields(run(t, "dpkg", "-L", pkg)) {
			if info, err := os.Lstat(path); err == nil && !info.IsDir() {
				files = append(files, path)
			}
		}
	}
	return files
}

// checkUserUnit follows the link that starts the agent for each user.
func checkUserUnit(t *testing.T) {
	t.Helper()
	unit, err := os.ReadFile("/usr/lib/systemd/user/default.target.wants/chipid-agent.service")
	require.NoError(t, err)
	lines := strings.Split(string(unit), "\n")
	i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "ExecStart=") })
	require.GreaterOrEqual(t, i, 0)
	program, _, _ := strings.Cut(strings.TrimPrefix(lines[i], "ExecStart="), " ")
	info, err := os.Stat(program)
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&0o111, "%s is no program", program)
	assert.FileExists(t, filepath.Join("/etc/chipid", "agent.env"))
	assert.NotContains(t, string(unit), "%h", "no file of the user's own names origins")
}

// checkDesktop looks at what the desktop is told: an entry of its menu, and the agent's
// new start once there is a screen for its windows.
func checkDesktop(t *testing.T) {
	t.Helper()
	for file, command := range map[string]string{
		"/usr/share/applications/chipid-agent.desktop":    "chipid-agent serve --console",
		"/etc/xdg/autostart/chipid-agent-session.desktop": "systemctl --user restart chipid-agent.service",
	} {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Contains(t, string(b), command)
		run(t, "desktop-file-validate", file)
	}
	assert.FileExists(t, "/usr/share/icons/hicolor/scalable/apps/chipid-agent.svg")
	assert.FileExists(t, "/usr/share/doc/chipid-agent/licences.txt")
}

// insertSample puts the sample card into the first virtual reader with the
// installed mock reader, and waits until pcscd has noticed it.
func insertSample(t *testing.T, d *pcsctest.Daemon) {
	t.Helper()
	mock := exec.Command("chipid-mock-reader", "serve", "--persona", samplePersona, "--vpcd", d.Addr(0))
	input, err := mock.StdinPipe() // it ends when its standard input does
	require.NoError(t, err)
	require.NoError(t, mock.Start())
	t.Cleanup(func() {
		_ = mock.Process.Signal(syscall.SIGTERM)
		_ = input.Close()
		_ = mock.Wait()
	})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	present := false
	require.NoError(t, pcsc.New().Watch(ctx, func(s readers.State) {
		if len(s.Readers) > 0 && s.Readers[0].Card {
			present = true
			cancel()
		}
	}))
	require.True(t, present, "pcscd has not seen the card")
}
