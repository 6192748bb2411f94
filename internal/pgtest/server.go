//go:build unix

package pgtest

import (
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// patience is how long a server may take to come up; after a kill it recovers first.
const patience = 60 * time.Second

// Server is a running PostgreSQL.
type Server struct {
	t        testing.TB
	dir, bin string
	as       *syscall.Credential
	running  *exec.Cmd
	ended    chan struct{} // closed when running has ended
	log      *os.File
}

// Start makes and starts a server that ends with the test. The test fails if
// there is no PostgreSQL on the machine.
func Start(t testing.TB) *Server {
	t.Helper()
	dir, err := os.MkdirTemp("", "chipid-pg-")
	require.NoError(t, err)
	s := &Server{t: t, dir: dir, bin: programs(t)}
	t.Cleanup(s.end)
	if os.Geteuid() == 0 {
		s.becomePostgres()
	}
	s.log, err = os.Create(filepath.Join(dir, "log"))
	require.NoError(t, err)
	out, err := s.command("initdb", "--pgdata", s.data(), "--username", "postgres", "--auth", "trust", "--no-sync", "--encoding", "UTF8", "--locale", "C").CombinedOutput()
	require.NoError(t, err, "%s", out)
	s.Restart()
	return s
}

// Address is the server's, in URL form.
func (s *Server) Address() string { return "postgres://postgres@/postgres?host=" + s.dir }

// Kill ends the server as a power cut does: nothing is written down, no
// connection is told.
func (s *Server) Kill() {
	s.t.Helper()
	require.NoError(s.t, s.running.Process.Kill())
	<-s.ended
}

// Restart starts the server and waits until it takes connections.
func (s *Server) Restart() {
	s.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		if s.start() {
			return
		}
		if time.Now().After(end) {
			said, _ := os.ReadFile(s.log.Name())
			s.t.Fatalf("PostgreSQL does not start:\n%s", said)
		}
	}
}

// start tries once: the last processes of a killed server may still be there.
func (s *Server) start() bool {
	s.running = s.command("postgres", "-D", s.data(), "-k", s.dir, "-c", "listen_addresses=", "-c", "max_connections=100", "-c", "shared_buffers=32MB")
	s.running.Stdout, s.running.Stderr = s.log, s.log
	require.NoError(s.t, s.running.Start())
	cmd, ended := s.running, make(chan struct{})
	s.ended = ended
	go func() { _ = cmd.Wait(); close(ended) }()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(30 * time.Millisecond) {
		select {
		case <-ended:
			return false
		default:
		}
		if s.command("pg_isready", "-q", "-h", s.dir).Run() == nil {
			return true
		}
	}
	return false
}

func (s *Server) end() {
	if s.ended != nil {
		_ = s.running.Process.Signal(syscall.SIGQUIT)
		select {
		case <-s.ended:
		case <-time.After(10 * time.Second):
			_ = s.running.Process.Kill()
		}
	}
	if s.log != nil {
		_ = s.log.Close()
	}
	_ = os.RemoveAll(s.dir)
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func (s *Server) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, program), args...)
	cmd.Dir = s.dir
	if s.as != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.as}
	}
	return cmd
}

// becomePostgres gives the folder to the user that the server runs as.
func (s *Server) becomePostgres() {
	s.t.Helper()
	who, err := user.Lookup("postgres")
	require.NoError(s.t, err, "PostgreSQL does not run as root, and there is no user postgres")
	uid, err := strconv.ParseUint(who.Uid, 10, 32)
	require.NoError(s.t, err)
	gid, err := strconv.ParseUint(who.Gid, 10, 32)
	require.NoError(s.t, err)
	s.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	require.NoError(s.t, os.Chown(s.dir, int(uid), int(gid)))
}

// programs is the folder of the newest PostgreSQL, which Debian keeps off the path.
func programs(t testing.TB) string {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	require.NoError(t, err)
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1])
	}
	path, err := exec.LookPath("postgres")
	require.NoError(t, err, "there is no PostgreSQL on this machine")
	return filepath.Dir(path)
}
