package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"chipid/agent/audit"
	"chipid/agent/catalogue"
	"chipid/agent/consent"
	"chipid/agent/doctor"
	"chipid/agent/wss"
)

// wssCommand is `chipid-agent wss`.
var wssCommand = dispatch("wss", map[string]sub{"install": installWSS, "renew": renewWSS, "remove": removeWSS, "status": statusWSS})

// wssDone is the answer of the commands that change something.
type wssDone struct {
	Renewed   *bool        `json:"renewed,omitempty"`
	Authority string       `json:"authority,omitempty"`
	Stores    []wss.Result `json:"stores"`
}

// installWSS is `wss install`.
func installWSS(ctx context.Context, c console, args []string) int {
	r := c.newRequest("wss")
	if code, done := r.read(args, 0); done {
		return code
	}
	k := r.keeper()
	results, err := k.Install(ctx)
	return r.wssDone(ctx, k, wssDone{Stores: results}, "install", err)
}

// renewWSS is `wss renew [--force]`; the installer's daily task runs it.
func renewWSS(ctx context.Context, c console, args []string) int {
	r := c.newRequest("wss")
	force := r.set.Bool("force", false, "")
	if code, done := r.read(args, 0); done {
		return code
	}
	k := r.keeper()
	renewed, results, err := k.Renew(ctx, *force)
	if errors.Is(err, fs.ErrNotExist) {
		renewed, err = false, nil // nothing is set up, so nothing is to be renewed
	}
	done := wssDone{Renewed: &renewed, Stores: results}
	if !renewed && err == nil {
		return r.wssSay(k, done)
	}
	return r.wssDone(ctx, k, done, "renew", err)
}

// removeWSS is `wss remove`.
func removeWSS(ctx context.Context, c console, args []string) int {
	r := c.newRequest("wss")
	if code, done := r.read(args, 0); done {
		return code
	}
	k := r.keeper()
	results, err := k.Remove(ctx)
	return r.wssDone(ctx, k, wssDone{Stores: results}, "remove", err)
}

// wssDone notes a change in the audit, also one that was not finished, tells the
// running agent and says what became of it.
func (r *request) wssDone(ctx context.Context, k *wss.Keeper, done wssDone, what string, err error) int {
	if errors.Is(err, wss.ErrNoStore) { // nothing was changed
		return r.wssWrong(done, catalogue.WSSNoStore, err)
	}
	if set, err := k.Set(); err == nil {
		done.Authority = set.Fingerprint()
	}
	detail := strings.TrimSpace("wss " + what + " " + done.Authority)
	if err != nil {
		detail += ", not finished"
	}
	if err := r.audit().Append(audit.Entry{Event: audit.Change, Origin: consent.Local.String(), Detail: detail}); err != nil {
		return r.failFiles(err, r.lang, r.json)
	}
	r.tellAgent(ctx)
	if err != nil {
		return r.wssWrong(done, catalogue.WSSFailed, err)
	}
	return r.wssSay(k, done)
}

// wssWrong says what was not done, store by store.
func (r *request) wssWrong(done wssDone, code catalogue.Code, err error) int {
	if !r.json {
		r.showStores(done.Stores)
	}
	return r.wrong(code, err.Error())
}

func (r *request) wssSay(k *wss.Keeper, done wssDone) int {
	if set, err := k.Set(); err == nil {
		done.Authority = set.Fingerprint()
	}
	if done.Stores == nil {
		done.Stores = []wss.Result{}
	}
	if r.json {
		return r.print(done)
	}
	r.showStores(done.Stores)
	return 0
}

func (r *request) showStores(results []wss.Result) {
	for _, each := range results {
		mark := "[ ok ]"
		if !each.OK {
			mark = "[ !! ]"
		}
		fmt.Fprintf(r.out, "%s %s %s\n", mark, each.Store, each.Why)
	}
}

// wssStatus is `wss status --json`.
type wssStatus struct {
	Installed bool `json:"installed"`
	*wss.Status
}

// wssEnds says until when the leaf in use is valid, and the last one.
var wssEnds = catalogue.Text{
	Vi: "Chứng thư gốc %s\nChứng thư đang dùng đến %s, các chứng thư kế tiếp đến %s\n",
	En: "Authority %s\nThe certificate in use ends on %s, the last of its successors on %s\n"}

// statusWSS is `wss status`.
func statusWSS(ctx context.Context, c console, args []string) int {
	r := c.newRequest("wss")
	if code, done := r.read(args, 0); done {
		return code
	}
	s, err := r.keeper().Status(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		if r.json {
			return r.print(wssStatus{})
		}
		off, _ := catalogue.FindingOf("certificates", "off")
		fmt.Fprintln(r.out, off.Title.In(r.lang))
		return 0
	}
	if err != nil {
		return r.wrong(catalogue.WSSFailed, err.Error())
	}
	if r.json {
		return r.print(wssStatus{true, &s})
	}
	fmt.Fprintf(r.out, wssEnds.In(r.lang), s.Authority, s.Leaf.Format(time.DateOnly), s.End.Format(time.DateOnly))
	r.showStores(s.Stores)
	return 0
}

// certificateFacts is what doctor wants to know of wss.
func (s settings) certificateFacts(ctx context.Context) (doctor.Certificates, error) {
	k := s.keeper()
	status, err := k.Status(ctx)
	if errors.Is(err, fs.ErrNotExist) && !k.CanInstall() {
		return doctor.Certificates{}, doctor.ErrNoStore
	}
	if err != nil {
		return doctor.Certificates{}, err
	}
	c := doctor.Certificates{End: status.End, Due: status.Due, Valid: status.Valid}
	for _, each := range status.Stores {
		c.Stores = append(c.Stores, each.Store)
		if !each.OK {
			c.Missing = append(c.Missing, each.Store)
		}
	}
	return c, nil
}
