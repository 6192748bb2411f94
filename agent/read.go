package main

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"chipid/agent/answer"
	"chipid/agent/audit"
	"chipid/agent/catalogue"
	"chipid/agent/child"
	"chipid/agent/consent"
	"chipid/agent/counter"
	"chipid/agent/reading"
	"chipid/cardlib/access"
	"chipid/cardlib/readers"
	"chipid/cardlib/trust"
)

// readOptions are the flags of `chipid-agent read`.
type readOptions struct {
	reader   string
	trust    list
	json     bool
	wanted   answer.Wanted
	portrait string
	wait     time.Duration
	lang     string
	keys     access.Keys
	files    *fileFlags
	rec      recording
	mock     bool
	mocks    mockFlags
}

// read is `chipid-agent read`.
func read(ctx context.Context, c console, args []string) int {
	o, code, done := c.readFlags(args)
	if done {
		return code
	}
	source, wrong := o.source()
	if wrong != "" {
		return c.fail(wrong, "", o.lang, o.json)
	}
	set, err := o.files.load(trustFlags(o.trust))
	if err != nil {
		return c.failFiles(err, o.lang, o.json)
	}
	store, _, problems, err := trustStores(set.trustPaths(), false)
	if err != nil {
		return c.fail(catalogue.TrustUnreadable, err.Error(), o.lang, o.json)
	}
	log := newLog(c, false)
	for _, p := range problems {
		log.Warn("trust: not used", "file", p.Source, "why", p.Err)
	}
	// This process ends with the read: it needs no child beside itself.
	within := child.Goroutine{Surroundings: child.Surroundings{Trust: func(child.Trust, string) *trust.Store { return store }, Portraits: portraits(log), BuildDate: built(),
		Keys: o.keys, Wrap: o.rec.wrap(o.keys)}}
	desk := reading.New(reading.Config{Source: source, Children: within, Flicker: flickerOf(o.reader), Log: log})
	deskCtx, stop := context.WithCancel(context.Background())
	watching := make(chan error, 1)
	go func() { watching <- desk.Run(deskCtx) }()
	outcome, err := readCard(ctx, desk, o, c.newMeter(o))
	stop()
	<-watching
	if outcome != nil {
		defer outcome.Wipe()
	}
	if err := o.rec.save(); err != nil {
		return c.fail(recordingFault(err), "", o.lang, o.json)
	}
	if err := noteRead(set.audit(), outcome, o, err); err != nil {
		return c.failFiles(err, o.lang, o.json)
	}
	if err != nil {
		return c.failure(answer.FailureOf(err), o.lang, o.json)
	}
	return c.tell(outcome, o)
}

// noteRead puts the line of a read at the command line into the audit, before
// anything of it is shown.
func noteRead(log *audit.Log, outcome *reading.Outcome, o readOptions, failed error) error {
	if failed != nil {
		return log.Append(audit.Entry{Event: audit.Denied, Origin: consent.Local.String(), Reader: o.reader, Code: string(answer.FailureOf(failed).Code)})
	}
	e := counter.ReadEntry(outcome, o.wanted)
	e.Origin = consent.Local.String()
	if err := log.Pseudonym(&e, outcome.Number); err != nil {
		return err
	}
	return log.Append(e)
}

// flickerOf is how long a card may be out of the reader: a mock card that nobody
// holds is not put back.
func flickerOf(reader string) time.Duration {
	if isMock(reader) || isReplay(reader) {
		return time.Millisecond
	}
	return 0
}

// source is where the reader is; a recording brings the keys with it.
func (o *readOptions) source() (source readers.Source, wrong catalogue.Code) {
	var err error
	if isTCP(o.reader) {
		if source, err = o.mocks.over(o.reader); err != nil {
			return nil, catalogue.Usage
		}
		return source, ""
	}
	if !isReplay(o.reader) {
		if source, err = sourceFor(o.reader); err != nil {
			return nil, catalogue.ReaderNotFound
		}
		return source, ""
	}
	if source, o.keys, err = o.rec.load(o.reader); err != nil {
		return nil, catalogue.RecordInvalid
	}
	return source, ""
}

