package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Exit codes.
const (
	exitOK      = 0
	exitFailed  = 1
	exitUsage   = 2
	exitTrouble = 5
)

// streams are the standard streams, given so that tests can have their own.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// command is one of the tool's commands.
type command struct {
	name    string
	vi, en  string
	example string
	run     func(ctx context.Context, c command, args []string, io streams) error
}

func commands() []command {
	return []command{
		{"list", "liệt kê các nhân vật và tình huống", "list the personas and scenarios",
			"mock-reader list [--json] [--personas FILE.yaml]", runList},
		{"new", "tạo nhân vật trong tệp YAML: hỏi, hoặc theo cờ; --count N tạo N người khác nhau",
			"make personas in a YAML file: asks, or takes flags; --count N makes N different ones",
			"mock-reader new --out FILE.yaml [--count N --seed S]", runNew},
		{"trust", "ghi chứng thư CSCA thử nghiệm và danh sách thu hồi (PEM) vào thư mục", "write the test CSCA certificates and revocation lists (PEM) into a directory",
			"mock-reader trust --out DIR [--issuer DIR]", runTrust},
		{"issuer", "cơ quan cấp thẻ thử nghiệm: tạo riêng, in, xuất chứng thư, danh sách CSCA và danh sách thu hồi, thu hồi",
			"the test issuer: make your own, print and export certificates, master and revocation lists, revoke",
			"mock-reader issuer init|print|export|revoke [--issuer DIR] …", runIssuer},
		{"serve", "đặt thẻ lên đầu đọc ảo của pcscd (--vpcd) hoặc đầu đọc TCP (--listen), có trang điều khiển (--web); gõ pull, put, swap, tear, quit, hoặc gửi SIGUSR1",
			"put cards into pcscd's virtual reader (--vpcd) or a reader over TCP (--listen), with an operator's page (--web); type pull, put, swap, tear, quit, or send SIGUSR1",
			"mock-reader serve --persona mau[/SCENARIO] --vpcd 127.0.0.1:35963 | --listen 7000 [--web 8602] [--link 424,sleep] [--log]", runServe},
		watchCommand(),
		scriptCommand(),
		conformanceCommand(),
		tortureCommand(),
	}
}

// usageError is a wrong use of the command line.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// run runs the command line and returns the exit code.
func run(ctx context.Context, args []string, io streams) int {
	if len(args) == 0 {
		printUsage(io.err)
		return exitUsage
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		printUsage(io.out)
		return exitOK
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return report(c.run(ctx, c, args[1:], io), io)
		}
	}
	fmt.Fprintf(io.err, "mock-reader: không có lệnh %q / no command %q\n\n", args[0], args[0])
	printUsage(io.err)
	return exitUsage
}

// report says what went wrong and returns the exit code.
func report(err error, io streams) int {
	var usage *usageError
	var failed *scriptFailed
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.As(err, &failed), errors.Is(err, errFound), errors.Is(err, errNotConformant):
		fmt.Fprintf(io.err, "mock-reader: %v\n", err)
		return exitFailed
	case errors.As(err, &usage):
		fmt.Fprintf(io.err, "mock-reader: %v\n", err)
		fmt.Fprintln(io.err, "Xem / see: mock-reader --help")
		return exitUsage
	}
	fmt.Fprintf(io.err, "mock-reader: %v\n", err)
	return exitTrouble
}

func printUsage(w io.Writer) {
	fmt.Fprint(w, `mock-reader: thẻ căn cước giả lập để thử phần mềm đọc thẻ. Mọi dữ liệu đều là giả,
khóa phát hành được công bố: không bao giờ tin cậy trong môi trường thật.
mock-reader: synthetic chip cards for testing readers. All data is invented and the
issuer's keys are published: never trust them outside of tests.

Lệnh / commands:
`)
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-11s %s\n              %s\n              %s\n", c.name, c.vi, c.en, c.example)
	}
	fmt.Fprint(w, `
Mã thoát / exit codes: 0 xong / done · 1 kịch bản, conformance hay torture không đạt / a script, conformance or torture failed · 2 sai cú pháp / wrong usage · 5 trục trặc / trouble
`)
}

// flags returns the command's empty set of flags.
func (c command) flags(io streams) *flag.FlagSet {
	flags := flag.NewFlagSet("mock-reader "+c.name, flag.ContinueOnError)
	flags.SetOutput(io.err)
	flags.Usage = func() {
		fmt.Fprintf(io.err, "%s\n  %s\n  %s\n", c.example, c.vi, c.en)
		flags.PrintDefaults()
	}
	return flags
}

// parseFlags parses args and refuses what is left over.
func parseFlags(flags *flag.FlagSet, args []string) error {
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return &usageError{err}
	}
	if flags.NArg() > 0 {
		return &usageError{fmt.Errorf("thừa tham số / unexpected argument %q", flags.Arg(0))}
	}
	return nil
}
