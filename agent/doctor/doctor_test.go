package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/catalogue"
	"chipid/cardlib/readers"
)

var today = time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)

// machine is a System of the test's own.
type machine struct {
	usb  []string
	told bool
	// closed: the service's door is closed to this user.
	closed bool
}

func (m machine) USBReaders() ([]string, bool) { return m.usb, m.told }
func (machine) Service() string                { return "pcscd" }
func (m machine) Refused() bool                { return m.closed }
func (machine) Rights() string                 { return "polkit" }

// healthy is a computer on which nothing is wrong.
func healthy() Subject {
	return Subject{
		Version: "1.2.3", Built: today.AddDate(0, -3, 0), Now: func() time.Time { return today },
		Agent: func(context.Context) Agent { return Agent{Running: true, Version: "1.2.3"} },
		Readers: func(context.Context) readers.State {
			return readers.State{Readers: []readers.Reader{{Name: "ACS", Card: true}}}
		},
		Ports: []int{9590},
		Certificates: func(context.Context) (Certificates, error) {
			return Certificates{End: today.AddDate(2, 0, 0), Valid: true, Stores: []string{"nss"}}, nil
		},
		Browsers: func() (Browsers, error) {
			return Browsers{Origins: []string{"https://motcua.example"}, Installed: []string{"chromium"}}, nil
		},
		Trust:    func() (Trust, error) { return Trust{Anchors: 3, Valid: 3, Updated: today.AddDate(0, 0, -1)}, nil },
		Settings: func() error { return nil },
		Policy:   func() error { return nil },
		System:   machine{usb: []string{"072f:2200"}, told: true},
	}
}

func only(checks []Check, id string) Check {
	for _, c := range checks {
		if c.ID == id {
			return c
		}
	}
	return Check{}
}

func TestAHealthyComputer(t *testing.T) {
	s := healthy()
	s.State = t.TempDir()
	checks := Run(t.Context(), s)
	require.Len(t, checks, 14, "every check is made")
	for _, c := range checks {
		assert.Equal(t, OK, c.Status, c.ID)
		assert.NotEmpty(t, c.Title.Vi, c.ID)
		assert.Empty(t, c.Remedy, "%s: nothing is to be done", c.ID)
	}
	assert.False(t, Wrong(checks))
	left, err := os.ReadDir(s.State)
	require.NoError(t, err)
	assert.Empty(t, left, "nothing is left in the state's folder")
}

func TestNothingKnownNothingChecked(t *testing.T) {
	for _, c := range Run(t.Context(), Subject{}) {
		assert.Contains(t, []string{"versions", "clock"}, c.ID)
	}
}

func state(s readers.State) func(context.Context) readers.State {
	return func(context.Context) readers.State { return s }
}

func one(r readers.Reader) func(context.Context) readers.State {
	return state(readers.State{Readers: []readers.Reader{r}})
}

// busy is a port that somebody else holds.
func busy(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().(*net.TCPAddr).Port
}

func stopped(context.Context) Agent { return Agent{} }

func certificates(c Certificates, err error) func(context.Context) (Certificates, error) {
	return func(context.Context) (Certificates, error) { return c, err }
}

func browsers(b Browsers, err error) func() (Browsers, error) {
	return func() (Browsers, error) { return b, err }
}

func trust(c Trust, err error) func() (Trust, error) { return func() (Trust, error) { return c, err } }

