package main

import (
	"context"
	"crypto"
	"encoding/hex"
	"flag"
	"maps"
	"strings"
	"time"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/agent/counter"
	"chipid/agent/pairing"
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
	files                     *fileFlags
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
	set, err := o.files.load(nil)
	if err != nil {
		return c.failFiles(err, o.lang, false)
	}
	identity, err := pairing.OpenIdentity(set.places.State)
	if err != nil {
		return c.failFiles(err, o.lang, false)
	}
	desk := reading.New(reading.Config{Source: source, BuildDate: built()})
	deskCtx, stop := context.WithCancel(context.Background())
	watching := make(chan error, 1)
	go func() { watching <- desk.Run(deskCtx) }()
	challenge := o.request.Challenge()
	outcome, err := desk.Read(ctx, reading.Request{Reader: o.reader, Keys: o.keys, Groups: o.request.Groups, Challenge: &challenge})
	stop()
	<-watching
	if outcome != nil {
		defer outcome.Wipe()
	}
	disclosed := answer.Wanted{}
	for _, g := range o.request.Groups {
		maps.Copy(disclosed, counter.Holds(g))
	}
	if err := noteRead(set.audit(), outcome, readOptions{reader: o.reader, wanted: disclosed}, err); err != nil {
		return c.failFiles(err, o.lang, false)
	}
	if err != nil {
		return c.failure(answer.FailureOf(err), o.lang, false)
	}
	return c.writeEvidence(outcome, o, identity.Signer())
}

func (c console) evidenceFlags(args []string) (o evidenceOptions, code int, done bool) {
	set := newFlags("evidence")
	given := map[string]*string{}
	for _, kind := range []string{answer.KeyID, answer.KeyQR, answer.KeyCAN, answer.KeyMRZ} {
		given[kind] = set.String(kind, "", "")
	}
	stdin := set.Bool("key-stdin", false, "")
	o.files = newFileFlags(set)
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

func (c console) writeEvidence(outcome *reading.Outcome, o evidenceOptions, key crypto.Signer) int {
	read := evidence.Read{SOD: outcome.Document.SOD, Files: outcome.Document.Groups}
	if outcome.Document.ActiveAuth != nil {
		read.Signature = outcome.Document.ActiveAuth.Signature
	}
	bundle, err := evidence.Collect(o.request, true, read, "chipid-agent "+version, time.Now())
	if err != nil {
		return c.fail(catalogue.EvidenceIncomplete, "", o.lang, false)
	}
	if err := bundle.Sign(key); err != nil {
		return c.fail(catalogue.Internal, "", o.lang, false)
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
