package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/gateway"
	"chipid/mock-reader/persona"
)

// TestASecondStartHandsOver: one agent for a state's folder, however often it is
// started; the other start says where the first one is.
func TestASecondStartHandsOver(t *testing.T) {
	state := t.TempDir()
	_, address := program(t, "serve", "--port", "0", "--state", state)
	code, stdout, stderr := command(t, "serve", "--port", "0", "--state", state, "--lang", "en")
	assert.Zero(t, code, stderr)
	assert.Contains(t, stdout, address)
	assert.Contains(t, stderr, "running already")

	_, other := program(t, "serve", "--port", "0", "--state", t.TempDir())
	assert.NotEqual(t, address, other, "another folder is another agent")
}

// TestTheMenusEntryOpensTheOfficersPage: the agent is started by it, or that which runs
// already shows its page.
func TestTheMenusEntryOpensTheOfficersPage(t *testing.T) {
	folder, state := t.TempDir(), t.TempDir()
	opened := filepath.Join(folder, "opened")
	browser := "#!/bin/sh\necho \"$1\" >>'" + opened + "'\n"
	require.NoError(t, os.WriteFile(filepath.Join(folder, "xdg-open"), []byte(browser), 0o700))
	for name, value := range map[string]string{"PATH": folder + ":" + os.Getenv("PATH"), "DISPLAY": ":4711", "CHIPID_DESKTOP_TRAY": "false"} {
		t.Setenv(name, value)
	}
	links := func(n int) (all []string) {
		require.Eventually(t, func() bool {
			b, _ := os.ReadFile(opened)
			all = strings.Fields(string(b))
			return len(all) == n
		}, 20*time.Second, 20*time.Millisecond)
		return all
	}
	program(t, "serve", "--console", "--port", "0", "--state", state)
	assert.Regexp(t, `^http://127\.0\.0\.1:\d+/#\S{26}$`, links(1)[0])
	code, _, stderr := command(t, "serve", "--console", "--port", "0", "--state", state)
	assert.Zero(t, code, stderr)
	both := links(2)
	assert.Equal(t, strings.Split(both[0], "#")[0], strings.Split(both[1], "#")[0], "the page of the same agent")
	assert.NotEqual(t, both[0], both[1], "each address is good once")
}

// TestAKilledAgentLeavesItsFolderFree: the lock and the socket that it leaves hinder
// nobody.
func TestAKilledAgentLeavesItsFolderFree(t *testing.T) {
	state := t.TempDir()
	cmd, _ := program(t, "serve", "--port", "0", "--state", state)
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	_, address := program(t, "serve", "--port", "0", "--state", state)
	assert.NotEmpty(t, address)
	code, _, stderr := command(t, "pair", "--window", "1s", "--no-wait", "--state", state)
	assert.Zero(t, code, stderr)
}

// install puts this program into a file, as an installer does.
func install(t *testing.T, file string) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	b, err := os.ReadFile(self)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, b, 0o755))
}

// TestAnUpgradeTakesOver: another version's file is put in the place of the running
// agent's. That one works on, portraits too; the new version's start ends it, its
// client hears 1001, and the grants are still there.
func TestAnUpgradeTakesOver(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows does not let a running program's file be replaced: the installer ends it first")
	}
	const origin = "https://motcua.example.vn"
	state, folder := t.TempDir(), t.TempDir()
	installed := filepath.Join(folder, "chipid-agent")
	install(t, installed)
	install(t, installed+".new")
	t.Setenv(asVersion, "9.9.8")
	cmd, address := programOf(t, installed, "serve", "--mock", "--mock-card", "ten-dai", "--port", "0", "--state", state)
	code, _, stderr := command(t, "origins", "grant", origin, "--fields", "all", "--for", "always", "--state", state)
	require.Zero(t, code, stderr)
	ws := visitor(t, address, originHeader(origin))
	call(t, ws, 1, "initialize", hello)

	require.NoError(t, os.Rename(installed+".new", installed))
	p, err := persona.ByName("ten-dai")
	require.NoError(t, err)
	result := call(t, ws, 2, "card.read", fmt.Sprintf(`{"fields":["portrait"],"purpose":"thử","citizenConsent":true,"key":{"id":%q}}`, p.Number))
	mime, _ := at(result, "citizen.portrait.mime")
	assert.Equal(t, "image/png", mime)

	t.Setenv(asVersion, "9.9.9")
	_, again := programOf(t, installed, "serve", "--mock", "--mock-card", "mau", "--port", "0", "--state", state)
	assert.Equal(t, websocket.CloseGoingAway, closed(t, ws))
	require.NoError(t, cmd.Wait(), "it ended in order")
	said := call(t, visitor(t, again, originHeader(origin)), 1, "initialize", hello)
	version, _ := at(said, "agent.version")
	assert.Equal(t, "9.9.9", version)
}

// TestAnAgentThatDoesNotAnswer is not waited for for ever.
func TestAnAgentThatDoesNotAnswer(t *testing.T) {
	state := t.TempDir()
	s, err := (&fileFlags{state: state}).load(nil)
	require.NoError(t, err)
	release, err := holdInstance(s)
	require.NoError(t, err)
	defer release()
	var out, errs bytes.Buffer
	c := console{strings.NewReader(""), &out, &errs}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	a, code := c.start(ctx, agentOptions{settings: s, log: newLog(c, false)}, "en")
	assert.Nil(t, a)
	assert.Equal(t, 5, code)
	assert.Contains(t, errs.String(), "AGENT_STUCK")
}

// TestTheFirstFreePort of the eight is taken where none is configured.
func TestTheFirstFreePort(t *testing.T) {
	s, err := (&fileFlags{state: t.TempDir()}).load(nil)
	require.NoError(t, err)
	assert.Equal(t, []int{9590, 9591, 9592, 9593, 9594, 9595, 9596, 9597}, s.ports())
	taken := map[int]bool{}
	for range 2 {
		l, err := s.listen()
		require.NoError(t, err, "two of the eight ports are free on this computer")
		defer l.Close()
		assert.False(t, taken[l.Port()])
		taken[l.Port()] = true
		for port := gateway.FirstPort; port < l.Port(); port++ {
			_, err := gateway.Listen(port)
			assert.ErrorIs(t, err, gateway.ErrPort, "%d comes before %d and is not free", port, l.Port())
		}
		assert.LessOrEqual(t, l.Port(), gateway.LastPort)
	}
}
