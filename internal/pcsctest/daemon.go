package pcsctest

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"chipid/cardlib/pcsc"
	"chipid/cardlib/readers"
)

// Slots is the number of virtual readers; vpcd has two.
const Slots = 2

// startLimit bounds how long pcscd may take to offer its readers.
const startLimit = 20 * time.Second

// vpcdConfig is where Debian's package names the driver; only its LIBPATH is used.
const vpcdConfig = "/etc/reader.conf.d/vpcd"

// Daemon is a pcscd of the test's own.
type Daemon struct {
	dir    string
	port   int
	cmd    *exec.Cmd
	leash  io.Closer // pcscd lives as long as this is open
	socket string
	log    *os.File
}

// home is the folder of this process' socket. libpcsclite asks for the
// socket's name once in a process, so all daemons of a process use the same.
var home = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "pcsctest")
	if err != nil {
		return "", err
	}
	return dir, os.Setenv("PCSCLITE_CSOCK_NAME", filepath.Join(dir, "pcscd.comm"))
})

// Start starts a pcscd for this process and for the programs it starts (they
// inherit PCSCLITE_CSOCK_NAME), and ends it with the test. It must be called
// before anything else in the process speaks to PC/SC, and for one test at a time.
func Start(t testing.TB) *Daemon {
	t.Helper()
	if _, err := exec.LookPath("pcscd"); err != nil {
		t.Fatalf("install the package pcscd: %v", err)
	}
	dir, err := home()
	if err != nil {
		t.Fatal(err)
	}
	d := &Daemon{dir: dir, socket: filepath.Join(dir, "pcscd.comm")}
	if d.port, err = freePorts(); err != nil {
		t.Fatal(err)
	}
	if err := d.configure(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		d.Stop()
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(dir, "pcscd.log"))
			t.Logf("pcscd said:\n%s", tail(log, 4000))
		}
		_ = os.RemoveAll(filepath.Join(dir, "conf"))
	})
	d.Run(t)
	return d
}

// Run starts the daemon again after Stop and waits for its readers.
func (d *Daemon) Run(t testing.TB) {
	t.Helper()
	if err := d.run(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	ready := false
	_ = pcsc.New().Watch(ctx, func(s readers.State) {
		if len(s.Readers) == Slots {
			ready = true
			cancel()
		}
	})
	if !ready {
		t.Fatalf("pcscd did not offer %d readers in %v", Slots, startLimit)
	}
}

// Stop ends the daemon at once, as a crash would. It may be called twice.
func (d *Daemon) Stop() {
	if d.cmd == nil {
		return
	}
	_ = d.leash.Close()
	_ = d.cmd.Wait()
	d.cmd = nil
	_ = d.log.Close()
	_ = os.Remove(d.socket)
}

// Addr is where a virtual card plugs into the slot (0 or 1), as HOST:PORT.
func (d *Daemon) Addr(slot int) string { return fmt.Sprintf("127.0.0.1:%d", d.port+slot) }

// Reader is the PC/SC name of the slot.
func Reader(slot int) string { return fmt.Sprintf("Virtual PCD 00 %02X", slot) }

// run starts pcscd with a socket that it inherits, as systemd would hand it
// over; this is the one way to have it listen elsewhere than in /run.
func (d *Daemon) run() error {
	_ = os.Remove(d.socket)
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: d.socket, Net: "unix"})
	if err != nil {
		return err
	}
	listener.SetUnlinkOnClose(false)
	socket, err := listener.File()
	_ = listener.Close() // a killed pcscd must leave no one who listens
	if err != nil {
		return err
	}
	defer socket.Close()
	if d.log, err = os.Create(filepath.Join(d.dir, "pcscd.log")); err != nil {
		return err
	}
	cmd := exec.Command("/bin/sh", "-c", keeper, "sh", filepath.Join(d.dir, "conf"))
	cmd.Stdout, cmd.Stderr = d.log, d.log
	cmd.ExtraFiles = []*os.File{socket}
	if d.leash, err = cmd.StdinPipe(); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	d.cmd = cmd
	return nil
}

// keeper runs pcscd with the socket as its file 3 and kills it when the standard
// input ends: with Stop, and also when the test's process dies without a word.
const keeper = `
sh -c 'LISTEN_PID=$$ LISTEN_FDS=1 exec pcscd --foreground --info --config "$0"' "$1" &
exec 3>&-
read -r _
kill -9 $!
wait
`

// configure writes the reader configuration with the ports of this daemon.
func (d *Daemon) configure() error {
	packaged, err := os.ReadFile(vpcdConfig)
	if err != nil {
		return fmt.Errorf("the virtual reader is missing: install the package vsmartcard-vpcd (%w)", err)
	}
	library := ""
	for line := range strings.Lines(string(packaged)) {
		if words := strings.Fields(line); len(words) == 2 && words[0] == "LIBPATH" {
			library = words[1]
		}
	}
	if library == "" {
		return fmt.Errorf("%s names no LIBPATH", vpcdConfig)
	}
	conf := filepath.Join(d.dir, "conf")
	if err := os.MkdirAll(conf, 0o755); err != nil {
		return err
	}
	text := fmt.Sprintf("FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:0x%X\nLIBPATH %s\nCHANNELID 0x%X\n", d.port, library, d.port)
	return os.WriteFile(filepath.Join(conf, "vpcd"), []byte(text), 0o644)
}

// freePorts finds neighbouring TCP ports, one for each slot.
func freePorts() (int, error) {
	for range 50 {
		first, err := net.Listen("tcp4", "0.0.0.0:0")
		if err != nil {
			return 0, err
		}
		port := first.Addr().(*net.TCPAddr).Port
		second, err := net.Listen("tcp4", fmt.Sprintf("0.0.0.0:%d", port+1))
		_ = first.Close()
		if err == nil {
			_ = second.Close()
			return port, nil
		}
	}
	return 0, fmt.Errorf("no two neighbouring TCP ports are free")
}

func tail(b []byte, n int) []byte { return b[max(0, len(b)-n):] }

// Clean removes the folder of this process' socket. Call it at the end of TestMain.
func Clean() {
	if dir, err := home(); err == nil {
		_ = os.RemoveAll(dir)
	}
}
