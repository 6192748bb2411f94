package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"chipid/agent/catalogue"
	"chipid/agent/control"
	"chipid/agent/doctor"
	"chipid/cardlib/pcsc"
	"chipid/cardlib/readers"
)

// doctorTime bounds a whole examination.
const doctorTime = 20 * time.Second

// runDoctor is `chipid-agent doctor [--json] [--zip FILE]`.
func runDoctor(ctx context.Context, c console, args []string) int {
	r := c.newRequest("doctor")
	file := r.set.String("zip", "", "")
	if code, done := r.readSpared(args, 0); done {
		return code
	}
	checks := r.settings.examine(ctx, pcsc.New())
	if *file != "" {
		if err := r.settings.zip(*file, checks); err != nil {
			return r.wrong(catalogue.FileUnwritable, "")
		}
	}
	if r.json {
		b, err := doctor.JSON(checks, r.lang)
		if err != nil {
			return r.wrong(catalogue.Internal, "")
		}
		fmt.Fprintf(r.out, "%s\n", b)
	} else {
		r.showChecks(checks)
	}
	if doctor.Wrong(checks) {
		return catalogue.ExitTrouble
	}
	return 0
}

// checkMarks are what stands before a check on a terminal.
var checkMarks = map[doctor.Status]catalogue.Text{
	doctor.OK:      {Vi: "[ ok ]", En: "[ ok ]"},
	doctor.Warning: {Vi: "[ !! ]", En: "[ !! ]"},
	doctor.Error:   {Vi: "[LỖI ]", En: "[FAIL]"},
	doctor.Off:     {Vi: "[tắt ]", En: "[off ]"},
	doctor.Unknown: {Vi: "[ ?  ]", En: "[ ?  ]"},
}

func (r *request) showChecks(checks []doctor.Check) {
	for _, c := range checks {
		fmt.Fprintf(r.out, "%s %s", checkMarks[c.Status].In(r.lang), c.Title.In(r.lang))
		if c.Detail != "" {
			fmt.Fprintf(r.out, " (%s)", c.Detail)
		}
		fmt.Fprintln(r.out)
		if remedy := c.Remedy.In(r.lang); remedy != "" {
			fmt.Fprintf(r.out, "       → %s\n", remedy)
		}
	}
}

// examine looks at everything that these settings concern.
func (s settings) examine(ctx context.Context, source readers.Source) []doctor.Check {
	ctx, cancel := context.WithTimeout(ctx, doctorTime)
	defer cancel()
	return doctor.Run(ctx, s.subject(source))
}

// subject is what doctor looks at. The agent's console and the command use the same.
func (s settings) subject(source readers.Source) doctor.Subject {
	return doctor.Subject{
		Version: version, Built: built(), Administrator: administrator(),
		Agent:        s.runningAgent,
		Readers:      source.List,
		Ports:        s.ports(),
		Trust:        s.trustFacts,
		Settings:     func() error { return s.problem },
		Policy:       s.adminProblem,
		Certificates: s.certificateFacts,
		Browsers:     s.browserFacts,
		State:        s.places.State,
	}
}

// runningAgent asks the agent of this state folder.
func (s settings) runningAgent(ctx context.Context) doctor.Agent {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	response, err := control.Call(ctx, s.control(), control.Request{Op: control.OpHello})
	return doctor.Agent{Running: err == nil, Version: response.Version}
}

// adminProblem says why the administrator's files are not used.
func (s settings) adminProblem() error {
	admin, err := s.signed()
	return errors.Join(s.policyProblem, err, admin.Err())
}

// trustFacts counts what cards are judged against.
func (s settings) trustFacts() (doctor.Trust, error) {
	paths := s.trustPaths()
	store, _, _, err := trustStores(paths, false)
	if err != nil {
		return doctor.Trust{}, err
	}
	now := time.Now()
	t := doctor.Trust{Synthetic: store.Synthetic(), Updated: newestOf(paths)}
	for _, a := range store.Anchors() {
		t.Anchors++
		if a.Certificate.ValidAt(now) {
			t.Valid++
		}
	}
	return t, nil
}

// newestOf is when a file of the paths was written last.
func newestOf(paths []string) (last time.Time) {
	for _, path := range paths {
		_ = filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
			if err != nil {
				return nil // what cannot be read is another check's matter
			}
			if info, err := d.Info(); err == nil && !d.IsDir() && info.ModTime().After(last) {
				last = info.ModTime()
			}
			return nil
		})
	}
	return last
}

// zip writes the file for support; it must not be there yet.
func (s settings) zip(path string, checks []doctor.Check) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = s.support(f, checks)
	return errors.Join(err, f.Close())
}

// support writes what the support gets.
func (s settings) support(w io.Writer, checks []doctor.Check) error {
	return doctor.Zip(w, checks, doctor.Support{Version: version, Made: time.Now().UTC().Truncate(time.Second), Settings: s.Values()})
}
