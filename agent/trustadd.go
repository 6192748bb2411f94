package main

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"chipid/agent/audit"
	"chipid/agent/catalogue"
	"chipid/agent/consent"
	"chipid/agent/control"
	"chipid/agent/durable"
	"chipid/cardlib/trust"
)

// addition is one `trust add`.
type addition struct {
	*request
	note        trust.Note
	fingerprint string
	synthetic   bool

	data    []byte
	objects []trust.Object
	// anchors, lists and problems are what the store makes of the objects.
	anchors  []*trust.Anchor
	lists    []trust.List
	problems []trust.Problem
}

// addTrust is `trust add FILE`.
func addTrust(ctx context.Context, c console, args []string) int {
	a := &addition{request: c.newRequest("trust")}
	use := a.set.String("use", "", "")
	types := a.set.String("types", "", "")
	origin := a.set.String("origin", "", "")
	a.set.StringVar(&a.fingerprint, "fingerprint", "", "")
	a.set.BoolVar(&a.synthetic, "synthetic", false, "")
	if code, done := a.read(args, 1); done {
		return code
	}
	a.note = trust.Note{Origin: *origin, Added: time.Now().UTC().Truncate(time.Second), Use: trust.Use(*use)}
	for code := range strings.SplitSeq(*types, ",") {
		if code = strings.TrimSpace(code); code != "" {
			a.note.Types = append(a.note.Types, code)
		}
	}
	if err := a.note.Check(); err != nil {
		return a.wrong(catalogue.Usage, err.Error())
	}
	if a.trustFixed() {
		return a.wrong(catalogue.TrustFixed, "")
	}
	if code, ok := a.judge(); !ok {
		return code
	}
	return a.keep(ctx)
}

// judge finds out what the file would add. What was noted in the file is not
// taken over: its sender does not say how far he is trusted here.
func (a *addition) judge() (code int, ok bool) {
	path := a.operands[0]
	var err error
	if a.data, err = readFile(path); err != nil {
		return a.wrong(catalogue.TrustUnreadable, err.Error()), false
	}
	store, _, code, ok := a.openTrust()
	if !ok {
		return code, false
	}
	a.objects, a.problems = trust.Objects(path, a.data)
	for i := range a.objects {
		a.objects[i].Note = a.note
	}
	anchors := len(store.Anchors())
	known := map[string]bool{}
	for _, l := range store.Lists() {
		known[string(l.CRL.Raw)] = true
	}
	a.problems = append(a.problems, about(store.AddObjects(a.objects...), path)...)
	a.anchors = store.Anchors()[anchors:]
	for _, l := range store.Lists() {
		switch {
		case known[string(l.CRL.Raw)]:
		case l.Signer == nil:
			a.problems = append(a.problems, trust.Problem{Source: l.Source, Err: l.Err})
		default:
			a.lists = append(a.lists, l)
		}
	}
	return a.allowed()
}

// allowed asks what must be asked before anything is trusted.
func (a *addition) allowed() (code int, ok bool) {
	if len(a.anchors)+len(a.lists) == 0 {
		reasons := []string{}
		for _, p := range a.problems[:min(len(a.problems), 5)] {
			reasons = append(reasons, p.Error())
		}
		if len(reasons) == 0 {
			reasons = append(reasons, a.word("there"))
		}
		return a.wrong(catalogue.TrustNothing, consent.Printable(strings.Join(reasons, "; "))), false
	}
	var unvouched []*trust.Anchor
	for _, anchor := range a.anchors {
		if anchor.Synthetic && !a.synthetic {
			return a.wrong(catalogue.TrustSynthetic, anchor.Certificate.Subject.String()), false
		}
		if anchor.Voucher == nil {
			unvouched = append(unvouched, anchor)
		}
	}
	if len(unvouched) > 0 && !a.confirmed(unvouched) {
		return a.wrong(catalogue.TrustFingerprint, a.toCompare(unvouched)), false
	}
	return 0, true
}

