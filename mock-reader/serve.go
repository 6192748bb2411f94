package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"

	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/scenario"
	"chipid/mock-reader/vpcd"
)

// server plays one card to a virtual reader and obeys the person at the terminal.
type server struct {
	io     streams
	issuer *issuer.Issuer
	slot   *vpcd.Slot
	log    bool

	mu   sync.Mutex // guards the streams and name
	name string     // the card that put puts in
}

func runServe(ctx context.Context, c command, args []string, io streams) error {
	flags := c.flags(io)
	name := flags.String("persona", "", "NAME[/SCENARIO] hoặc / or "+scenario.ForeignToken)
	address := flags.String("vpcd", "", "HOST:PORT của vpcd / of vpcd (127.0.0.1:35963, :35964)")
	log := flags.Bool("log", false, "in từng lệnh APDU ra stdout / print each APDU on stdout")
	if err := parseFlags(flags, args); err != nil {
		return err
	}
	if *name == "" || *address == "" {
		return &usageError{errors.New("cần --persona và --vpcd / --persona and --vpcd are needed")}
	}
	if _, _, err := net.SplitHostPort(*address); err != nil {
		return &usageError{fmt.Errorf("--vpcd: %w", err)}
	}
	s := &server{io: io, issuer: issuer.New(issuer.PublishedSeed), log: *log, name: *name}
	s.slot = vpcd.New(*address, s.say)
	return s.serve(ctx)
}

// serve runs until ctx ends or a person says quit.
func (s *server) serve(ctx context.Context) error {
	if err := s.put(); err != nil {
		return cardError(err)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	wait := notifyToggle(ctx, s.toggle)
	go s.obey(stop)
	s.say("pull | put | swap NAME[/SCENARIO] | quit")
	err := s.slot.Run(ctx)
	stop()
	wait()
	if errors.Is(err, vpcd.ErrNoReader) {
		return fmt.Errorf("%w\nKiểm tra pcscd và gói vsmartcard-vpcd / check pcscd and the package vsmartcard-vpcd", err)
	}
	return err
}

// cardError makes a wrong name a usage error.
func cardError(err error) error {
	var unknown *scenario.ErrUnknown
	if errors.As(err, &unknown) {
		return &usageError{fmt.Errorf("%w (mock-reader list)", err)}
	}
	return err
}

// put puts a fresh chip of the present card in.
func (s *server) put() error {
	s.mu.Lock()
	name := s.name
	s.mu.Unlock()
	hooks := scenario.Hooks{}
	if s.log {
		hooks.Log = s.logEntry
	}
	card, err := scenario.Open(s.issuer, name, hooks)
	if err != nil {
		return err
	}
	s.slot.Put(card)
	s.say("put: " + name)
	return nil
}

func (s *server) pull() {
	if s.slot.Pull() {
		s.say("pull")
	}
}

// toggle pulls the card, or puts it back.
func (s *server) toggle() {
	if s.slot.Card() != nil {
		s.pull()
		return
	}
	if err := s.put(); err != nil {
		s.say(err.Error())
	}
}

// obey carries out the lines of the standard input; its end changes nothing.
func (s *server) obey(quit func()) {
	lines := bufio.NewScanner(s.io.in)
	for lines.Scan() {
		word, rest, _ := strings.Cut(strings.TrimSpace(lines.Text()), " ")
		var err error
		switch word {
		case "":
		case "pull":
			s.pull()
		case "put":
			err = s.put()
		case "swap":
			err = s.swap(strings.TrimSpace(rest))
		case "quit":
			quit()
			return
		default:
			err = fmt.Errorf("không hiểu / not understood: %q", word)
		}
		if err != nil {
			s.say(err.Error())
		}
	}
}

// swap changes the card that is in; a wrong name leaves it.
func (s *server) swap(name string) error {
	if _, err := scenario.ATR(name); err != nil {
		return err
	}
	s.mu.Lock()
	s.name = name
	s.mu.Unlock()
	return s.put()
}

// say tells the person at the terminal what happens.
func (s *server) say(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintln(s.io.err, "mock-reader:", line)
}

func (s *server) logEntry(e chip.Entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintln(s.io.out, e)
}