// faults are all that can be wrong: each is found by its check, as that finding.
var faults = []struct {
	check, finding string
	status         Status
	spoil          func(*testing.T, *Subject)
}{
	{"agent", "stopped", Error, func(_ *testing.T, s *Subject) { s.Agent = stopped }},
	{"service", "down", Error, func(_ *testing.T, s *Subject) { s.Readers = state(readers.State{Err: readers.ErrNoService}) }},
	{"service", "notBuilt", Error, func(_ *testing.T, s *Subject) { s.Readers = state(readers.State{Err: readers.ErrNotBuilt}) }},
	{"permissions", "denied", Error, func(_ *testing.T, s *Subject) { s.Readers = state(readers.State{Err: readers.ErrDenied}) }},
	{"permissions", "denied", Error, func(_ *testing.T, s *Subject) {
		s.Readers, s.System = state(readers.State{Err: readers.ErrNoService}), machine{closed: true}
	}},
	{"permissions", "unknown", Unknown, func(_ *testing.T, s *Subject) { s.Readers = state(readers.State{Err: readers.ErrNoService}) }},
	{"reader", "none", Error, func(_ *testing.T, s *Subject) { s.Readers = state(readers.State{}) }},
	{"reader", "stuck", Error, func(_ *testing.T, s *Subject) { s.Readers = one(readers.Reader{Name: "ACS", Stuck: true}) }},
	{"reader", "unknown", Unknown, func(_ *testing.T, s *Subject) { s.Readers = state(readers.State{Err: readers.ErrDenied}) }},
	{"driver", "missing", Error, func(_ *testing.T, s *Subject) { s.Readers = state(readers.State{}) }},
	{"driver", "none", Unknown, func(_ *testing.T, s *Subject) { s.System = machine{} }},
	{"card", "empty", OK, func(_ *testing.T, s *Subject) { s.Readers = one(readers.Reader{Name: "ACS"}) }},
	{"card", "mute", Warning, func(_ *testing.T, s *Subject) { s.Readers = one(readers.Reader{Name: "ACS", Card: true, Mute: true}) }},
	{"card", "noReader", Unknown, func(_ *testing.T, s *Subject) { s.Readers = state(readers.State{}) }},
	{"port", "taken", Error, func(t *testing.T, s *Subject) { s.Agent, s.Ports = stopped, []int{busy(t), busy(t)} }},
	{"port", "free", OK, func(t *testing.T, s *Subject) { s.Agent, s.Ports = stopped, []int{busy(t), 0} }},
	{"certificates", "off", Off, func(_ *testing.T, s *Subject) { s.Certificates = certificates(Certificates{}, fs.ErrNotExist) }},
	{"certificates", "noRights", Off, func(_ *testing.T, s *Subject) { s.Certificates = certificates(Certificates{}, ErrNoStore) }},
	{"certificates", "broken", Error, func(_ *testing.T, s *Subject) { s.Certificates = certificates(Certificates{}, errors.New("torn")) }},
	{"certificates", "ended", Error, func(_ *testing.T, s *Subject) { s.Certificates = certificates(Certificates{Due: true}, nil) }},
	{"certificates", "due", Warning, func(_ *testing.T, s *Subject) {
		s.Certificates = certificates(Certificates{Valid: true, Due: true}, nil)
	}},
	{"certificates", "untrusted", Warning, func(_ *testing.T, s *Subject) {
		s.Certificates = certificates(Certificates{Valid: true, Missing: []string{"nss"}}, nil)
	}},
	{"browsers", "noOrigins", Off, func(_ *testing.T, s *Subject) { s.Browsers = browsers(Browsers{}, nil) }},
	{"browsers", "missing", Warning, func(_ *testing.T, s *Subject) {
		s.Browsers = browsers(Browsers{Origins: []string{"https://a.example"}, Missing: []string{"chromium"}}, nil)
	}},
	{"browsers", "overruled", Warning, func(_ *testing.T, s *Subject) {
		s.Browsers = browsers(Browsers{Origins: []string{"https://a.example"}, Overruled: []string{"chromium"}}, nil)
	}},
	{"browsers", "unknown", Unknown, func(_ *testing.T, s *Subject) { s.Browsers = browsers(Browsers{}, errors.New("no rights")) }},
	{"clock", "behind", Error, func(_ *testing.T, s *Subject) { s.Built = today.AddDate(0, 0, 1) }},
	{"clock", "jumped", Warning, func(t *testing.T, s *Subject) {
		s.State = t.TempDir()
		file := filepath.Join(s.State, "audit")
		require.NoError(t, os.WriteFile(file, nil, 0o600))
		require.NoError(t, os.Chtimes(file, today, today.Add(time.Hour)))
	}},
	{"trust", "none", Warning, func(_ *testing.T, s *Subject) { s.Trust = trust(Trust{}, nil) }},
	{"trust", "unreadable", Error, func(_ *testing.T, s *Subject) { s.Trust = trust(Trust{}, fs.ErrPermission) }},
	{"trust", "ended", Error, func(_ *testing.T, s *Subject) { s.Trust = trust(Trust{Anchors: 2}, nil) }},
	{"trust", "old", Warning, func(_ *testing.T, s *Subject) {
		s.Trust = trust(Trust{Anchors: 2, Valid: 2, Updated: today.AddDate(0, 0, -91)}, nil)
	}},
	{"trust", "synthetic", Warning, func(_ *testing.T, s *Subject) { s.Trust = trust(Trust{Anchors: 2, Valid: 2, Synthetic: true}, nil) }},
	{"settings", "file", Error, func(_ *testing.T, s *Subject) {
		s.Settings = func() error { return errors.New("no setting \"prot\"") }
	}},
	{"settings", "policy", Error, func(_ *testing.T, s *Subject) { s.Policy = func() error { return errors.New("others can write it") } }},
	{"state", "unusable", Error, func(t *testing.T, s *Subject) {
		s.State = filepath.Join(t.TempDir(), "file")
		require.NoError(t, os.WriteFile(s.State, nil, 0o600))
	}},
	{"versions", "differs", Warning, func(_ *testing.T, s *Subject) {
		s.Agent = func(context.Context) Agent { return Agent{Running: true, Version: "1.2.2"} }
	}},
}

