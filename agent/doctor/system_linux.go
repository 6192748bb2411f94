package doctor

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// systemOf is Linux; its folders are those of sysfs and polkit below root, which
// is empty but in tests.
type systemOf struct{ root string }

// classCCID is bInterfaceClass of smart-card readers (USB CCID 1.1 §4.3.1).
const classCCID = "0b"

// USBReaders implements System by sysfs.
func (s systemOf) USBReaders() ([]string, bool) {
	devices := s.root + "/sys/bus/usb/devices"
	if _, err := os.Stat(devices); err != nil {
		return nil, false
	}
	interfaces, err := filepath.Glob(devices + "/*:*/bInterfaceClass")
	if err != nil {
		return nil, false
	}
	var found []string
	for _, path := range interfaces {
		if line(path) != classCCID {
			continue
		}
		device, _, _ := strings.Cut(filepath.Base(filepath.Dir(path)), ":")
		found = append(found, line(devices+"/"+device+"/idVendor")+":"+line(devices+"/"+device+"/idProduct"))
	}
	slices.Sort(found)
	return slices.Compact(found), true
}

// line is the first line of a file of sysfs, empty if it cannot be read.
func line(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	text, _, _ := strings.Cut(string(b), "\n")
	return strings.TrimSpace(text)
}

// Service implements System.
func (systemOf) Service() string { return "pcscd" }

// Refused implements System: libpcsclite says of a socket that it may not open
// what it says of one that is missing.
func (s systemOf) Refused() bool {
	socket := os.Getenv("PCSCLITE_CSOCK_NAME")
	if socket == "" {
		socket = s.root + "/run/pcscd/pcscd.comm"
	}
	conn, err := net.DialTimeout("unix", socket, time.Second)
	if err == nil {
		_ = conn.Close()
	}
	return errors.Is(err, fs.ErrPermission)
}

// Rights implements System: a pcscd that asks polkit brings its actions along.
func (s systemOf) Rights() string {
	actions, _ := filepath.Glob(s.root + "/usr/share/polkit-1/actions/org.debian.pcsc-lite.policy")
	rule, _ := filepath.Glob(s.root + "/usr/share/polkit-1/rules.d/60-chipid.rules")
	switch {
	case len(actions) == 0:
		return "pcscd without polkit"
	case len(rule) == 0:
		return "polkit"
	}
	return "polkit, 60-chipid.rules"
}
