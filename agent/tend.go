package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"reflect"
	"time"

	"chipid/agent/audit"
	"chipid/agent/awake"
	"chipid/agent/catalogue"
	"chipid/agent/config"
	"chipid/agent/consent"
	"chipid/agent/control"
	"chipid/agent/pairing"
)

// changed says that grants or the pairing window have changed.
func (a *agent) changed() {
	select {
	case a.poke <- struct{}{}:
	default: // it is awake already
	}
}

// tend looks after what changes while the agent runs: files that were written,
// grants that end, the pairing window that closes. Connections without a grant
// end at once.
func (a *agent) tend(ctx context.Context) {
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		begun := false
		changed := func() {
			if begun || a.outdated() {
				a.reload()
			}
			begun = true
		}
		if err := config.Watch(ctx, a.watched, changed); err != nil {
			a.log.Error("files are not watched", "why", err)
		}
	}()
	defer func() { <-watched }()
	policed := make(chan struct{})
	go func() {
		defer close(policed)
		if err := a.set().admin.Watch(ctx, a.reload); err != nil {
			a.log.Error("the policy is not watched", "why", err)
		}
	}()
	defer func() { <-policed }()
	slept := make(chan struct{})
	go func() {
		defer close(slept)
		if err := awake.Watch(ctx, a.woke); err != nil {
			a.log.Error("sleep is not noticed", "why", err)
		}
	}()
	defer func() { <-slept }()
	for {
		timer := time.NewTimer(a.nextEnd())
		select {
		case <-a.poke:
		case <-timer.C:
			a.note() // the administrator's grants may have ended
			a.tellUnused()
		case <-ctx.Done():
			timer.Stop()
			return
		}
		timer.Stop()
		a.server.Recheck()
		a.news.tell()
	}
}

// woke is for when the computer has slept or its clock was set: results that were
// kept are dropped, and connections whose grants or pairing have ended meanwhile end.
func (a *agent) woke() {
	a.log.Info("woke, or the clock was set")
	a.counter.Close()
	a.note()
	a.changed()
}

// watched are the files and folders whose change is taken over.
func (a *agent) watched() []string {
	s := a.set()
	paths := []string{s.places.File, s.places.In("grants.json"), s.grantsFile(), s.grantsFile() + ".sig"}
	if folder := s.admin.Folder(); folder != "" {
		paths = append(paths, filepath.Join(folder, "policy.toml"), filepath.Join(folder, "admin.pem"))
	}
	return append(paths, s.trustPaths()...)
}

// longest is how long tend sleeps if nothing ends: until a command or file wakes it.
const longest = 24 * time.Hour

// nextEnd is how long it is until a grant ends or the pairing window closes. A
// little is added, so that what ends has ended.
func (a *agent) nextEnd() time.Duration {
	wait := longest
	if end, ok := a.book.NextEnd(); ok {
		wait = min(wait, time.Until(end))
	}
	if left := time.Until(a.room.Until()); left > 0 {
		wait = min(wait, left)
	}
	return max(wait, 0) + 10*time.Millisecond
}

// outdated tells whether the settings in the files are others than those in force,
// or wrong.
func (a *agent) outdated() bool {
	s, err := a.set().again()
	return err != nil || !reflect.DeepEqual(s.Values(), a.set().Values())
}

// reload takes over what was written into the files. A configuration or policy that
// is wrong changes no setting.
func (a *agent) reload() {
	a.reloading.Lock()
	defer a.reloading.Unlock()
	defer a.changed()
	s, err := a.set().again()
	if err == nil {
		err = s.policyProblem
	}
	var run *consent.Run
	if err == nil {
		run, err = s.named()
	}
	if err != nil { // what was in force goes on
		a.log.Error("configuration not taken over", "why", err)
		s, run = a.set(), a.book.Run()
	}
	a.book.UseRun(run)
	if err := a.loadTrust(s); err != nil {
		a.log.Error("trust not taken over", "why", err)
	}
	key, err := s.admin.Key()
	if err != nil {
		a.log.Error("administrator's key: not used", "why", err)
	}
	if err := a.admin.Use(s.grantsFile(), key.Text); err != nil {
		a.log.Error("administrator's key: not used", "why", err)
	}
	a.tellUnused()
	a.audit.Use(s.auditOptions())
	if a.level != nil {
		a.level.Set(levelOf(s.Config))
	}
	a.mu.Lock()
	a.settings = s
	a.mu.Unlock()
	a.note()
}

// tellUnused says in the log why the administrator's signed grants count for nothing,
// once for each cause.
func (a *agent) tellUnused() {
	why := ""
	if err := a.admin.Err(); err != nil {
		why = err.Error()
	}
	a.mu.Lock()
	told := a.unused == why
	a.unused = why
	a.mu.Unlock()
	if !told && why != "" {
		a.log.Error("administrator's grants: not used", "why", why)
	}
}

// levelOf is the level of the log; neither tells of persons.
func levelOf(c *config.Config) slog.Level {
	if c.Text(config.LogLevel) == "info" {
		return slog.LevelInfo
	}
	return slog.LevelWarn
}

// Grant implements rpc.Grantor: it makes what the officer granted in a pairing.
func (a *agent) Grant(caller consent.Caller, name, purpose string, d consent.Decision) error {
	now := time.Now()
	until, err := d.For.Until(now)
	if err != nil {
		return err
	}
	g := consent.Grant{Origin: caller.Origin.String(), Name: name, Purpose: purpose, Fields: append([]string{}, d.Fields...), Presence: d.Presence,
		For: d.For, Until: until, By: consent.ByOfficer, Since: now}
	return makeGrant(a.audit, a.store, g, a.changed)
}

