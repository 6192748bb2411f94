package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"chipid/agent/audit"
	"chipid/agent/catalogue"
	"chipid/agent/consent"
)

// auditCommand is `chipid-agent audit`.
var auditCommand = dispatch("audit", map[string]sub{"verify": verifyAudit, "show": showAudit, "export": exportAudit})

// verifyAudit is `audit verify`. A torn tail is said and is no error.
func verifyAudit(_ context.Context, c console, args []string) int {
	r := c.newRequest("audit")
	if code, done := r.read(args, 0); done {
		return code
	}
	v, err := r.audit().Verify()
	if err != nil {
		return r.failFiles(err, r.lang, r.json)
	}
	if r.json {
		if code := r.print(v); code != 0 || v.OK {
			return code
		}
		return catalogue.ExitTrouble
	}
	if !v.OK {
		return r.wrong(catalogue.AuditBroken, fmt.Sprintf("line %d of %d", *v.FirstBad, v.Entries))
	}
	fmt.Fprintf(r.out, auditWords["holds"].In(r.lang)+"\n", v.Entries)
	if v.TornTail {
		fmt.Fprintln(r.out, auditWords["torn"].In(r.lang))
	}
	return 0
}

var auditWords = map[string]catalogue.Text{
	"holds": {Vi: "Nhật ký nguyên vẹn: %d dòng.", En: "The log is whole: %d lines."},
	"torn":  {Vi: "Cuối tệp có một dòng dở dang do máy tắt đột ngột; dòng đó chưa được ghi nhận.", En: "A crash left a piece of a line at the end; it was never acknowledged."},
}

// showAudit is `audit show`: one line for each record, oldest first.
func showAudit(_ context.Context, c console, args []string) int {
	r := c.newRequest("audit")
	if code, done := r.read(args, 0); done {
		return code
	}
	v, err := r.audit().Show(func(line []byte) error {
		if r.json {
			return printLine(r.out, line)
		}
		var record audit.Record
		if err := json.Unmarshal(line, &record); err != nil {
			return err
		}
		_, err := fmt.Fprintln(r.out, recordLine(record))
		return err
	})
	if err != nil {
		return r.failFiles(err, r.lang, false)
	}
	if !v.OK {
		return r.fail(catalogue.AuditBroken, fmt.Sprintf("line %d of %d", *v.FirstBad, v.Entries), r.lang, false)
	}
	return 0
}

// recordLine writes a record for people. A page chooses some of the words, the name of
// a reader that there is not among them.
func recordLine(r audit.Record) string {
	parts := []string{r.Time, r.User, string(r.Event)}
	for _, part := range []string{r.Origin, r.Reader, r.Outcome, r.Code, r.For, strings.Join(r.Fields, ","), r.Purpose, r.Operator, r.Case, r.Pseudonym, r.Detail} {
		if part = consent.Printable(part); part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "  ")
}

// exportAudit is `audit export --out FILE`: all lines as they stand, without the
// keys.
func exportAudit(_ context.Context, c console, args []string) int {
	r := c.newRequest("audit")
	out := r.set.String("out", "", "")
	if code, done := r.read(args, 0); done {
		return code
	}
	if *out == "" {
		return r.wrong(catalogue.Usage, "--out")
	}
	f, err := os.OpenFile(*out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return r.wrong(catalogue.FileUnwritable, "")
	}
	v, err := r.audit().Show(func(line []byte) error {
		_, err := f.Write(append(line, '\n'))
		return err
	})
	if err = errors.Join(err, f.Close()); err != nil {
		return r.wrong(catalogue.FileUnwritable, "")
	}
	if !v.OK {
		return r.wrong(catalogue.AuditBroken, fmt.Sprintf("line %d of %d", *v.FirstBad, v.Entries))
	}
	if r.json {
		return r.print(v)
	}
	return 0
}
