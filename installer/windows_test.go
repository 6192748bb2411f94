//go:build installer

package installer_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	programs     = `drive_c/Program Files/chipid`
	runKey       = `HKLM\Software\Microsoft\Windows\CurrentVersion\Run`
	uninstallKey = `HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall`
	productName  = "chipid – Đọc thẻ căn cước gắn chip"
)

// TestWindowsInstallUseRemove goes through the life of the MSI under wine.
func TestWindowsInstallUseRemove(t *testing.T) {
	w := newWine(t)
	port := freePort(t)
	msi := built(t, "chipid-%s-x64.msi")
	before := plantPolicies(w)
	w.run("msiexec", "/i", windowsPath(msi), "/qn", fmt.Sprintf("SERVEOPTIONS=--mock --port %d", port), "ORIGINS="+strings.Join(msiOrigins, ","))
	assert.FileExists(t, w.path(programs, "chipid-agent.exe"))
	assert.FileExists(t, w.path(programs, "chipid-agentw.exe"))
	assert.NoFileExists(t, w.path(programs, "mock-reader.exe"), "the mock reader is off by default")
	assert.FileExists(t, w.path(programs, "licences.txt"))
	menu := w.menu(t)
	assert.Contains(t, menu, "serve --console", "the menu's entry opens the officer's page")
	assert.Contains(t, menu, "chipid-agentw.exe")
	for _, name := range []string{"chipid-agent.exe", "chipid-agentw.exe"} {
		program, err := os.ReadFile(w.path(programs, name))
		require.NoError(t, err)
		assert.True(t, bytes.Contains(program, []byte("PerMonitorV2")), "%s has its manifest: sharp letters on every screen", name)
	}
	assert.Contains(t, w.export(uninstallKey), productName)

	t.Run("reads a mock card", func(t *testing.T) { readUnderWine(t, w) })
	t.Run("says that there is no smart-card service", func(t *testing.T) { noServiceUnderWine(t, w) })
	t.Run("autostart answers on loopback", func(t *testing.T) { autostartUnderWine(t, w, port) })

	t.Run("obeys the administrator", func(t *testing.T) { adminUnderWine(t, w) })
	t.Run("browsers are told", func(t *testing.T) { policiesUnderWine(t, w) })
	root := wssUnderWine(t, w)

	w.remove(t, msi)
	assert.Equal(t, before, w.export(policiesKey), "policies are as they were, value by value")
	assert.Empty(t, w.export(root), "the authority has gone from the user's Root store")

	w.run("msiexec", "/i", windowsPath(msi), "/qn", "ADDLOCAL=Agent,MockReader")
	assert.FileExists(t, w.path(programs, "mock-reader.exe"), "and comes on demand")
	assert.Contains(t, w.run(`C:\Program Files\chipid\mock-reader.exe`, "list", "--json"), sampleNumber)
	w.remove(t, msi)
}

// menu is what the start menu's entry of the officer's page holds, "" if there is none.
func (w *wine) menu(t *testing.T) string {
	t.Helper()
	found := ""
	require.NoError(t, filepath.WalkDir(w.path("drive_c"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == "Đọc thẻ căn cước (chipid).lnk" {
			b, err := os.ReadFile(path)
			require.NoError(t, err)
			found = strings.ReplaceAll(string(b), "\x00", "") // UTF-16 of ASCII
		}
		return err
	}))
	return found
}

// remove uninstalls and looks for what is left.
func (w *wine) remove(t *testing.T, msi string) {
	t.Helper()
	w.run("msiexec", "/x", windowsPath(msi), "/qn")
	assert.NoDirExists(t, w.path(programs))
	assert.Empty(t, w.menu(t))
	assert.NotContains(t, w.export(runKey), "chipid")
	assert.NotContains(t, w.export(uninstallKey), "chipid")
}

func readUnderWine(t *testing.T, w *wine) {
	trusted := t.TempDir()
	run(t, built(t, "linux/mock-reader"), "trust", "--out", trusted)
	cmd := w.command(`C:\Program Files\chipid\chipid-agent.exe`,
		"read", "--reader", "mock:"+samplePersona, "--id", sampleNumber, "--trust", windowsPath(trusted), "--json")
	answer, err := cmd.Output()
	require.NoError(t, err, "%s", answer)
	checkSample(t, answer)
}

