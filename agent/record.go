package main

import (
	"errors"
	"flag"
	"os"
	"strings"

	"chipid/agent/catalogue"
	"chipid/cardlib"
	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/readers"
	"chipid/cardlib/record"
)

// recording is what a read is recorded into, and the recording that it is played from.
type recording struct {
	masked, full string
	recorder     *record.Recorder
	replay       *record.Recording
}

// flags adds --record and --record-full.
func (r *recording) flags(set *flag.FlagSet) {
	set.StringVar(&r.masked, "record", "", "")
	set.StringVar(&r.full, "record-full", "", "")
}

// file is where the recording goes, empty for none.
func (r *recording) file() string { return r.masked + r.full }

// check refuses what the flags cannot mean.
func (r *recording) check() (catalogue.Code, string) {
	if r.masked != "" && r.full != "" {
		return catalogue.Usage, "--record | --record-full"
	}
	if r.file() == "" {
		return "", ""
	}
	if _, err := os.Lstat(r.file()); !errors.Is(err, os.ErrNotExist) {
		return catalogue.FileUnwritable, ""
	}
	kind := record.Masked
	if r.full != "" {
		kind = record.Full
	}
	r.recorder = record.New(kind, "chipid-agent "+version)
	return "", ""
}

// isReplay tells whether a reader's name is that of a recording.
func isReplay(reader string) bool { return strings.HasPrefix(reader, record.Prefix) }

// load reads the recording that the reader's name tells, and returns it as a
// source with the keys it is read with.
func (r *recording) load(reader string) (readers.Source, access.Keys, error) {
	rec, err := record.ReadFile(strings.TrimPrefix(reader, record.Prefix))
	if err != nil {
		return nil, access.Keys{}, err
	}
	r.replay = rec
	return record.NewSource(reader, rec), rec.KeysForReplay(), nil
}

// wrap is how the read is recorded or played back, nil for neither.
func (r *recording) wrap(keys access.Keys) func(apdu.Card, cardlib.Plan) (apdu.Card, cardlib.Plan) {
	if r.recorder == nil && r.replay == nil {
		return nil
	}
	return func(card apdu.Card, plan cardlib.Plan) (apdu.Card, cardlib.Plan) {
		if r.replay != nil {
			plan.Random = r.replay.Random()
		}
		if r.recorder != nil {
			card, plan = r.recorder.Attach(card, keys, plan)
		}
		return card, plan
	}
}

// save writes the recording, if there is one to write. Whether it may be is
// decided before the file is there.
func (r *recording) save() error {
	if r.recorder == nil {
		return nil
	}
	defer r.recorder.Close()
	anchors, err := published()
	if err != nil {
		return err
	}
	made, err := r.recorder.Recording(anchors)
	if err != nil {
		return err
	}
	return made.WriteFile(r.file())
}

// recordingFault is the code of an error of save.
func recordingFault(err error) catalogue.Code {
	if errors.Is(err, record.ErrNotSynthetic) {
		return catalogue.RecordRefused
	}
	return catalogue.FileUnwritable
}
