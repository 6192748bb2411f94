package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"chipid/agent/catalogue"
	"chipid/cardlib/cms"
	"chipid/cardlib/trust"
)

// trustCommand is `chipid-agent trust`.
var trustCommand = dispatch("trust", map[string]sub{
	"list": listTrust, "inspect": inspectTrust, "add": addTrust, "remove": removeTrust,
})

// openTrust loads what cards are judged against.
func (r *request) openTrust() (store *trust.Store, problems []trust.Problem, code int, ok bool) {
	store, problems, err := trust.Open(r.trustPaths()...)
	if err != nil {
		return nil, nil, r.wrong(catalogue.TrustUnreadable, err.Error()), false
	}
	return store, problems, 0, true
}

// listTrust is `trust list`.
func listTrust(_ context.Context, c console, args []string) int {
	r := c.newRequest("trust")
	if code, done := r.read(args, 0); done {
		return code
	}
	store, problems, code, ok := r.openTrust()
	if !ok {
		return code
	}
	now := time.Now()
	anchors, lists, unusable := showAnchors(store.Anchors(), now), showLists(store.Lists(), now), showProblems(problems)
	if r.json {
		return r.print(map[string]any{
			"folder": r.trustFolder(), "paths": append([]string{}, r.trustPaths()...), "fixed": r.trustFixed(),
			"anchors": anchors, "revocationLists": lists, "problems": unusable,
		})
	}
	if len(anchors) == 0 {
		fmt.Fprintln(r.out, r.word("none"))
	}
	for _, a := range anchors {
		r.writeAnchor(a)
	}
	if len(lists) > 0 {
		fmt.Fprintf(r.out, "\n%s:\n", r.word("revocation"))
	}
	for _, l := range lists {
		r.writeList(l)
	}
	r.writeProblems(unusable)
	return 0
}

// inspected is one object of a file in JSON.
type inspected struct {
	Source      string            `json:"source"`
	Kind        string            `json:"kind"`
	Fingerprint string            `json:"fingerprint"`
	Certificate *shownCertificate `json:"certificate,omitempty"`
	Why         string            `json:"why,omitempty"`
}

// objectKinds are the words for what a file can hold.
var objectKinds = map[trust.ObjectKind]string{
	trust.Unknown: "unknown", trust.Certificate: "certificate", trust.RevocationList: "revocationList",
	trust.MasterList: "masterList", trust.OfCard: "card",
}

// inspectTrust is `trust inspect FILE|FINGERPRINT`.
func inspectTrust(_ context.Context, c console, args []string) int {
	r := c.newRequest("trust")
	if code, done := r.read(args, 1); done {
		return code
	}
	store, _, code, ok := r.openTrust()
	if !ok {
		return code
	}
	data, err := readFile(r.operands[0])
	switch {
	case err == nil:
		return r.inspectFile(store, data)
	case !errors.Is(err, fs.ErrNotExist):
		return r.wrong(catalogue.TrustUnreadable, err.Error())
	}
	found := withFingerprint(store.Anchors(), r.operands[0])
	if len(found) == 0 {
		return r.wrong(catalogue.TrustUnknown, "")
	}
	shown := showAnchors(found, time.Now())
	if r.json {
		return r.print(map[string]any{"anchors": shown})
	}
	for _, a := range shown {
		r.writeAnchor(a)
	}
	return 0
}

// inspectFile shows what a file holds and what `trust add` would make of it.
func (r *request) inspectFile(store *trust.Store, data []byte) int {
	now := time.Now()
	objects, unusable := trust.Objects(r.operands[0], data)
	all := []inspected{}
	for _, o := range objects {
		i := inspected{Source: o.Source, Kind: objectKinds[o.Kind], Fingerprint: fingerprint(o.DER)}
		if o.Kind == trust.Certificate {
			if cert, err := cms.ParseCertificate(o.DER); err != nil {
				i.Why = err.Error()
			} else {
				shown := showCertificate(cert, now)
				i.Certificate = &shown
			}
		}
		all = append(all, i)
	}
	before := len(store.Anchors())
	problems := append(unusable, about(store.AddObjects(objects...), r.operands[0])...)
	gained := showAnchors(store.Anchors()[before:], now)
	if r.json {
		return r.print(map[string]any{"fingerprint": fingerprint(data), "objects": all, "anchors": gained, "problems": showProblems(problems)})
	}
	fmt.Fprintf(r.out, "%s: SHA-256 %s\n", r.word("file"), spaced(fingerprint(data)))
	for _, i := range all {
		fmt.Fprintf(r.out, "%s: %s\n", i.Source, r.word(i.Kind))
		if i.Certificate != nil {
			fmt.Fprintf(r.out, "    %s\n", i.Certificate.Subject)
			r.writeCertificate(*i.Certificate)
		}
	}
	if len(gained) > 0 {
		fmt.Fprintf(r.out, "\n%s:\n", r.word("would"))
	}
	for _, a := range gained {
		r.writeAnchor(a)
	}
	r.writeProblems(showProblems(problems))
	return 0
}

// about keeps the problems of one file.
func about(problems []trust.Problem, source string) []trust.Problem {
	var own []trust.Problem
	for _, p := range problems {
		if p.Source == source || strings.HasPrefix(p.Source, source+"#") {
			own = append(own, p)
		}
	}
	return own
}

// minFingerprint is how many hexadecimal digits of a fingerprint must be given.
const minFingerprint = 8

// isFingerprint reads what people type: digits with spaces or colons between, the
// beginning of a fingerprint at least.
func isFingerprint(s string) (digits string, ok bool) {
	digits = strings.ToLower(strings.NewReplacer(" ", "", ":", "").Replace(strings.TrimPrefix(s, "sha256:")))
	even := digits[:len(digits)&^1]
	_, err := hex.DecodeString(even)
	return digits, err == nil && len(digits) >= minFingerprint && len(digits) <= 64 && (len(even) == len(digits) || strings.Contains("0123456789abcdef", digits[len(even):]))
}

func withFingerprint(all []*trust.Anchor, given string) []*trust.Anchor {
	digits, ok := isFingerprint(given)
	if !ok {
		return nil
	}
	var found []*trust.Anchor
	for _, a := range all {
		if strings.HasPrefix(fingerprint(a.Certificate.Raw), digits) {
			found = append(found, a)
		}
	}
	return found
}

// readFile reads a file of at most the size that the store takes.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, trust.MaxFile+1))
	if err == nil && len(data) > trust.MaxFile {
		return nil, trust.ErrTooMany
	}
	return data, err
}