// Refused implements rpc.Grantor: it notes a pairing that came to nothing. What the
// officer decided is always written; a page can have the rest as often as it likes.
func (a *agent) Refused(caller consent.Caller, code catalogue.Code) {
	decided := code == catalogue.PairingDenied || code == catalogue.PairingCode
	a.counter.Denied(audit.Entry{Event: audit.Denied, Origin: caller.String(), Code: string(code), Detail: "pairing"}, decided)
}

// makeGrant puts a grant into the audit and then into the file: a grant that
// nobody can find in the audit must not be.
func makeGrant(log *audit.Log, store *consent.Store, g consent.Grant, changed func()) error {
	if err := log.Append(grantedLine(g)); err != nil {
		return err
	}
	if err := store.Put(g); err != nil {
		return err
	}
	changed()
	return nil
}

// grantedLine is the audit's line of a grant.
func grantedLine(g consent.Grant) audit.Entry {
	return audit.Entry{Event: audit.Granted, Origin: g.Caller().String(), Fields: g.Fields, Presence: g.Presence, ServiceKeys: g.ServiceKeys,
		Purpose: g.Purpose, By: g.By, For: string(g.For), Until: g.Until}
}

// takeBack ends a grant at once and says so in the audit.
func takeBack(log *audit.Log, store *consent.Store, caller consent.Caller, by string, changed func()) error {
	if err := store.Remove(caller); err != nil {
		return err
	}
	changed()
	return log.Append(audit.Entry{Event: audit.Revoked, Origin: caller.String(), By: by})
}

// revokeCode names why a grant was not taken back.
func revokeCode(err error) catalogue.Code {
	switch {
	case errors.Is(err, consent.ErrNoGrant):
		return catalogue.GrantUnknown
	case errors.Is(err, audit.ErrUnwritable):
		return catalogue.AuditUnwritable
	}
	return catalogue.StateUnusable
}

// command carries out what a command of the same user wants.
func (a *agent) command(ctx context.Context, r control.Request) control.Response {
	switch r.Op {
	case control.OpPair:
		return a.openPairing(r.Seconds)
	case control.OpPending:
		return a.pending()
	case control.OpWait:
		return a.waitPending(ctx)
	case control.OpAnswer:
		return a.takeAnswer(r)
	case control.OpChoose:
		o, err := consent.ParseOrigin(r.Origin)
		if err != nil {
			return control.Response{Code: string(catalogue.OriginInvalid)}
		}
		a.counter.Choose(consent.Caller{Origin: o})
		return control.Response{}
	case control.OpHello:
		return control.Response{Version: version, Addresses: a.listeners.Addresses()}
	case control.OpStop:
		select {
		case a.stop <- struct{}{}:
		default: // it ends already
		}
		return control.Response{}
	case control.OpChanged:
		a.secure()
		a.changed()
		return control.Response{}
	case control.OpTrust:
		a.reload()
		return control.Response{}
	case control.OpConsole:
		link, err := a.console.Link()
		if err != nil {
			return control.Response{Code: string(catalogue.PortUnavailable)}
		}
		return control.Response{Link: link}
	}
	return control.Response{Code: string(catalogue.Usage)}
}

// openPairing opens or, with no time, closes the window.
func (a *agent) openPairing(seconds int) control.Response {
	if !a.set().Bool(config.Pairing) {
		return control.Response{Code: string(catalogue.PairingClosed)}
	}
	seconds = min(max(seconds, 0), int(pairing.MaxWindow.Seconds()))
	if err := a.audit.Append(audit.Entry{Event: audit.Window, Detail: (time.Duration(seconds) * time.Second).String()}); err != nil {
		return control.Response{Code: string(catalogue.AuditUnwritable)}
	}
	until := a.room.Open(time.Duration(seconds) * time.Second)
	a.changed()
	return control.Response{Until: &until}
}

// pending lists what waits for the officer.
func (a *agent) pending() control.Response {
	var r control.Response
	all, _ := a.queue.List()
	for _, p := range all {
		r.Questions = append(r.Questions, control.QuestionOf(p))
	}
	for _, caller := range a.counter.Askers() {
		r.Asking = append(r.Asking, caller.String())
	}
	if until := a.room.Until(); a.room.IsOpen() {
		r.Until = &until
	}
	return r
}

// takeAnswer hands on the officer's answer. A wrong code is said: the question comes
// again, under another number, while there are tries left.
func (a *agent) takeAnswer(r control.Request) control.Response {
	waiting, _ := a.queue.List()
	if r.Decision == nil || a.queue.Answer(r.ID, *r.Decision) != nil {
		return control.Response{Code: string(catalogue.QuestionUnknown)}
	}
	for _, q := range waiting {
		if q.ID == r.ID && q.Right != nil && r.Decision.Granted && !q.Right(r.Decision.Code) {
			return control.Response{CodeWrong: true}
		}
	}
	return control.Response{}
}

// waitPending waits until a question waits or pairing is over.
func (a *agent) waitPending(ctx context.Context) control.Response {
	for {
		_, changed := a.queue.List()
		if r := a.pending(); len(r.Questions) > 0 || r.Until == nil {
			return r
		}
		timer := time.NewTimer(time.Until(a.room.Until()))
		select {
		case <-changed:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
		if ctx.Err() != nil {
			return a.pending()
		}
	}
}