// readFlags reads and judges the flags, keys included: nothing that is wrong in
// them reaches a card.
func (c console) readFlags(args []string) (o readOptions, code int, done bool) {
	set := newFlags("read")
	given := map[string]*string{}
	for _, kind := range []string{answer.KeyID, answer.KeyQR, answer.KeyCAN, answer.KeyMRZ} {
		given[kind] = set.String(kind, "", "")
	}
	stdin := set.Bool("key-stdin", false, "")
	fields := set.String("fields", "", "")
	set.StringVar(&o.reader, "reader", "", "")
	set.Var(&o.trust, "trust", "")
	set.BoolVar(&o.json, "json", false, "")
	set.StringVar(&o.portrait, "portrait", "", "")
	set.DurationVar(&o.wait, "wait", 0, "")
	set.StringVar(&o.lang, "lang", "vi", "")
	o.files = newFileFlags(set)
	o.rec.flags(set)
	set.BoolVar(&o.mock, "mock", false, "")
	set.BoolVar(&o.mocks.remote, "mock-remote", false, "")
	if code, done := c.parse(set, args, &o.lang); done {
		return o, code, true
	}
	var wrong catalogue.Code
	var detail string
	if o.wanted, wrong, detail = wantedFields(*fields, o.portrait != ""); wrong == "" && !isReplay(o.reader) {
		o.keys, wrong, detail = c.givenKey(given, *stdin)
	}
	if wrong == "" {
		wrong, detail = o.rec.check()
	}
	if wrong == "" && isTCP(o.reader) {
		wrong, detail = o.checkTCP()
	}
	if wrong == "" && o.portrait != "" {
		if _, err := os.Lstat(o.portrait); !errors.Is(err, os.ErrNotExist) {
			wrong = catalogue.FileUnwritable
		}
	}
	if wrong != "" {
		return o, c.fail(wrong, detail, o.lang, o.json), true
	}
	return o, 0, false
}

// checkTCP judges a reader over TCP and gives it its full name.
func (o *readOptions) checkTCP() (catalogue.Code, string) {
	if !o.mock {
		return catalogue.Usage, errNotMock.Error()
	}
	source, err := o.mocks.over(o.reader)
	if err != nil {
		return catalogue.Usage, err.Error()
	}
	o.reader = source.Name()
	return "", ""
}

// wantedFields are those named, or all; a file for the portrait asks for it too.
func wantedFields(names string, portrait bool) (answer.Wanted, catalogue.Code, string) {
	if names == "" {
		return answer.WantAll(), "", ""
	}
	list := strings.Split(names, ",")
	if portrait {
		list = append(list, "portrait")
	}
	wanted, err := answer.Want(list...)
	if err != nil {
		return nil, catalogue.FieldUnknown, err.Error()
	}
	return wanted, "", ""
}

// readCard reads, waiting for a card as long as the options allow.
func readCard(ctx context.Context, desk *reading.Desk, o readOptions, m *meter) (*reading.Outcome, error) {
	deadline := time.NewTimer(o.wait)
	defer deadline.Stop()
	for {
		_, changed := desk.State()
		outcome, err := desk.Read(ctx, reading.Request{Reader: o.reader, Key: child.Key{Kind: child.KindGiven}, Order: child.Order{Portrait: o.wanted.Portrait()}, Said: o.said, Progress: m.step})
		m.end()
		var e *reading.Error
		if err == nil || !errors.As(err, &e) || !worthWaiting(e.Code) || o.wait == 0 {
			return outcome, err
		}
		select {
		case <-changed:
		case <-deadline.C:
			return nil, err
		case <-ctx.Done():
			return nil, &reading.Error{Code: catalogue.Cancelled, Err: ctx.Err()}
		}
	}
}

// said are the fields that the person asked for.
func (o readOptions) said() (child.Said, error) {
	return child.Said{Fields: slices.Sorted(maps.Keys(o.wanted))}, nil
}

// worthWaiting tells whether a card or reader that comes later would help.
func worthWaiting(code catalogue.Code) bool {
	switch code {
	case catalogue.NoCard, catalogue.NoReader, catalogue.ReaderNotFound, catalogue.PCSCUnavailable, catalogue.CardUnknown, catalogue.CardMute:
		return true
	}
	return false
}

// tell says what was read and returns the exit code of its report.
func (c console) tell(outcome *reading.Outcome, o readOptions) int {
	var a answer.Whole
	if err := json.Unmarshal(outcome.Answer, &a); err != nil {
		return c.fail(catalogue.Internal, "", o.lang, o.json)
	}
	photo := photoOf(outcome.Answer)
	if o.portrait != "" && photo != nil {
		if err := writeNew(o.portrait, photo.Data); err != nil {
			return c.fail(catalogue.FileUnwritable, "", o.lang, o.json)
		}
	}
	if o.json {
		if err := printJSON(c.out, json.RawMessage(outcome.Answer)); err != nil {
			return catalogue.ExitTrouble
		}
	} else {
		c.show(a.Answer, photo, o)
	}
	return answer.Exit(outcome.Report)
}

// photoOf is the photo in an answer, nil for none.
func photoOf(said []byte) *answer.Portrait {
	var part struct {
		Citizen struct{ Portrait *answer.Portrait }
	}
	if json.Unmarshal(said, &part) != nil {
		return nil
	}
	return part.Citizen.Portrait
}

// writeNew writes a file that only its owner can read, and that was not there.
func writeNew(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}
