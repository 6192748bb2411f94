package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"chipid/agent/audit"
	"chipid/agent/catalogue"
	"chipid/agent/consent"
	"chipid/agent/durable"
	"chipid/cardlib/trust"
)

// trustFile is a file of the folder of `trust add`, taken apart.
type trustFile struct {
	path    string
	objects []trust.Object
}

// removeTrust is `trust remove FINGERPRINT|FILE`.
func removeTrust(ctx context.Context, c console, args []string) int {
	r := c.newRequest("trust")
	if code, done := r.read(args, 1); done {
		return code
	}
	if r.trustFixed() {
		return r.wrong(catalogue.TrustFixed, "")
	}
	files, err := r.trustFiles()
	if err != nil {
		return r.failFiles(err, r.lang, r.json)
	}
	file, gone := pick(files, r.operands[0])
	switch {
	case len(gone) == 0:
		return r.notRemovable()
	case file.path == "":
		return r.wrong(catalogue.Usage, fmt.Sprintf("%d × %s", len(gone), r.word("certificate")))
	}
	return r.takeAway(ctx, file, gone)
}

// trustFiles reads the folder.
func (r *request) trustFiles() ([]trustFile, error) {
	entries, err := os.ReadDir(r.trustFolder())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var files []trustFile
	for _, e := range entries {
		path := filepath.Join(r.trustFolder(), e.Name())
		if !e.Type().IsRegular() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		data, err := readFile(path)
		if err != nil {
			return nil, err
		}
		objects, _ := trust.Objects(path, data)
		files = append(files, trustFile{path, objects})
	}
	return files, nil
}

// pick finds what is to go: all of the file of that name, or the one certificate
// with the fingerprint. Several are returned without a file.
func pick(files []trustFile, wanted string) (file trustFile, gone []trust.Object) {
	for _, f := range files {
		if filepath.Base(f.path) == filepath.Base(wanted) {
			return f, f.objects
		}
	}
	digits, ok := isFingerprint(wanted)
	if !ok {
		return trustFile{}, nil
	}
	for _, f := range files {
		if filepath.Ext(f.path) != ".pem" { // somebody else put it there: only as a whole
			continue
		}
		for _, o := range f.objects {
			if o.Kind == trust.Certificate && strings.HasPrefix(fingerprint(o.DER), digits) {
				file, gone = f, append(gone, o)
			}
		}
	}
	if len(gone) > 1 {
		file = trustFile{}
	}
	return file, gone
}

// notRemovable says why there is nothing to remove.
func (r *request) notRemovable() int {
	store, _, code, ok := r.openTrust()
	if !ok {
		return code
	}
	found := withFingerprint(store.Anchors(), r.operands[0])
	switch {
	case len(found) == 0:
		return r.wrong(catalogue.TrustUnknown, "")
	case strings.HasPrefix(found[0].Source, r.trustFolder()):
		return r.wrong(catalogue.TrustUnknown, r.word("listed")+": "+found[0].Source)
	}
	return r.wrong(catalogue.TrustUnknown, r.word("elsewhere")+" "+found[0].Source)
}

// takeAway writes the file without what goes, or removes it, after the audit knows.
func (r *request) takeAway(ctx context.Context, file trustFile, gone []trust.Object) int {
	detail := fmt.Sprintf("trust removed: %d of %s", len(gone), filepath.Base(file.path))
	if err := r.audit().Append(audit.Entry{Event: audit.Change, Origin: consent.Local.String(), Detail: detail}); err != nil {
		return r.failFiles(err, r.lang, r.json)
	}
	var left bytes.Buffer
	goes := map[string]bool{}
	for _, o := range gone {
		goes[o.Source] = true
	}
	for _, o := range file.objects {
		if kind := pemKinds[o.Kind]; kind != "" && !goes[o.Source] {
			left.Write(o.Note.PEM(kind, o.DER))
		}
	}
	var err error
	if left.Len() == 0 {
		err = os.Remove(file.path)
	} else {
		err = durable.Write(file.path, left.Bytes())
	}
	if err != nil {
		return r.failFiles(err, r.lang, r.json)
	}
	r.tellOfTrust(ctx)
	prints := []string{}
	for _, o := range gone {
		prints = append(prints, fingerprint(o.DER))
	}
	if r.json {
		return r.print(map[string]any{"file": file.path, "removed": prints})
	}
	for _, p := range prints {
		fmt.Fprintf(r.out, "%s: SHA-256 %s\n", r.word("removed"), spaced(p))
	}
	return 0
}
