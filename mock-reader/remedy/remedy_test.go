package remedy

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func having(patterns ...string) func(string) bool {
	return func(pattern string) bool {
		for _, p := range patterns {
			if strings.Contains(pattern, p) {
				return true
			}
		}
		return false
	}
}

func TestNoVirtualReader(t *testing.T) {
	for _, c := range []struct {
		name   string
		system System
		want   string
	}{
		{"Windows", System{OS: "windows", Has: having()}, "--listen"},
		{"macOS", System{OS: "darwin", Has: having()}, "--listen"},
		{"Debian without vpcd", System{OS: "linux", Families: []string{"debian"}, Has: having()}, "apt-get install pcscd vsmartcard-vpcd"},
		{"another distribution", System{OS: "linux", Families: []string{"fedora"}, Has: having()}, "virtualsmartcard"},
		{"pcscd is down", System{OS: "linux", Has: having("libifdvpcd")}, "systemctl start pcscd"},
		{"another port", System{OS: "linux", Has: having("libifdvpcd", "pcscd.comm")}, "CHANNELID"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := c.system.NoVirtualReader()
			assert.Contains(t, text.En, c.want)
			assert.Contains(t, text.Vi, c.want)
		})
	}
}

func TestNoPort(t *testing.T) {
	for _, c := range []struct {
		name, os string
		cause    error
		want     string
	}{
		{"in use on Linux", "linux", syscall.EADDRINUSE, "ss -ltnp"},
		{"in use on macOS", "darwin", syscall.EADDRINUSE, "lsof"},
		{"in use on Windows", "windows", syscall.Errno(10048), "netstat -ano"},
		{"reserved on Windows", "windows", syscall.Errno(10013), "excludedportrange"},
		{"privileged", "linux", syscall.EACCES, "1024"},
		{"not here", "linux", syscall.EADDRNOTAVAIL, "127.0.0.1"},
		{"else", "linux", syscall.EINVAL, "another"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := System{OS: c.os}.NoPort("127.0.0.1:80", fmt.Errorf("listen: %w", c.cause))
			assert.Contains(t, text.En, c.want)
			assert.NotEmpty(t, text.Vi)
		})
	}
}

// The real error of this system is known.
func TestATakenPortIsRecognised(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	_, err = net.Listen("tcp", l.Addr().String())
	require.Error(t, err)
	assert.Contains(t, This().NoPort(l.Addr().String(), err).En, "Another program uses port")
}

func TestFamilies(t *testing.T) {
	path := filepath.Join(t.TempDir(), "os-release")
	require.NoError(t, os.WriteFile(path, []byte("NAME=\"X\"\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"), 0o600))
	assert.Equal(t, []string{"linuxmint", "ubuntu", "debian"}, families(path))
	assert.Empty(t, families(path+"x"))
}