// confirmed tells whether the fingerprint given is that of the one certificate that
// nobody vouches for, or of the whole file.
func (a *addition) confirmed(unvouched []*trust.Anchor) bool {
	digits, ok := isFingerprint(a.fingerprint)
	if !ok || len(digits) != 64 {
		return false
	}
	return digits == fingerprint(a.data) || len(unvouched) == 1 && digits == fingerprint(unvouched[0].Certificate.Raw)
}

// toCompare names what is to be confirmed.
func (a *addition) toCompare(unvouched []*trust.Anchor) string {
	if len(unvouched) == 1 {
		return fmt.Sprintf("%s: SHA-256 %s", unvouched[0].Certificate.Subject, fingerprint(unvouched[0].Certificate.Raw))
	}
	return fmt.Sprintf("%d × %s; %s: SHA-256 %s", len(unvouched), a.word("certificate"), a.word("file"), fingerprint(a.data))
}

// keep writes what is gained into one file of the folder, after the audit knows.
func (a *addition) keep(ctx context.Context) int {
	content := a.content()
	name := fmt.Sprintf("%s-%s.pem", slug(filepath.Base(a.operands[0])), fingerprint(content)[:16])
	detail := fmt.Sprintf("trust added: %s, %d anchors, %d revocation lists", name, len(a.anchors), len(a.lists))
	if err := a.audit().Append(audit.Entry{Event: audit.Change, Origin: consent.Local.String(), Detail: detail}); err != nil {
		return a.failFiles(err, a.lang, a.json)
	}
	if err := durable.Dir(a.trustFolder()); err != nil {
		return a.failFiles(err, a.lang, a.json)
	}
	path := filepath.Join(a.trustFolder(), name)
	if err := durable.Write(path, content); err != nil {
		return a.failFiles(err, a.lang, a.json)
	}
	a.tellOfTrust(ctx)
	now := time.Now()
	anchors, lists, problems := showAnchors(a.anchors, now), showLists(a.lists, now), showProblems(a.problems)
	if a.json {
		return a.print(map[string]any{"file": path, "anchors": anchors, "revocationLists": lists, "problems": problems})
	}
	fmt.Fprintf(a.out, "%s: %s\n", a.word("added"), path)
	for _, anchor := range anchors {
		a.writeAnchor(anchor)
	}
	for _, l := range lists {
		a.writeList(l)
	}
	a.writeProblems(problems)
	return 0
}

// content is the file to write: the objects that something was gained from, each
// with the operator's note.
func (a *addition) content() []byte {
	var b bytes.Buffer
	for _, o := range a.objects {
		if kind := pemKinds[o.Kind]; kind != "" && a.gained(o) {
			b.Write(o.Note.PEM(kind, o.DER))
		}
	}
	return b.Bytes()
}

// pemKinds are the labels of RFC 7468.
var pemKinds = map[trust.ObjectKind]string{
	trust.Certificate: "CERTIFICATE", trust.RevocationList: "X509 CRL", trust.MasterList: "CMS",
}

// gained tells whether the object became an anchor, brought one, or is a list that counts.
func (a *addition) gained(o trust.Object) bool {
	for _, anchor := range a.anchors {
		if anchor.Source == o.Source || o.Kind == trust.MasterList && strings.HasPrefix(anchor.Source, o.Source+"#") {
			return true
		}
	}
	for _, l := range a.lists {
		if l.Source == o.Source {
			return true
		}
	}
	return false
}

// slug keeps of a file's name what can stand in any file's name.
func slug(name string) string {
	name = strings.TrimSuffix(name, filepath.Ext(name))
	clean := strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-':
			return c
		case c >= 'A' && c <= 'Z':
			return c - 'A' + 'a'
		}
		return '-'
	}, name)
	return strings.Trim(clean[:min(len(clean), 40)], "-")
}

// tellOfTrust tells the running agent, if there is one.
func (r *request) tellOfTrust(ctx context.Context) {
	_, _ = r.call(ctx, control.Request{Op: control.OpTrust})
}
