package main

import (
	"context"
	"errors"

	"chipid/agent/answer"
	"chipid/agent/audit"
	"chipid/agent/catalogue"
	"chipid/agent/consent"
	"chipid/agent/reading"
	"chipid/cardlib"
	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/probe"
	"chipid/cardlib/readers"
)

// probeOptions are the flags of `chipid-agent probe`.
type probeOptions struct {
	reader string
	trust  list
	json   bool
	keys   access.Keys
	files  *fileFlags
}

// runProbe is `chipid-agent probe`: how a chip is built, without a byte of whom
// it is about. Its text is in both languages, as it may be sent on.
func runProbe(ctx context.Context, c console, args []string) int {
	o, code, done := c.probeFlags(args)
	if done {
		return code
	}
	source, err := sourceFor(o.reader)
	if err != nil {
		return c.fail(catalogue.ReaderNotFound, "", "vi", o.json)
	}
	set, err := o.files.load(trustFlags(o.trust))
	if err != nil {
		return c.failFiles(err, "vi", o.json)
	}
	store, _, _, err := trustStores(set.trustPaths(), false)
	if err != nil {
		return c.fail(catalogue.TrustUnreadable, err.Error(), "vi", o.json)
	}
	conn, name, err := cardToProbe(ctx, source, o.reader)
	if err != nil {
		return c.failure(answer.FailureOf(err), "vi", o.json)
	}
	defer conn.Close()
	report, err := probe.Run(ctx, conn, o.keys, probe.Options{
		Program: "chipid-agent " + version, Reader: name, Plan: cardlib.Plan{Trust: store, BuildDate: built()},
	})
	if err := noteProbe(set.audit(), name, err); err != nil {
		return c.failFiles(err, "vi", o.json)
	}
	if o.json {
		if err := printJSON(c.out, report); err != nil {
			return catalogue.ExitTrouble
		}
	} else {
		c.showProbe(report)
	}
	if err != nil {
		return catalogue.Of(answer.FailureOf(err).Code).Exit
	}
	return 0
}

// noteProbe puts a look at a chip into the audit before anything of it is shown: the
// chip was opened and its groups read, and no field of theirs goes out.
func noteProbe(log *audit.Log, reader string, failed error) error {
	e := audit.Entry{Event: audit.Read, Origin: consent.Local.String(), Reader: reader, Detail: "probe: how the chip is built, no field"}
	if failed != nil {
		e.Event, e.Code = audit.Denied, string(cardlib.CodeOf(failed))
	}
	return log.Append(e)
}

func (c console) probeFlags(args []string) (o probeOptions, code int, done bool) {
	set := newFlags("probe")
	given := map[string]*string{}
	for _, kind := range []string{answer.KeyID, answer.KeyQR, answer.KeyCAN, answer.KeyMRZ} {
		given[kind] = set.String(kind, "", "")
	}
	stdin := set.Bool("key-stdin", false, "")
	set.StringVar(&o.reader, "reader", "", "")
	set.Var(&o.trust, "trust", "")
	o.files = newFileFlags(set)
	set.BoolVar(&o.json, "json", false, "")
	if code, done := c.parse(set, args, nil); done {
		return o, code, true
	}
	keys, wrong, detail := c.givenKey(given, *stdin)
	if wrong != "" {
		return o, c.fail(wrong, detail, "vi", o.json), true
	}
	o.keys = keys
	return o, 0, false
}

// cardToProbe connects to the named reader, or to the only one with a card in it
// that is a citizen's. Other cards are left alone after the question what they are.
func cardToProbe(ctx context.Context, source readers.Source, reader string) (readers.Conn, string, error) {
	names := []string{reader}
	if reader == "" {
		state := source.List(ctx)
		if state.Err != nil {
			return nil, "", state.Err
		}
		if names = nil; len(state.Readers) == 0 {
			return nil, "", &reading.Error{Code: catalogue.NoReader}
		}
		for _, r := range state.Readers {
			if r.Card && !r.Stuck && !r.Mute {
				names = append(names, r.Name)
			}
		}
	}
	var found readers.Conn
	var where string
	last := error(&reading.Error{Code: catalogue.NoCard})
	for _, name := range names {
		conn, err := connectCitizen(ctx, source, name)
		switch {
		case err != nil:
			last = err
		case found != nil:
			return nil, "", errors.Join(&reading.Error{Code: catalogue.ReaderAmbiguous}, conn.Close(), found.Close())
		default:
			found, where = conn, name
		}
	}
	if found == nil {
		return nil, "", last
	}
	return found, where, nil
}

// connectCitizen connects to a reader if the card in it is a citizen's.
func connectCitizen(ctx context.Context, source readers.Source, name string) (readers.Conn, error) {
	conn, err := source.Connect(ctx, name)
	if err != nil {
		return nil, err
	}
	citizen, err := cardlib.IsCitizenCard(ctx, conn)
	if errors.Is(err, apdu.ErrReset) { // by another program that looks at every card
		citizen, err = cardlib.IsCitizenCard(ctx, conn)
	}
	if err == nil && !citizen {
		err = &reading.Error{Code: catalogue.CardUnknown}
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}
