package main

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"flag"
	"maps"
	"strings"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/agent/child"
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
	desk := reading.New(reading.Config{Source: source, Children: child.Goroutine{Surroundings: child.Surroundings{BuildDate: built(), Keys: o.keys}}})
	deskCtx, stop := context.WithCancel(context.Background())
	watching := make(chan error, 1)
	go func() { watching <- desk.Run(deskCtx) }()
	key := identity.Signer()
	public, _ := key.Public().(ed25519.PublicKey)
	wanted := &child.Evidence{Request: o.request, Manual: true, JSON: o.format == "json", Software: "chipid-agent " + version, Key: public}
	outcome, err := desk.Read(ctx, reading.Request{Reader: o.reader, Order: child.Order{Evidence: wanted}, Key: child.Key{Kind: child.KindGiven},
		Sign: func(message []byte) ([]byte, error) { return key.Sign(rand.Reader, message, crypto.Hash(0)) }})
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
	return c.writeEvidence(outcome, o)
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

func (c console) writeEvidence(outcome *reading.Outcome, o evidenceOptions) int {
	var said struct {
		Evidence *struct{ Bundle json.RawMessage }
	}
	if err := json.Unmarshal(outcome.Answer, &said); err != nil {
		return c.fail(catalogue.Internal, "", o.lang, false)
	}
	if said.Evidence == nil {
		return c.fail(catalogue.EvidenceIncomplete, "", o.lang, false)
	}
	data := []byte(said.Evidence.Bundle)
	if o.format == "cbor" {
		if err := json.Unmarshal(said.Evidence.Bundle, &data); err != nil {
			return c.fail(catalogue.Internal, "", o.lang, false)
		}
	}
	if err := writeNew(o.out, data); err != nil {
		return c.fail(catalogue.FileUnwritable, "", o.lang, false)
	}
	return catalogue.ExitGenuine
}
