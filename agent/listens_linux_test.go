package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The kernel's words for loopback addresses (/proc/net/tcp, proc(5)): 127.0.0.1 and ::1.
var loopback = map[string]bool{"0100007F": true, "00000000000000000000000001000000": true}

// listening are the local addresses, as the kernel writes them, at which a process listens.
func listening(t *testing.T, pid int) (addresses []string) {
	t.Helper()
	proc := filepath.Join("/proc", strconv.Itoa(pid))
	sockets := map[string]bool{}
	fds, err := os.ReadDir(filepath.Join(proc, "fd"))
	require.NoError(t, err)
	for _, fd := range fds {
		if target, err := os.Readlink(filepath.Join(proc, "fd", fd.Name())); err == nil {
			sockets[strings.Trim(strings.TrimPrefix(target, "socket:"), "[]")] = true
		}
	}
	for _, table := range []string{"tcp", "tcp6", "udp", "udp6"} {
		b, err := os.ReadFile(filepath.Join(proc, "net", table))
		if os.IsNotExist(err) {
			continue // a system without IPv6
		}
		require.NoError(t, err)
		for line := range strings.Lines(string(b)) {
			// sl local_address rem_address st … inode is the tenth; 0A is LISTEN, 07 a UDP socket that is open to all
			if f := strings.Fields(line); len(f) > 9 && sockets[f[9]] && (f[3] == "0A" || f[3] == "07") {
				addresses = append(addresses, strings.Split(f[1], ":")[0])
			}
		}
	}
	return addresses
}

// TestNothingListensBeyondThisComputer asks the kernel about an agent whose every door
// is open: pages, wss, the officer's page, the desk of mock cards.
func TestNothingListensBeyondThisComputer(t *testing.T) {
	ownHouse(t)
	code, stdout, _ := command(t, "wss", "install", "--json")
	require.Equal(t, 0, code, stdout)
	cmd, _ := program(t, "serve", "--mock", "--mock-card", "mau", "--port", "0", "--desk", "0")
	code, stdout, stderr := command(t, "console", "--json")
	require.Equal(t, 0, code, stdout+stderr)
	found := listening(t, cmd.Process.Pid)
	assert.GreaterOrEqual(t, len(found), 6, "ws and wss on both addresses, the officer's page, the desk")
	for _, address := range found {
		assert.True(t, loopback[address], address)
	}
}
