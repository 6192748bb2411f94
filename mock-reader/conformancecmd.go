package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"chipid/mock-reader/conformance"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/tcp"
	"chipid/mock-reader/vpcd"
)

// conformanceCommand asks any reader whether it keeps to the standards.
func conformanceCommand() command {
	return command{"conformance", "hỏi một bộ đọc bất kỳ (hoặc bộ đọc của dự án) có theo đúng tiêu chuẩn không: các ca của BSI TR-03105 phần 5.1",
		"ask any reader (or the project's own) whether it keeps to the standards: the cases of BSI TR-03105 part 5.1",
		"mock-reader conformance [--vpcd HOST:PORT | --listen PORT] [--command 'PROGRAM {reader} {id}'] [--mrz-command '…'] [--only ID,ID*] [--json] [--list]", runConformance}
}

// Times for a reader that is asked from outside.
const (
	defaultFirst = 2 * time.Minute  // a person's first command
	defaultStill = 5 * time.Second  // silence that ends a person's read
	powerUp      = 20 * time.Second // pcscd may be starting; then it looks for cards two or three times a second
)

// conformanceOptions are the flags of `conformance`.
type conformanceOptions struct {
	ways            []wayIn
	number, mrz     string
	reader          string
	exit            int
	limit           time.Duration
	first, still    time.Duration
	only            texts
	list, json, net bool
}

func runConformance(ctx context.Context, c command, args []string, io streams) error {
	flags := c.flags(io)
	var o conformanceOptions
	way := func(kind string) func(string) error {
		return func(address string) error {
			o.ways = append(o.ways, wayIn{kind, address})
			return nil
		}
	}
	flags.Func("vpcd", "HOST:PORT của vpcd; không có: bộ đọc của dự án, trong tiến trình / of vpcd; none: the project's own reader, in process", way(wayVPCD))
	flags.Func("listen", "[HOST:]PORT cho bộ đọc TCP / for a reader over TCP", way(wayListen))
	flags.StringVar(&o.number, "command", "", "lệnh đọc một thẻ: {reader} {id} {can} {mrz} {trust}; không có: người đọc bằng tay / reads one card; none: a person reads")
	flags.StringVar(&o.mrz, "mrz-command", "", "lệnh đọc thẻ chỉ mở bằng MRZ / reads a card that opens with the MRZ alone")
	flags.StringVar(&o.reader, "reader", "", "tên cho {reader} / the name for {reader} (Virtual PCD 00 00, tcp:HOST:PORT)")
	flags.IntVar(&o.exit, "genuine-exit", 0, "mã thoát khi thẻ thật / exit code of a genuine card")
	flags.DurationVar(&o.limit, "limit", time.Minute, "thời gian cho một lần đọc / time for one read")
	flags.DurationVar(&o.first, "first", defaultFirst, "thời gian chờ lệnh đầu tiên của người / wait for a person's first command")
	flags.DurationVar(&o.still, "still", defaultStill, "im lặng bao lâu là xong / silence that ends a person's read")
	flags.Var(&o.only, "only", "chỉ các ca này: ID, ID*, cách nhau dấu phẩy / these cases only, separated by commas")
	flags.BoolVar(&o.list, "list", false, "chỉ liệt kê các ca / only list the cases")
	flags.BoolVar(&o.json, "json", false, "cho máy đọc / for scripts")
	flags.BoolVar(&o.net, "open-to-network", false, "cho máy khác kết nối / let other computers connect")
	if err := parseFlags(flags, args); err != nil {
		return err
	}
	if o.list {
		return listCases(io, o.json)
	}
	return o.run(ctx, io)
}

// listCases prints the cases without running any.
func listCases(io streams, asJSON bool) error {
	var all []map[string]any
	for _, c := range conformance.Cases() {
		if !asJSON {
			fmt.Fprintf(io.out, "%-22s %-18s %-11s %s / %s\n", c.ID, c.ICAO, c.Want, c.TitleVi, c.TitleEn)
			continue
		}
		all = append(all, map[string]any{"id": c.ID, "icao": c.ICAO, "want": c.Want, "title": c.TitleVi, "titleEn": c.TitleEn, "byMrz": c.ByMRZ})
	}
	if !asJSON {
		return nil
	}
	return writeJSON(io, map[string]any{"cases": all})
}

