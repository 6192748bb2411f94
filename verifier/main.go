package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"chipid/internal/version"
	"chipid/verifier/store"
)

// Exit codes.
const (
	exitOK      = 0
	exitUsage   = 2
	exitTrouble = 5
)

// console is where a command writes.
type console struct{ out, err io.Writer }

// commands by their words.
var commands = map[string]func(context.Context, console, []string) int{
	"serve":               serve,
	"tenant add":          tenantAdd,
	"tenant list":         tenantList,
	"tenant remove":       tenantRemove,
	"tenant key":          tenantKey,
	"tenant agent add":    agentAdd,
	"tenant agent revoke": agentRevoke,
	"tenant agent list":   agentList,
	"audit":               showAudit,
	"key new":             keyNew,
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, console{os.Stdout, os.Stderr}, os.Args[1:])
	stop()
	os.Exit(code)
}

// run finds the command with the most words and carries it out.
func run(ctx context.Context, c console, args []string) int {
	for n := min(3, len(args)); n > 0; n-- {
		if command, ok := commands[strings.Join(args[:n], " ")]; ok {
			return command(ctx, c, args[n:])
		}
	}
	switch {
	case slices.Equal(args, []string{"version"}):
		fmt.Fprintf(c.out, "chipid-verifier %s\n", version.String())
		return exitOK
	case len(args) == 1 && slices.Contains([]string{"help", "--help", "-h"}, args[0]):
		fmt.Fprint(c.out, help)
		return exitOK
	}
	fmt.Fprint(c.err, help)
	return exitUsage
}

const help = `chipid-verifier: dịch vụ kiểm tra bằng chứng từ chip thẻ, chạy cạnh hệ thống một cửa.
                 Judges chip evidence for a back end; docs/verifier.md says how it is run.

  chipid-verifier serve --listen 127.0.0.1:PORT --database DB --trust DIR
                        [--tls-cert FILE --tls-key FILE] [--accept-manual-origin] [--verbose]
                        [--service-key FILE [--replica NAME]]
                                      máy chủ tự kiểm tra chip / the service drives chip authentication
  chipid-verifier key new FILE        khóa ký lệnh; in khóa công khai để ghi vào quyền của trang
                                      a key that signs orders; prints the public one, to be pinned in grants
  chipid-verifier tenant add NAME --database DB --origin URL … [--purpose TEXT …]
                        [--rate N] [--burst N] [--keep-days N] [--keep-bundles]
                                      in khóa API một lần / prints the API key once
  chipid-verifier tenant list --database DB
  chipid-verifier tenant remove NAME --database DB
  chipid-verifier tenant key NAME --database DB [--drop-others]
                                      thêm khóa API mới / adds an API key
  chipid-verifier tenant agent add|revoke NAME KEY --database DB [--label TEXT]
  chipid-verifier tenant agent list NAME --database DB
  chipid-verifier audit --database DB [--tenant NAME] [--lines N]
  chipid-verifier version

DB: sqlite:FILE | postgres://USER@HOST/NAME — hoặc biến / or the variable CHIPID_VERIFIER_DATABASE
Mã thoát / exit codes: 0 xong / done · 2 sai cách dùng / wrong usage · 5 trục trặc / trouble
`

// list is a flag that can be given several times.
type list []string

func (l *list) String() string     { return strings.Join(*l, ", ") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

// databaseVariable is where the database's address may stand instead of in the
// command line, which every user of a machine can see.
const databaseVariable = "CHIPID_VERIFIER_DATABASE"

// newFlags makes a set with --database.
func newFlags(name string) (*flag.FlagSet, *string) {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	return set, set.String("database", os.Getenv(databaseVariable), "")
}

// parse reads flags and exactly n words, which may stand before or among them.
// done is true if the command is over, with its exit code.
func (c console) parse(set *flag.FlagSet, args []string, n int) (words []string, code int, done bool) {
	for {
		err := set.Parse(args)
		switch {
		case errors.Is(err, flag.ErrHelp):
			fmt.Fprint(c.out, help)
			return nil, exitOK, true
		case err != nil:
			return nil, c.usage(err.Error()), true
		}
		if args = set.Args(); len(args) == 0 {
			break
		}
		words, args = append(words, args[0]), args[1:]
	}
	if len(words) != n {
		return nil, c.usage(fmt.Sprintf("%s: %d words, %d are due", set.Name(), len(words), n)), true
	}
	return words, 0, false
}

func (c console) usage(why string) int {
	fmt.Fprintf(c.err, "chipid-verifier: USAGE: %s\n%s", why, help)
	return exitUsage
}

// fail tells why a command could not be carried out.
func (c console) fail(err error) int {
	switch {
	case errors.Is(err, store.ErrAddress):
		return c.usage(err.Error())
	case errors.Is(err, store.ErrNotFound):
		fmt.Fprintln(c.err, "chipid-verifier: NOT_FOUND: không có tenant tên này / there is no tenant of that name")
	case errors.Is(err, store.ErrExists):
		fmt.Fprintln(c.err, "chipid-verifier: EXISTS: tên này đã có / the name is taken")
	case errors.Is(err, store.ErrUnavailable):
		fmt.Fprintf(c.err, "chipid-verifier: UNAVAILABLE: không dùng được cơ sở dữ liệu / the database cannot be used: %v\n", err)
	default:
		fmt.Fprintf(c.err, "chipid-verifier: %v\n", err)
	}
	return exitTrouble
}
