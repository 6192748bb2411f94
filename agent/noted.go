package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"chipid/agent/audit"
	"chipid/agent/config"
	"chipid/agent/consent"
	"chipid/agent/durable"
)

// noted is what the audit was told last of that which is decided outside the
// agent: settings, grants of the administrator and of the start, root certificates.
// Who changes a file changes what the agent does; the next agent that sees it
// writes the line.
type noted struct {
	// Settings are those that are not the default: value and source, by key.
	Settings map[string]string `json:"settings"`
	// Grants are by their givers and callers.
	Grants map[string]consent.Grant `json:"grants"`
	// Trust names the root certificates for real readers, empty for none.
	Trust string `json:"trust"`
}

// Bounds of what is noted.
const (
	maxNoted  = 8 << 20 // bytes of the file
	maxDetail = 4 << 10 // bytes of a line's detail
)

// inForce is what there is to note now.
func (a *agent) inForce() noted {
	n := noted{Settings: map[string]string{}, Grants: map[string]consent.Grant{}}
	for _, v := range a.set().Values() {
		if v.Source == config.FromDefault {
			continue
		}
		b, err := json.Marshal(v.Value)
		if err == nil {
			n.Settings[v.Key] = fmt.Sprintf("%s (%s)", b, v.Source)
		}
	}
	for _, o := range a.book.Run().List() {
		g := consent.Grant{Origin: o.String(), Fields: []string{"all"}, Presence: true, By: a.book.Run().By()}
		n.Grants[g.By+" "+g.Origin] = g
	}
	for _, g := range a.admin.List() {
		n.Grants[g.By+" "+g.Caller().String()] = g
	}
	n.Trust = a.anchorsName()
	return n
}

// anchorsName is the number of root certificates for real readers and the hash
// over their hashes.
func (a *agent) anchorsName() string {
	var sums []string
	for _, anchor := range a.stores.Load().real.Anchors() {
		sum := sha256.Sum256(anchor.Certificate.Raw)
		sums = append(sums, hex.EncodeToString(sum[:]))
	}
	if len(sums) == 0 {
		return ""
	}
	slices.Sort(sums)
	sum := sha256.Sum256([]byte(strings.Join(sums, "\n")))
	return fmt.Sprintf("%d, SHA-256 %x", len(sums), sum)
}

// note writes a line for each difference between what is in force and what was
// noted last. What could not be written is tried again at the next change or start.
func (a *agent) note() {
	a.noting.Lock()
	defer a.noting.Unlock()
	path := a.set().places.In("noted.json")
	var before noted
	if b, err := durable.Read(path, maxNoted); err == nil {
		_ = json.Unmarshal(b, &before) // one that cannot be read is as none: everything is said again
	}
	now := a.inForce()
	lines := now.since(before)
	if len(lines) == 0 {
		return
	}
	if err := a.audit.AppendAll(lines...); err != nil {
		a.log.Error("audit", "why", err)
		return
	}
	b, err := json.Marshal(now)
	if err == nil {
		err = durable.Write(path, b)
	}
	if err != nil {
		a.log.Error("what was noted is not kept", "why", err)
	}
}

// since are the lines that lead from what was noted before to n.
func (n noted) since(before noted) []audit.Entry {
	var lines []audit.Entry
	if detail := changes(before.Settings, n.Settings); detail != "" {
		lines = append(lines, audit.Entry{Event: audit.Change, Detail: cut("settings: " + detail)})
	}
	for _, name := range slices.Sorted(maps.Keys(before.Grants)) {
		if _, still := n.Grants[name]; !still {
			g := before.Grants[name]
			lines = append(lines, audit.Entry{Event: audit.Revoked, Origin: g.Caller().String(), By: g.By})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(n.Grants)) {
		if g := n.Grants[name]; !same(g, before.Grants[name]) {
			lines = append(lines, grantedLine(g))
		}
	}
	if n.Trust != before.Trust {
		lines = append(lines, audit.Entry{Event: audit.Change, Detail: "root certificates in force: " + orNone(n.Trust)})
	}
	return lines
}

// changes writes what differs, by key; what is gone is the default again.
func changes(before, now map[string]string) string {
	var all []string
	for key, value := range now {
		if before[key] != value {
			all = append(all, key+"="+value)
		}
	}
	for key := range before {
		if _, still := now[key]; !still {
			all = append(all, key+" (default)")
		}
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// same tells whether two grants are one: compared as they are written.
func same(a, b consent.Grant) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

func cut(text string) string {
	if len(text) <= maxDetail {
		return text
	}
	return strings.ToValidUTF8(text[:maxDetail], "") + "…"
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}
