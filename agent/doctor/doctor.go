package doctor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"time"

	"chipid/agent/catalogue"
	"chipid/cardlib/readers"
)

// Status is how a check went.
type Status string

// The statuses. Off is what is not set up and need not be; Unknown what cannot
// be told as long as another check fails.
const (
	OK      Status = "ok"
	Warning Status = "warning"
	Error   Status = "error"
	Off     Status = "off"
	Unknown Status = "unknown"
)

// Check is what was found of one thing.
type Check struct {
	// ID is stable: "reader", "clock" …
	ID     string
	Status Status
	// Title says what was found, Remedy what this user can do; Remedy is empty where
	// there is nothing to do.
	Title, Remedy catalogue.Text
	// Detail is a figure or name for support, never of a person; it may be empty.
	Detail string
}

// Line is a check in one language: the form of `doctor --json`.
type Line struct {
	ID     string `json:"id"`
	Status Status `json:"status"`
	Title  string `json:"title"`
	Remedy string `json:"remedy"`
	Detail string `json:"detail,omitempty"`
}

// In writes a check in one language ("en"; anything else is Vietnamese).
func (c Check) In(lang string) Line {
	return Line{c.ID, c.Status, c.Title.In(lang), c.Remedy.In(lang), c.Detail}
}

// Agent is what is known of the running agent.
type Agent struct {
	Running bool
	// Version is empty where the agent does not tell.
	Version string
}

// Subject is what doctor looks at. Each function may be nil: then its check is
// left out. They may be slow; ctx bounds them.
type Subject struct {
	// Version is this program's, Built the day before which no clock is believed.
	Version string
	Built   time.Time
	Now     func() time.Time
	// Administrator tells whether this user may change what is the computer's.
	Administrator bool

	Agent func(context.Context) Agent
	// Readers are those of the system, without mock ones.
	Readers func(context.Context) readers.State
	// Ports are those that the agent listens at, or would.
	Ports        []int
	Certificates func(context.Context) (Certificates, error)
	Browsers     func() (Browsers, error)
	Trust        func() (Trust, error)
	// Settings says why the user's file or environment is not used, Policy why the
	// administrator's settings or grants are not.
	Settings, Policy func() error
	// State is the agent's folder.
	State string
	// System is what only the operating system can tell; nil for this one.
	System System
}

// exam is one run over a subject: what several checks need is asked once.
type exam struct {
	Subject
	agent   Agent
	readers readers.State
}

// Run makes every check, in the order in which a person should mend what is wrong.
func Run(ctx context.Context, s Subject) []Check {
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.System == nil {
		s.System = systemOf{}
	}
	e := &exam{Subject: s}
	if s.Agent != nil {
		e.agent = s.Agent(ctx)
	}
	if s.Readers != nil {
		e.readers = s.Readers(ctx)
	}
	var all []Check
	for _, check := range []func(context.Context) (Check, bool){
		e.versions, e.settings, e.state, e.clock, e.running, e.port,
		e.service, e.permissions, e.driver, e.reader, e.card,
		e.trust, e.certificates, e.browsers,
	} {
		if c, asked := check(ctx); asked {
			all = append(all, c)
		}
	}
	return all
}

// found makes the check of a finding. (Inlined where it is called, it would be fifty
// kilobytes of the agent.)
//
//go:noinline
func (e *exam) found(check, name string, status Status, detail string) (Check, bool) {
	f, _ := catalogue.FindingOf(check, name)
	return Check{ID: check, Status: status, Title: f.Title, Remedy: f.RemedyFor(e.Administrator), Detail: detail}, true
}

// none is a check that is not made.
func none() (Check, bool) { return Check{}, false }

// report is the document of `doctor --json`.
type report struct {
	Checks []Line `json:"checks"`
}

// JSON is the document of `doctor --json`, on one line.
func JSON(checks []Check, lang string) ([]byte, error) {
	lines := make([]Line, 0, len(checks))
	for _, c := range checks {
		lines = append(lines, c.In(lang))
	}
	return plain(report{lines})
}

// plain is v as JSON on one line, with < and > as they are: what is covered must
// be found in it.
func plain(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// Wrong tells whether any check failed.
func Wrong(checks []Check) bool {
	for _, c := range checks {
		if c.Status == Error {
			return true
		}
	}
	return false
}

// serviceRuns tells whether the smart-card service could be asked.
func (e *exam) serviceRuns() bool { return e.readers.Err == nil }

// denied tells whether the service refused this user.
func (e *exam) denied() bool {
	return errors.Is(e.readers.Err, readers.ErrDenied) || !e.serviceRuns() && e.System.Refused()
}