func TestEveryFaultIsFoundWithARemedy(t *testing.T) {
	for _, f := range faults {
		t.Run(f.check+" "+f.finding, func(t *testing.T) {
			for _, administrator := range []bool{false, true} {
				s := healthy()
				s.Administrator = administrator
				f.spoil(t, &s)
				c := only(Run(t.Context(), s), f.check)
				want, known := catalogue.FindingOf(f.check, f.finding)
				require.True(t, known)
				assert.Equal(t, f.status, c.Status)
				assert.Equal(t, want.Title, c.Title)
				assert.Equal(t, want.RemedyFor(administrator), c.Remedy)
				if f.status == Error || f.status == Warning {
					assert.NotEmpty(t, c.Remedy.Vi, "there is something to do")
				}
			}
		})
	}
}

// TestEveryFindingCanHappen: words that nothing leads to would rot.
func TestEveryFindingCanHappen(t *testing.T) {
	s := healthy()
	s.State = t.TempDir()
	happened := map[string]bool{}
	for _, c := range Run(t.Context(), s) {
		happened[c.ID+" "+c.Title.En] = true
	}
	for _, f := range faults {
		want, _ := catalogue.FindingOf(f.check, f.finding)
		happened[f.check+" "+want.Title.En] = true
	}
	for _, f := range catalogue.Findings() {
		assert.True(t, happened[f.Check+" "+f.Title.En], "%s %s", f.Check, f.Name)
	}
}

func TestTheDocument(t *testing.T) {
	b, err := JSON(Run(t.Context(), healthy()), "en")
	require.NoError(t, err)
	var doc map[string][]map[string]string
	require.NoError(t, json.Unmarshal(b, &doc))
	require.Len(t, doc["checks"], 13)
	for _, c := range doc["checks"] {
		for _, key := range []string{"id", "status", "title", "remedy"} {
			assert.Contains(t, c, key)
		}
	}
	assert.Equal(t, "A reader is connected.", only(Run(t.Context(), healthy()), "reader").In("en").Title)
	b, err = JSON(nil, "vi")
	require.NoError(t, err)
	assert.Equal(t, `{"checks":[]}`, string(b))
}