// noServiceUnderWine: wine 8 has no working winscard, as a PC whose smart-card
// service is stopped.
func noServiceUnderWine(t *testing.T, w *wine) {
	var said bytes.Buffer
	cmd := w.command(`C:\Program Files\chipid\chipid-agent.exe`, "read", "--id", sampleNumber)
	cmd.Stdout, cmd.Stderr = &said, &said
	_ = cmd.Run()
	assert.Equal(t, 5, cmd.ProcessState.ExitCode(), "%s", said.String())
	assert.Contains(t, said.String(), "PCSC_UNAVAILABLE")
}

// autostartUnderWine runs exactly what the Run key holds, as a log-on does.
func autostartUnderWine(t *testing.T, w *wine, port int) {
	value := w.run("reg", "query", runKey, "/v", "chipid-agent")
	_, line, found := strings.Cut(value, "REG_SZ")
	require.True(t, found, value)
	program, options, found := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), `"`), `" `)
	require.True(t, found, line)
	require.Equal(t, `C:\Program Files\chipid\chipid-agentw.exe`, program)
	agent := w.command(program, strings.Fields(options)...)
	require.NoError(t, agent.Start())
	t.Cleanup(func() {
		_ = agent.Process.Kill()
		_ = agent.Wait()
	})
	require.Eventually(t, func() bool {
		resp, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/health", port))
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		return resp.StatusCode == http.StatusOK || resp.StatusCode == http.StatusNoContent
	}, time.Minute, 200*time.Millisecond)
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// wine is a Windows of the test's own.
type wine struct {
	t      *testing.T
	prefix string
}

// newWine makes a fresh prefix with the one function that Go programs miss in
// wine 8, and takes it down with the test.
func newWine(t *testing.T) *wine {
	t.Helper()
	w := &wine{t: t, prefix: filepath.Join(t.TempDir(), "prefix")}
	w.run("wineboot", "--init")
	t.Cleanup(func() {
		stop := exec.Command("wineserver", "--kill") // of this prefix only
		stop.Env = w.environment()
		_ = stop.Run()
	})
	shim := w.path("drive_c/windows/system32", "bcryptprimitives.dll")
	run(t, "x86_64-w64-mingw32-gcc", "-shared", "-o", shim, "testdata/bcryptprimitives.c", "-ladvapi32")
	return w
}

func (w *wine) environment() []string {
	return append(os.Environ(), "WINEPREFIX="+w.prefix, "WINEDEBUG=-all", "DISPLAY=",
		"HOME="+filepath.Dir(w.prefix), "WINEDLLOVERRIDES=winemenubuilder.exe,mscoree,mshtml=d")
}

func (w *wine) command(program string, args ...string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	w.t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, "wine", append([]string{program}, args...)...)
	cmd.Env = w.environment()
	cmd.WaitDelay = 5 * time.Second // wine's background processes keep the pipes open
	return cmd
}

// run runs a Windows program that must succeed.
func (w *wine) run(program string, args ...string) string {
	w.t.Helper()
	out := filepath.Join(filepath.Dir(w.prefix), "out.txt")
	file, err := os.Create(out)
	require.NoError(w.t, err)
	defer file.Close()
	cmd := w.command(program, args...)
	cmd.Stdout, cmd.Stderr = file, file
	err = cmd.Run()
	said, readErr := os.ReadFile(out)
	require.NoError(w.t, readErr)
	require.NoError(w.t, err, "%s %v:\n%s", program, args, said)
	return string(said)
}

// export returns a registry key with all below it as text; nothing if there is none.
func (w *wine) export(key string) string {
	w.t.Helper()
	file := w.path("drive_c", "export.reg")
	_ = os.Remove(file)
	_ = w.command("reg", "export", key, `C:\export.reg`, "/y").Run()
	raw, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		return ""
	}
	require.NoError(w.t, err)
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(raw[2*i:])
	}
	return string(utf16.Decode(units))
}

func (w *wine) path(parts ...string) string {
	return filepath.Join(append([]string{w.prefix}, parts...)...)
}

// windowsPath is a path of this machine as wine shows it.
func windowsPath(path string) string { return `Z:` + strings.ReplaceAll(path, "/", `\`) }
