package doctor

import (
	"context"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// System is what only the operating system can tell.
type System interface {
	// USBReaders names the smart-card readers at the USB, as vendor:product; false
	// where the system does not tell.
	USBReaders() ([]string, bool)
	// Service says which smart-card service it is, as far as that is known.
	Service() string
	// Refused: the service is there, and its door is closed to this user.
	Refused() bool
	// Rights says by which rule this user may use it, as far as that is known.
	Rights() string
}

// versions says what runs here.
func (e *exam) versions(context.Context) (Check, bool) {
	detail := fmt.Sprintf("chipid-agent %s, %s/%s, %s", e.Version, runtime.GOOS, runtime.GOARCH, runtime.Version())
	if e.agent.Version != "" && e.agent.Version != e.Version {
		return e.found("versions", "differs", Warning, detail+"; "+e.agent.Version)
	}
	return e.found("versions", "ok", OK, detail)
}

func (e *exam) settings(context.Context) (Check, bool) {
	if e.Settings == nil {
		return none()
	}
	if err := e.Settings(); err != nil {
		return e.found("settings", "file", Error, oneLine(err))
	}
	if e.Policy != nil {
		if err := e.Policy(); err != nil {
			return e.found("settings", "policy", Error, oneLine(err))
		}
	}
	return e.found("settings", "ok", OK, "")
}

// oneLine writes an error for a line of a list.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// state writes into the folder and takes it away again. A folder that is not
// there yet is made by the first command that needs it.
func (e *exam) state(context.Context) (Check, bool) {
	if e.State == "" {
		return none()
	}
	if _, err := os.Stat(e.State); os.IsNotExist(err) {
		return e.found("state", "ok", OK, "")
	}
	f, err := os.CreateTemp(e.State, ".doctor-*")
	if err != nil {
		return e.found("state", "unusable", Error, "")
	}
	_, err = f.WriteString("doctor")
	_ = f.Close()
	if removed := os.Remove(f.Name()); err != nil || removed != nil {
		return e.found("state", "unusable", Error, "")
	}
	return e.found("state", "ok", OK, "")
}

// clockSlack is how far ahead of the clock the agent's own files may be: other
// programs round times.
const clockSlack = 2 * time.Minute

// clock has no other clock to compare with; it asks for what cannot be: a time
// before this program was made, or before what the agent wrote last.
func (e *exam) clock(context.Context) (Check, bool) {
	now := e.Now()
	switch {
	case now.Before(e.Built):
		return e.found("clock", "behind", Error, now.UTC().Format(time.RFC3339))
	case e.newest().After(now.Add(clockSlack)):
		return e.found("clock", "jumped", Warning, now.UTC().Format(time.RFC3339))
	}
	return e.found("clock", "ok", OK, now.UTC().Format(time.RFC3339))
}

// newest is when a file of the state was written last; the zero time if there is none.
func (e *exam) newest() (last time.Time) {
	if e.State == "" {
		return last
	}
	_ = filepath.WalkDir(e.State, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // what cannot be read does not tell
		}
		if info, err := d.Info(); err == nil && !d.IsDir() && info.ModTime().After(last) {
			last = info.ModTime()
		}
		return nil
	})
	return last
}

func (e *exam) running(context.Context) (Check, bool) {
	switch {
	case e.Agent == nil:
		return none()
	case e.agent.Running:
		return e.found("agent", "running", OK, e.agent.Version)
	}
	return e.found("agent", "stopped", Error, "")
}

// port asks who holds the ports. While the agent runs they are its own.
func (e *exam) port(ctx context.Context) (Check, bool) {
	if len(e.Ports) == 0 {
		return none()
	}
	if e.Agent != nil && e.agent.Running {
		return e.found("port", "ours", OK, "")
	}
	for _, port := range e.Ports {
		if !free(ctx, port) {
			continue
		}
		return e.found("port", "free", OK, strconv.Itoa(port))
	}
	return e.found("port", "taken", Error, fmt.Sprint(e.Ports))
}

// free tells whether the port can be opened now.
func free(ctx context.Context, port int) bool {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return false
	}
	_ = l.Close()
	return true
}
