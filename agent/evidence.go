package main

import (
	"context"
	"encoding/hex"
	"flag"
	"os"
	"strings"
	"time"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/agent/reading"
	"chipid/cardlib/access"
	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
)

// requestFlags are the flags of a back end's request.
type requestFlags struct {
	nonce, origin, purpose, groups *string
}

func newRequestFlags(set *flag.FlagSet) requestFlags {
	return requestFlags{
		nonce: set.String("nonce", "", ""), origin: set.String("origin", "", ""),
		purpose: set.String("purpose", "", ""), groups: set.String("groups", "", ""),
	}
}

// request makes the request of the flags, or says what is wrong with them.
func (f requestFlags) request() (evidence.Request, string) {
	nonce, err := hex.DecodeString(*f.nonce)
	if err != nil {
		return evidence.Request{}, "--nonce: hex"
	}
	r := evidence.Request{Nonce: nonce, Origin: *f.origin, Purpose: *f.purpose}
	for name := range strings.SplitSeq(*f.groups, ",") {
		if name == "" {
			continue
		}
		g, ok := lds.ByName(name)
		if !ok {
			return r, "--groups: " + name
		}
		r.Groups = append(r.Groups, g)
	}
	if err := r.Check(); err != nil {
		return r, err.Error()
	}
	return r, ""
}

// evidenceOptions are the flags of `chipid-agent evidence`.
type evidenceOptions struct {
	reader, out, format, lang string
	request                   evidence.Request
	keys                      access.Keys
}

// makeEvidence is `chipid-agent evidence`: a command for trials. The origin is
// what its user claims, and the bundle says so.
func makeEvidence(ctx context.Context, c console, args []string) int {
	o, code, done := c.evidenceFlags(args)
	if done {
		return code
	}
	source, err := sourceFor(o.reader)
	if err != nil {
		return c.fail(catalogue.ReaderNotFound, "", o.lang, false)
	}
	desk := reading.New(reading.Config{Source: source, BuildDate: built()})
	deskCtx, stop := context.WithCancel(context.Background())
	watching := make(chan error, 1)
	go func() { watching <- desk.Run(deskCtx) }()
	challenge := o.request.Challenge()
	outcome, err := desk.Read(ctx, reading.Request{Reader: o.reader, Keys: o.keys, Groups: o.request.Groups, Challenge: &challenge})
	stop()
	<-watching
	if err != nil {
		return c.failure(answer.FailureOf(err), o.lang, false)
	}
	defer outcome.Wipe()
	return c.writeEvidence(outcome, o)
}

func (c console) evidenceFlags(args []string) (o evidenceOptions, code int, done bool) {
	set := newFlags("evidence")
	given := map[string]*string{}
	for _, kind := range []string{answer.KeyID, answer.KeyQR, answer.KeyCAN, answer.KeyMRZ} {
		given[kind] = set.String(kind, "", "")
	}
	stdin := set.Bool("key-stdin", false, "")
	request := newRequestFlags(set)
	set.StringVar(&o.reader, "reader", "", "")
	set.StringVar(&o.out, "out", "", "")
	set.StringVar(&o.format, "format", "cbor", "")
	set.StringVar(&o.lang, "lang", "vi", "")
	if code, done := c.parse(set, args, &o.lang); done {
		return o, code, true
	}
	r, wrong := request.request()
	switch {
	case wrong != "":
	case o.out == "":
		wrong = "--out"
	case o.format != "cbor" && o.format != "json":
		wrong = "--format: cbor | json"
	}
	if wrong != "" {
		return o, c.fail(catalogue.Usage, wrong, o.lang, false), true
	}
	o.request = r
	keys, bad, detail := c.givenKey(given, *stdin)
	if bad != "" {
		return o, c.fail(bad, detail, o.lang, false), true
	}
	o.keys = keys
	return o, 0, false
}

func (c console) writeEvidence(outcome *reading.Outcome, o evidenceOptions) int {
	read := evidence.Read{SOD: outcome.Document.SOD, Files: outcome.Document.Groups}
	if outcome.Document.ActiveAuth != nil {
		read.Signature = outcome.Document.ActiveAuth.Signature
	}
	bundle, err := evidence.Collect(o.request, true, read, "chipid-agent "+version, time.Now())
	if err != nil {
		return c.fail(catalogue.EvidenceIncomplete, "", o.lang, false)
	}
	encode := bundle.CBOR
	if o.format == "json" {
		encode = bundle.JSON
	}
	data, err := encode()
	if err != nil {
		return c.fail(catalogue.Internal, "", o.lang, false)
	}
	if err := writeNew(o.out, data); err != nil {
		return c.fail(catalogue.FileUnwritable, "", o.lang, false)
	}
	return catalogue.ExitGenuine
}

// verifyOptions are the flags of `chipid-agent verify`.
type verifyOptions struct {
	file, lang   string
	trust        list
	json, manual bool
	at           time.Time
	request      evidence.Request
}

// verifyEvidence is `chipid-agent verify`: what a back end does, at a terminal.
func verifyEvidence(_ context.Context, c console, args []string) int {
	o, code, done := c.verifyFlags(args)
	if done {
		return code
	}
	data, err := os.ReadFile(o.file)
	if err != nil {
		return c.fail(catalogue.Usage, "cannot read the file", o.lang, o.json)
	}
	bundle, err := evidence.Parse(data)
	if err != nil {
		return c.fail(catalogue.EvidenceMalformed, "", o.lang, o.json)
	}
	store, _, _, err := trustStores(o.trust, false)
	if err != nil {
		return c.fail(catalogue.TrustUnreadable, err.Error(), o.lang, o.json)
	}
	result := evidence.Verify(bundle, evidence.Expected{
		Request: o.request, Nonce: evidence.NonceOpen, AcceptManualOrigin: o.manual, Store: store, Now: o.at, BuildDate: built(),
	})
	report := answer.NewReport(result.Report)
	if o.json {
		if err := printJSON(c.out, map[string]any{"accepted": result.Accepted(), "report": report}); err != nil {
			return catalogue.ExitTrouble
		}
	} else {
		c.showReport(report, o.lang)
	}
	if !result.Accepted() {
		return catalogue.ExitFailed
	}
	return catalogue.ExitGenuine
}

func (c console) verifyFlags(args []string) (o verifyOptions, code int, done bool) {
	set := newFlags("verify")
	request := newRequestFlags(set)
	at := set.String("at", "", "")
	set.Var(&o.trust, "trust", "")
	set.BoolVar(&o.json, "json", false, "")
	set.BoolVar(&o.manual, "accept-manual-origin", false, "")
	set.StringVar(&o.lang, "lang", "vi", "")
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		o.file, args = args[0], args[1:]
	}
	if code, done := c.parse(set, args, &o.lang); done {
		return o, code, true
	}
	r, wrong := request.request()
	o.request, o.at = r, time.Now()
	if *at != "" {
		t, err := time.Parse(time.RFC3339, *at)
		if err != nil {
			wrong = "--at: RFC 3339"
		}
		o.at = t
	}
	if o.file == "" {
		wrong = "verify FILE"
	}
	if wrong != "" {
		return o, c.fail(catalogue.Usage, wrong, o.lang, o.json), true
	}
	return o, 0, false
}
