package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"strings"

	"chipid/mock-reader/desk"
	"chipid/mock-reader/remedy"
	"chipid/mock-reader/scenario"
	"chipid/mock-reader/tcp"
	"chipid/mock-reader/vpcd"
)

// tokenVariable is the environment variable that sets the page's token.
const tokenVariable = "MOCK_READER_TOKEN"

// texts is a flag that can be given several times.
type texts []string

func (t *texts) String() string     { return strings.Join(*t, ", ") }
func (t *texts) Set(s string) error { *t = append(*t, s); return nil }

// wayIn is a reader to be: through vpcd, or listening for agents.
type wayIn struct{ kind, address string }

// The kinds of ways in.
const (
	wayVPCD   = "vpcd"
	wayListen = "listen"
)

// serveOptions are the flags of `serve`; `script` has the same.
type serveOptions struct {
	personas texts
	ways     []wayIn
	web      string
	link     string
	log      bool
	network  bool
	roster   fileList
	issuer   string
}

// declare declares the flags.
func (o *serveOptions) declare(flags *flag.FlagSet) {
	way := func(kind string) func(string) error {
		return func(address string) error {
			o.ways = append(o.ways, wayIn{kind, address})
			return nil
		}
	}
	flags.Func("vpcd", "HOST:PORT của vpcd, lặp lại được / of vpcd, repeatable (127.0.0.1:35963, :35964)", way(wayVPCD))
	flags.Func("listen", "[HOST:]PORT cho / for chipid-agent --reader tcp:HOST:PORT, lặp lại được / repeatable", way(wayListen))
	flags.StringVar(&o.web, "web", "", "[HOST:]PORT của trang điều khiển / of the operator's page")
	flags.StringVar(&o.link, "link", "", "106|212|424|848|t0|t1[,sleep][,frame=N][,fwi=N][,reader=TIME][,chip=recent|typical|old]")
	flags.Var(&o.roster, "personas", personasHelp)
	flags.StringVar(&o.issuer, "issuer", "", issuerHelp)
	flags.BoolVar(&o.network, "open-to-network", false, "cho máy khác kết nối / let other computers connect")
}

func runServe(ctx context.Context, c command, args []string, io streams) error {
	flags := c.flags(io)
	var o serveOptions
	flags.Var(&o.personas, "persona", "NAME[/SCENARIO] hoặc / or "+scenario.ForeignToken+"; cái thứ n vào đầu đọc thứ n / the n-th goes into the n-th reader")
	flags.BoolVar(&o.log, "log", false, "in từng lệnh APDU ra stdout / print each APDU on stdout")
	o.declare(flags)
	if err := parseFlags(flags, args); err != nil {
		return err
	}
	if len(o.personas) == 0 && o.web == "" {
		return &usageError{errors.New("cần --persona (hoặc --web) / --persona (or --web) is needed")}
	}
	s, err := newStation(io, o)
	if err != nil {
		return err
	}
	for i, name := range o.personas {
		s.names[i] = name
		if err := s.put(i); err != nil {
			s.close()
			return cardError(err)
		}
	}
	return s.serve(ctx)
}

// check judges the options before anything is opened, and completes addresses.
func (o *serveOptions) check() error {
	if len(o.ways) == 0 {
		return &usageError{errors.New("cần --vpcd hoặc --listen / --vpcd or --listen is needed")}
	}
	if len(o.personas) > len(o.ways) {
		return &usageError{fmt.Errorf("%d --persona, %d đầu đọc / readers", len(o.personas), len(o.ways))}
	}
	for i := range o.ways {
		w := &o.ways[i]
		if w.kind == wayVPCD {
			if _, _, err := net.SplitHostPort(w.address); err != nil {
				return &usageError{fmt.Errorf("--vpcd: %w", err)}
			}
			continue
		}
		var err error
		if w.address, err = o.opened("--listen", w.address); err != nil {
			return err
		}
	}
	if o.web == "" {
		return nil
	}
	var err error
	o.web, err = o.opened("--web", o.web)
	return err
}

// opened completes an address that is to be opened; it must lie on the loopback
// interface unless the person said otherwise.
func (o *serveOptions) opened(flag, text string) (string, error) {
	address, err := tcp.Address(text)
	if err != nil {
		return "", &usageError{fmt.Errorf("%s: %w", flag, err)}
	}
	if !o.network && !tcp.Local(address) {
		return "", &usageError{fmt.Errorf("%s %s: máy khác sẽ kết nối được; nếu muốn vậy, thêm --open-to-network / other computers could connect; if that is meant, add --open-to-network", flag, text)}
	}
	return address, nil
}

// deck is the cards there are.
func (o *serveOptions) deck() (*scenario.Deck, error) {
	more, err := o.roster.load()
	if err != nil {
		return nil, err
	}
	i, err := openIssuer(o.issuer)
	if err != nil {
		return nil, err
	}
	return scenario.NewDeck(i, more...), nil
}

// openRoom opens the operator's page.
func openRoom(s *station, address string) (*desk.Room, error) {
	room, err := desk.Open(address, s.rack, os.Getenv(tokenVariable))
	if err != nil {
		return nil, portError(address, err)
	}
	return room, nil
}

// portError says what to do about a port that cannot be opened.
func portError(address string, err error) error {
	text := remedy.This().NoPort(address, err)
	return fmt.Errorf("%w\n%s\n%s", err, text.Vi, text.En)
}

// readerError says what to do about a virtual reader that is not there.
func readerError(err error) error {
	if !errors.Is(err, vpcd.ErrNoReader) {
		return err
	}
	text := remedy.This().NoVirtualReader()
	return fmt.Errorf("%w\n%s\n%s", err, text.Vi, text.En)
}

// cardError makes a wrong name a usage error.
func cardError(err error) error {
	var unknown *scenario.ErrUnknown
	if errors.As(err, &unknown) {
		return &usageError{fmt.Errorf("%w (mock-reader list)", err)}
	}
	return err
}
