package record

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/mrz"
)

// Version is the version of the file's form; it grows when a field changes its meaning.
const Version = 1

// Limits on a file that is read, in bytes. A line holds a command and an answer,
// each of 64 kB at most, in hex.
const (
	MaxFile = 32 << 20
	maxLine = 4*(apdu.MaxExtendedLe+64) + 1024
)

// header is the first line.
type header struct {
	Version  int      `json:"chipidRecording"`
	Kind     Kind     `json:"kind"`
	Program  string   `json:"program,omitempty"`
	ATR      string   `json:"atr"`
	Protocol string   `json:"protocol"`
	Access   string   `json:"access,omitempty"`
	CAN      string   `json:"can,omitempty"`
	MRZ      []string `json:"mrz,omitempty"`
	Number   string   `json:"number,omitempty"`
}

// line is any other line. The last one says that it is the last.
type line struct {
	Plain   bool   `json:"plain,omitempty"`
	Block   int    `json:"block,omitempty"`
	Command string `json:"c,omitempty"`
	Answer  string `json:"r,omitempty"`
	Fault   string `json:"fault,omitempty"`
	Micros  int64  `json:"us,omitempty"`
	Reset   bool   `json:"reset,omitempty"`
	Random  string `json:"random,omitempty"`
	End     bool   `json:"end,omitempty"`
}

// Write writes a recording.
func (r *Recording) Write(w io.Writer) error {
	out := bufio.NewWriter(w)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	h := header{
		Version: Version, Kind: r.Kind, Program: r.Program, ATR: hex.EncodeToString(r.ATR), Protocol: protocols[r.Protocol],
		Access: r.Access, CAN: r.Keys.CAN, Number: r.Keys.Number,
	}
	for _, k := range r.Keys.MRZ {
		h.MRZ = append(h.MRZ, strings.Join([]string{k.DocumentNumber, k.DateOfBirth, k.DateOfExpiry}, ","))
	}
	if err := lines.Encode(h); err != nil {
		return err
	}
	for _, e := range r.Events {
		err := lines.Encode(line{
			Plain: e.Plain, Block: e.BlockSize, Command: hex.EncodeToString(e.Command), Answer: hex.EncodeToString(e.Answer), Fault: e.Fault,
			Micros: e.Took.Microseconds(), Reset: e.Reset, Random: hex.EncodeToString(e.Random),
		})
		if err != nil {
			return err
		}
	}
	if err := lines.Encode(line{End: true}); err != nil {
		return err
	}
	return out.Flush()
}

// WriteFile writes a recording to a new file that its owner alone can read.
func (r *Recording) WriteFile(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(r.Write(f), f.Close())
}

// ReadFile reads the recording in a file. Errors: [ErrFormat], those of the system.
func ReadFile(path string) (*Recording, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Parse(f)
}

// Parse reads a recording. What it does not know of a line is passed over; what
// is not of this version, cut off or over a limit is [ErrFormat].
func Parse(in io.Reader) (*Recording, error) {
	limited := &io.LimitedReader{R: in, N: MaxFile + 1}
	lines := bufio.NewScanner(limited)
	lines.Buffer(nil, maxLine)
	var rec *Recording
	for lines.Scan() {
		if limited.N == 0 {
			return nil, fmt.Errorf("%w: over %d bytes", ErrFormat, MaxFile)
		}
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		if rec == nil {
			var err error
			if rec, err = parseHeader(lines.Bytes()); err != nil {
				return nil, err
			}
			continue
		}
		event, end, err := parseLine(lines.Bytes(), rec.Kind)
		switch {
		case err != nil:
			return nil, fmt.Errorf("event %d: %w", len(rec.Events)+1, err)
		case end:
			return rec, nil
		case len(rec.Events) == MaxEvents:
			return nil, fmt.Errorf("%w: more than %d events", ErrFormat, MaxEvents)
		}
		rec.Events = append(rec.Events, event)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return nil, fmt.Errorf("%w: the end is missing", ErrFormat)
}

func parseHeader(b []byte) (*Recording, error) {
	var h header
	if err := json.Unmarshal(b, &h); err != nil {
		return nil, fmt.Errorf("%w: first line", ErrFormat)
	}
	if h.Version != Version || h.Kind != Masked && h.Kind != Full {
		return nil, fmt.Errorf("%w: not a recording of version %d", ErrFormat, Version)
	}
	atr, err := hex.DecodeString(h.ATR)
	protocol, known := protocolNamed(h.Protocol)
	if err != nil || !known || len(atr) > 64 {
		return nil, fmt.Errorf("%w: first line", ErrFormat)
	}
	rec := &Recording{Kind: h.Kind, Program: h.Program, ATR: atr, Protocol: protocol, Access: h.Access}
	if h.Kind == Masked {
		return rec, nil
	}
	rec.Keys = access.Keys{CAN: h.CAN, Number: h.Number}
	for _, text := range h.MRZ {
		parts := strings.Split(text, ",")
		if len(parts) != 3 || len(rec.Keys.MRZ) == access.MaxTries {
			return nil, fmt.Errorf("%w: key", ErrFormat)
		}
		rec.Keys.MRZ = append(rec.Keys.MRZ, mrz.Key{DocumentNumber: parts[0], DateOfBirth: parts[1], DateOfExpiry: parts[2]})
	}
	return rec, nil
}

// parseLine reads an event, or the end.
func parseLine(b []byte, kind Kind) (e Event, end bool, err error) {
	var l line
	if err := json.Unmarshal(b, &l); err != nil {
		return e, false, fmt.Errorf("%w: no JSON", ErrFormat)
	}
	said := 0
	for _, there := range []bool{l.Command != "", l.Reset, l.Random != "", l.End} {
		if there {
			said++
		}
	}
	if said != 1 || kind == Masked && l.Random != "" {
		return e, false, fmt.Errorf("%w: neither exchange nor reset", ErrFormat)
	}
	if l.End {
		return e, true, nil
	}
	if l.Block < 0 || l.Block > 64 {
		return e, false, fmt.Errorf("%w: block size", ErrFormat)
	}
	e = Event{Plain: l.Plain, BlockSize: l.Block, Fault: l.Fault, Reset: l.Reset, Took: time.Duration(max(0, min(l.Micros, 1<<40))) * time.Microsecond}
	for _, field := range []struct {
		text string
		to   *[]byte
	}{{l.Command, &e.Command}, {l.Answer, &e.Answer}, {l.Random, &e.Random}} {
		if field.text == "" {
			continue
		}
		if *field.to, err = hex.DecodeString(field.text); err != nil {
			return e, false, fmt.Errorf("%w: no hex", ErrFormat)
		}
	}
	return e, false, e.check()
}

// check looks at the APDUs of an exchange.
func (e Event) check() error {
	if e.Command == nil {
		return nil
	}
	if _, err := apdu.ParseCommand(e.Command); err != nil {
		return fmt.Errorf("%w: command", ErrFormat)
	}
	if e.Fault != "" {
		if _, known := faultNamed(e.Fault); !known || len(e.Answer) != 0 && len(e.Answer) != 2 {
			return fmt.Errorf("%w: fault", ErrFormat)
		}
		return nil
	}
	if _, err := apdu.ParseResponse(e.Answer); err != nil {
		return fmt.Errorf("%w: answer", ErrFormat)
	}
	return nil
}