func writeJSON(io streams, v any) error {
	encoder := json.NewEncoder(io.out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// run runs the cases and says which passed.
func (o *conformanceOptions) run(ctx context.Context, io streams) error {
	options := conformance.Options{First: o.first, Still: o.still}
	for _, list := range o.only {
		options.Only = append(options.Only, strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })...)
	}
	if !o.json {
		options.Progress = func(r conformance.Result) { fmt.Fprint(io.out, r) }
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	ended, err := o.open(ctx, stop, io, &options)
	if err != nil {
		return err
	}
	report, err := conformance.Run(ctx, options)
	if why := context.Cause(ctx); err != nil && why != nil {
		err = why
	}
	stop(nil)
	<-ended
	switch {
	case errors.Is(err, conformance.ErrNoCase):
		return &usageError{err}
	case err != nil:
		return err
	case o.json:
		err = writeJSON(io, report)
	default:
		_, err = fmt.Fprintf(io.out, "%d ca / cases: %d đạt / passed, %d không đạt / failed, %d bỏ qua / skipped\n",
			report.Cases, report.Passed, report.Failed, report.Skipped)
	}
	if err == nil && !report.Good() {
		err = errNotConformant
	}
	return err
}

// errNotConformant is a reader that failed a case.
var errNotConformant = errors.New("bộ đọc không đạt mọi ca / the reader does not pass every case")

// open opens the way in, if the reader is asked from outside. What it returns is
// closed when the way in has ended.
func (o *conformanceOptions) open(ctx context.Context, stop context.CancelCauseFunc, io streams, options *conformance.Options) (<-chan struct{}, error) {
	ended := make(chan struct{})
	if len(o.ways) == 0 {
		close(ended)
		if o.number != "" || o.mrz != "" {
			return ended, &usageError{errors.New("--command cần --vpcd hoặc --listen / --command needs --vpcd or --listen")}
		}
		return ended, nil
	}
	if len(o.ways) > 1 {
		return ended, &usageError{errors.New("chỉ một --vpcd hoặc --listen / one --vpcd or --listen")}
	}
	if err := o.ask(io, options); err != nil {
		return ended, err
	}
	r, err := o.way(io, options)
	if err != nil {
		return ended, err
	}
	trust := ""
	if options.Command != nil {
		if trust, err = os.MkdirTemp("", "mock-reader-trust-"); err != nil {
			return ended, err
		}
		options.Command.Trust = trust
		if _, err := writeTrust(issuer.New(issuer.PublishedSeed), trust); err != nil {
			return ended, errors.Join(err, os.RemoveAll(trust))
		}
	}
	go func() {
		defer close(ended)
		if err := r.Run(ctx); err != nil {
			stop(readerError(err))
		}
		if trust != "" {
			_ = os.RemoveAll(trust)
		}
	}()
	return ended, nil
}

// ask sets who reads: a program, or a person who is told what to do.
func (o *conformanceOptions) ask(io streams, options *conformance.Options) error {
	if o.number == "" {
		if o.mrz != "" {
			return &usageError{errors.New("--mrz-command cần --command / --mrz-command needs --command")}
		}
		options.Tell = func(c conformance.Case, k conformance.Keys) {
			fmt.Fprintf(io.err, "%s: %s / %s\n  đọc thẻ này / read this card: %s · CAN %s · MRZ %s\n", c.ID, c.TitleVi, c.TitleEn, k.ID, k.CAN, strings.ReplaceAll(k.MRZ, "\n", " "))
		}
		return nil
	}
	command := &conformance.Command{GenuineExit: o.exit, Limit: o.limit}
	var err error
	if command.ByNumber, err = conformance.Split(o.number); err == nil && o.mrz != "" {
		command.ByMRZ, err = conformance.Split(o.mrz)
	}
	switch {
	case err != nil:
		return &usageError{err}
	case len(command.ByNumber) == 0 || (o.mrz != "" && len(command.ByMRZ) == 0):
		return &usageError{errors.New("--command rỗng / empty")}
	}
	if err := command.Missing(); err != nil {
		return &usageError{err}
	}
	options.Command = command
	return nil
}

// way opens the reader device.
func (o *conformanceOptions) way(io streams, options *conformance.Options) (runner, error) {
	say := func(string) {} // one line for each card would drown the results
	name, w := o.reader, o.ways[0]
	var r runner
	if w.kind == wayVPCD {
		if _, _, err := net.SplitHostPort(w.address); err != nil {
			return nil, &usageError{fmt.Errorf("--vpcd: %w", err)}
		}
		slot := vpcd.New(w.address, say)
		options.Rack, options.PowerUp, r = slot, powerUp, slot
		if name == "" {
			name = "Virtual PCD 00 00"
		}
	} else {
		address, err := (&serveOptions{network: o.net}).opened("--listen", w.address)
		if err != nil {
			return nil, err
		}
		server, err := tcp.Listen(address, say)
		if err != nil {
			return nil, portError(address, err)
		}
		options.Rack, r = server, server
		if name == "" {
			name = tcp.Prefix + server.Addr()
		}
	}
	if options.Command != nil {
		options.Command.Reader = name
	} else {
		fmt.Fprintln(io.err, "mock-reader:", name)
	}
	return r, nil
}
