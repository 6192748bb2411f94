//go:build pcsc

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/internal/pcsctest"
	"chipid/mock-reader/persona"
)

// nobody is the user and group as whom the program runs: those of Debian that own
// nothing.
const nobody = "65534"

// ordinary is an ordinary user of this computer, with the built agent and a home.
type ordinary struct {
	t             *testing.T
	program, home string
}

// newOrdinary builds the agent as the package does and makes the user a home.
func newOrdinary(t *testing.T) *ordinary {
	t.Helper()
	dir, err := os.MkdirTemp("", "chipid-ordinary")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755)) // the other user has to get in
	o := &ordinary{t, filepath.Join(dir, "chipid-agent"), filepath.Join(dir, "home")}
	build := exec.Command("go", "build", "-o", o.program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=1")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.NoError(t, os.Mkdir(o.home, 0o700))
	if os.Geteuid() == 0 {
		require.NoError(t, os.Chown(o.home, 65534, 65534))
	}
	require.NoError(t, writeTrust(filepath.Join(dir, "trust")))
	out, err = exec.Command("chmod", "-R", "a+rX", filepath.Join(dir, "trust")).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return o
}

// command runs a program as the user: as root through setpriv, without any
// group or capability left; whoever is not root is an ordinary user already.
func (o *ordinary) command(name string, args ...string) *exec.Cmd {
	o.t.Helper()
	cmd := exec.Command(name, args...)
	if os.Geteuid() == 0 {
		cmd = exec.Command("setpriv", append([]string{"--reuid", nobody, "--regid", nobody, "--clear-groups", "--bounding-set", "-all", "--no-new-privs", name}, args...)...)
	}
	cmd.Dir = o.home
	cmd.Env = append(os.Environ(), "HOME="+o.home, "XDG_CONFIG_HOME="+o.home+"/config", "XDG_STATE_HOME="+o.home+"/state", "CHIPID_TRUST="+filepath.Dir(o.home)+"/trust")
	return cmd
}

// answer runs the agent and returns what it printed, whatever its exit code.
func (o *ordinary) answer(args ...string) map[string]any {
	o.t.Helper()
	out, err := o.command(o.program, args...).Output()
	var v map[string]any
	require.NoError(o.t, json.Unmarshal(out, &v), "%v: %s", err, out)
	return v
}

// open gives pcscd's socket the rights that pcscd gives it (0666) or takes them away.
func open(t *testing.T, rights os.FileMode) {
	t.Helper()
	socket := os.Getenv("PCSCLITE_CSOCK_NAME")
	require.NotEmpty(t, socket)
	require.NoError(t, os.Chmod(filepath.Dir(socket), 0o755))
	require.NoError(t, os.Chmod(socket, rights))
}

// TestAnOrdinaryUserReadsACard runs the built agent as a user who is nobody
// through pcscd, whose own user is root.
func TestAnOrdinaryUserReadsACard(t *testing.T) {
	daemon := pcsctest.Start(t)
	p := persona.All()[0]
	insert(t, daemon, 0, p.Name)
	o := newOrdinary(t)
	uid, err := o.command("id", "-u").Output()
	require.NoError(t, err)
	require.NotEqual(t, "0", strings.TrimSpace(string(uid)))

	open(t, 0o666)
	result := o.answer("read", "--id", p.Number, "--trust", filepath.Join(filepath.Dir(o.home), "trust"), "--wait", "60s", "--json")
	name, _ := at(result, "citizen.fullName")
	assert.Equal(t, p.FullName, name)
	outcome, _ := at(result, "report.outcome")
	assert.Equal(t, "genuine", outcome)

	doctor := o.answer("doctor", "--json")
	for check, status := range map[string]string{"service": "ok", "permissions": "ok", "reader": "ok", "card": "ok"} {
		got, _ := at(doctor, "checks."+check+".status")
		assert.Equal(t, status, got, check)
	}

	if os.Geteuid() != 0 {
		return // the socket is this very user's: it cannot be closed to it
	}
	open(t, 0o600)
	doctor = o.answer("doctor", "--json", "--lang", "en")
	status, _ := at(doctor, "checks.permissions.status")
	assert.Equal(t, "error", status)
	remedy, _ := at(doctor, "checks.permissions.remedy")
	assert.Contains(t, remedy, "ask the administrator", "what this user can do")
	open(t, 0o666)
	status, _ = at(o.answer("doctor", "--json"), "checks.permissions.status")
	assert.Equal(t, "ok", status)
}
