package gateway

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/consent"
)

// knock is set in a child process: the address that it sends a handshake to.
const knock = "CHIPID_TEST_KNOCK"

func init() { child = knocker }

// knocker is the child: it prints the status of the answer to a good handshake.
func knocker(address string) {
	var t testing.T
	_, portText, err := net.SplitHostPort(address)
	var port int
	if err == nil {
		_, err = fmt.Sscan(portText, &port)
	}
	if err != nil {
		os.Exit(1)
	}
	fmt.Print(send(&t, address, valid(port).bytes()).StatusCode)
}

func TestAnotherUsersProgramIsRefused(t *testing.T) {
	if os.Getuid() != 0 {
		t.Log("only root can start a program as another user; CI does")
		return
	}
	run, err := consent.NewRun(wanted)
	require.NoError(t, err)
	_, l := runServer(t, run)
	for _, address := range l.Addresses() {
		for _, user := range []struct {
			uid  uint32
			want int
		}{{0, http.StatusSwitchingProtocols}, {65534, http.StatusForbidden}, {12345, http.StatusForbidden}} {
			self, err := os.Executable()
			require.NoError(t, err)
			cmd := exec.Command("/proc/self/exe")
			cmd.Path = copyOf(t, self)
			cmd.Dir = "/"
			cmd.Env = []string{knock + "=" + address}
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: user.uid, Gid: user.uid}}
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, string(out))
			assert.Equal(t, fmt.Sprint(user.want), string(out), "user %d at %s", user.uid, address)
		}
	}
}

func runServer(t *testing.T, admitter consent.Admitter) (*Server, *Listeners) {
	t.Helper()
	return run(t, Config{Admitter: admitter, Handler: &echo{}, Limits: generous()})
}

// copyOf puts the test's program where every user can run it.
func copyOf(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	f, err := os.CreateTemp("/tmp", "chipid-knock-*")
	require.NoError(t, err)
	t.Cleanup(func() { os.Remove(f.Name()) })
	_, err = f.Write(b)
	require.NoError(t, err)
	require.NoError(t, f.Chmod(0o755))
	require.NoError(t, f.Close())
	return f.Name()
}

// TestOwnSocketIsFound by the kernel's answer and by the tables alike, also where a
// socket of IPv6 made a connection of IPv4; a pair that is no connection is not found.
func TestOwnSocketIsFound(t *testing.T) {
	for name, network := range map[string]string{"IPv4": "tcp4", "IPv6": "tcp6", "IPv4 over a socket of IPv6": "tcp4"} {
		l, err := net.Listen(network, net.JoinHostPort(map[string]string{"tcp4": "127.0.0.1", "tcp6": "::1"}[network], "0"))
		if err != nil {
			continue // no IPv6 here
		}
		defer l.Close()
		own := l.Addr().(*net.TCPAddr).AddrPort()
		if strings.Contains(name, "over") {
			dialMapped(t, own)
		} else {
			client, err := net.Dial(network, l.Addr().String())
			require.NoError(t, err)
			defer client.Close()
		}
		served, err := l.Accept()
		require.NoError(t, err)
		defer served.Close()
		peer := served.RemoteAddr().(*net.TCPAddr).AddrPort()
		assert.Equal(t, PeerOurs, peerOf(peer, own), name)
		uid, found := askKernel(peer, own)
		assert.True(t, found, name)
		assert.Equal(t, os.Getuid(), uid, name)
		uid, found, err = lookUp(peer, own)
		require.NoError(t, err)
		assert.True(t, found, name)
		assert.Equal(t, os.Getuid(), uid, name)

		for wrong, other := range map[string]netip.AddrPort{"a listening socket": own, "nobody": netip.AddrPortFrom(peer.Addr(), peer.Port()^1)} {
			_, found := askKernel(other, own)
			assert.False(t, found, "%s: %s", name, wrong)
		}
	}
}

// dialMapped connects to an IPv4 address by a socket of IPv6, as browsers may.
func dialMapped(t *testing.T, to netip.AddrPort) {
	t.Helper()
	s, err := syscall.Socket(syscall.AF_INET6, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	require.NoError(t, err)
	t.Cleanup(func() { syscall.Close(s) })
	require.NoError(t, syscall.Connect(s, &syscall.SockaddrInet6{Port: int(to.Port()), Addr: to.Addr().As16()}))
}
