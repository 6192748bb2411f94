package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"chipid/mock-reader/script"
	"chipid/mock-reader/trace"
)

// scriptCommand runs a tester's hand from a file.
func scriptCommand() command {
	return command{"script", "chạy kịch bản YAML cho CI: đặt thẻ, nhấc giữa chừng, chạy phần mềm cần thử, đối chiếu kết quả",
		"run a YAML script for CI: put cards in, tear them away, run the program under test, compare",
		"mock-reader script FILE.yaml [--listen 0 | --vpcd 127.0.0.1:35963] [--var NAME=VALUE] [--trace trace.json] [--json]", runScript}
}

// scriptFailed is a script of which a step did not hold.
type scriptFailed struct{ err error }

func (e *scriptFailed) Error() string { return e.err.Error() }
func (e *scriptFailed) Unwrap() error { return e.err }

// scriptOptions are the flags of `script`.
type scriptOptions struct {
	serveOptions
	vars  variables
	trace string
	json  bool
}

// variables is a flag NAME=VALUE that can be given several times.
type variables map[string]string

func (v variables) String() string { return "" }

// Set adds a variable.
func (v variables) Set(text string) error {
	name, value, ok := strings.Cut(text, "=")
	if !ok || name == "" {
		return errors.New("NAME=VALUE")
	}
	v[name] = value
	return nil
}

func runScript(ctx context.Context, c command, args []string, io streams) error {
	o := scriptOptions{vars: variables{}}
	flags := c.flags(io)
	o.declare(flags)
	flags.Var(o.vars, "var", "NAME=VALUE cho / for ${NAME}, lặp lại được / repeatable")
	flags.StringVar(&o.trace, "trace", "", "ghi mọi lệnh vào tệp này / save all commands into this file")
	flags.BoolVar(&o.json, "json", false, "kết quả cho máy đọc / results for scripts")
	file := ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		file, args = args[0], args[1:]
	}
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return &usageError{err}
	}
	if file == "" {
		file = flags.Arg(0)
	} else if flags.NArg() > 0 {
		return &usageError{fmt.Errorf("thừa tham số / unexpected argument %q", flags.Arg(0))}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return &usageError{fmt.Errorf("kịch bản / script: %w", err)}
	}
	s, err := script.Parse(data)
	if err != nil {
		return &usageError{fmt.Errorf("%s: %w", file, err)}
	}
	return o.run(ctx, s, io)
}

// run opens the readers and runs the script on them.
func (o *scriptOptions) run(ctx context.Context, s *script.Script, io streams) error {
	if len(o.ways) == 0 {
		for _, r := range s.Readers {
			if r.VPCD != "" {
				o.ways = append(o.ways, wayIn{wayVPCD, r.VPCD})
			} else {
				o.ways = append(o.ways, wayIn{wayListen, r.Listen})
			}
		}
	}
	if len(o.ways) == 0 {
		o.ways = []wayIn{{wayListen, "0"}}
	}
	if o.link == "" {
		o.link = s.Link
	}
	st, err := newStation(io, o.serveOptions)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	ended := make(chan error, 1)
	go func() {
		err := st.run(ctx, func() {})
		stop(err) // readers that fail end the script
		ended <- err
	}()
	err = o.steps(ctx, s, st)
	if o.trace != "" {
		err = errors.Join(err, saveTrace(o.trace, st))
	}
	stop(nil)
	return errors.Join(err, <-ended)
}

// steps runs the steps and tells of each.
func (o *scriptOptions) steps(ctx context.Context, s *script.Script, st *station) error {
	stage := &script.Stage{Rack: st.rack, Slots: st.slots, Vars: o.vars}
	for _, slot := range st.slots {
		_, address, _ := strings.Cut(slot.Name(), ":")
		stage.Addresses = append(stage.Addresses, address)
	}
	if st.room != nil {
		o.vars["web"] = st.room.Address()
	}
	dir, err := os.MkdirTemp("", "mock-reader-script-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	stage.Trust = func() (string, error) {
		_, err := writeTrust(st.rack.Deck().Issuer(), filepath.Join(dir, "trust"))
		return filepath.Join(dir, "trust"), err
	}
	var results []script.Result
	err = s.Run(ctx, stage, func(r script.Result) {
		results = append(results, r)
		st.say(r.String())
	})
	if o.json {
		encoder := json.NewEncoder(st.io.out)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(map[string]any{"title": s.Title, "ok": err == nil, "steps": results}); err != nil {
			return err
		}
	}
	if errors.Is(err, script.ErrFailed) {
		return &scriptFailed{err}
	}
	return err
}

func saveTrace(path string, st *station) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	lines, _ := st.rack.Tape().Since(0)
	return errors.Join(trace.Write(f, lines), f.Close())
}
