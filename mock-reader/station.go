package main

import (
	"context"
	"fmt"
	"sync"

	"chipid/mock-reader/desk"
	"chipid/mock-reader/linkmodel"
	"chipid/mock-reader/rack"
	"chipid/mock-reader/tcp"
	"chipid/mock-reader/trace"
	"chipid/mock-reader/vpcd"
)

// runner is a way in, or the page: something that runs until its context ends.
type runner interface {
	Run(context.Context) error
}

// station is the readers of a running `serve` or `script`, and who works at them.
type station struct {
	io      streams
	rack    *rack.Rack
	room    *desk.Room
	slots   []*rack.Slot
	runners []runner
	closers []func() error
	log     bool

	mu    sync.Mutex // guards the streams and names
	names []string   // the cards that put puts in, by reader
}

// newStation opens all that o asks for; nothing runs yet.
func newStation(io streams, o serveOptions) (*station, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.link == "" {
		o.link = linkmodel.Instant
	}
	if _, err := linkmodel.Parse(o.link); err != nil {
		return nil, &usageError{fmt.Errorf("--link: %w", err)}
	}
	deck, err := o.deck()
	if err != nil {
		return nil, err
	}
	s := &station{io: io, rack: rack.New(deck), log: o.log, names: make([]string, len(o.ways))}
	if err := s.open(o); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// open opens the ways in and the page.
func (s *station) open(o serveOptions) error {
	for _, w := range o.ways {
		config := rack.Config{Name: "vpcd:" + w.address, Way: "vpcd " + w.address, Link: o.link}
		if w.kind == wayVPCD {
			slot := vpcd.New(w.address, s.say)
			config.Port = slot
			s.runners = append(s.runners, slot)
		} else {
			server, err := tcp.Listen(w.address, s.say)
			if err != nil {
				return portError(w.address, err)
			}
			s.closers = append(s.closers, server.Close)
			s.runners = append(s.runners, server)
			config.Name, config.Way, config.Port = tcp.Prefix+server.Addr(), "TCP "+server.Addr(), server
		}
		slot, err := s.rack.Add(config)
		if err != nil {
			return &usageError{err}
		}
		s.slots = append(s.slots, slot)
	}
	if o.web == "" {
		return nil
	}
	room, err := openRoom(s, o.web)
	if err != nil {
		return err
	}
	s.room = room
	s.closers = append(s.closers, room.Close)
	s.runners = append(s.runners, room)
	return nil
}

// close closes what was opened and does not run.
func (s *station) close() {
	for _, c := range s.closers {
		_ = c()
	}
}

// serve runs until ctx ends or a person says quit.
func (s *station) serve(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	wait := notifyToggle(ctx, s.toggle)
	go s.obey(stop)
	s.announce()
	err := s.run(ctx, stop)
	stop()
	wait()
	return err
}

// announce says where everything is.
func (s *station) announce() {
	for i, slot := range s.slots {
		s.say(fmt.Sprintf("%d: %s", i+1, slot.Name()))
	}
	if s.room != nil {
		s.say("trang điều khiển / operator's page: " + s.room.Address())
	}
	s.say("pull [N] | put [N] | swap [N] NAME[/SCENARIO] | tear [N] FILE [PERCENT%] | quit")
}

// run runs the ways in until ctx ends or one of them fails, which stops all.
func (s *station) run(ctx context.Context, stop func()) error {
	var all sync.WaitGroup
	failed := make(chan error, len(s.runners))
	for _, r := range s.runners {
		all.Go(func() {
			if err := r.Run(ctx); err != nil {
				failed <- readerError(err)
				stop()
			}
		})
	}
	all.Go(func() { s.follow(ctx) })
	all.Wait()
	close(failed)
	return <-failed
}

// follow prints the commands as they pass, and tells of cards that left by themselves.
func (s *station) follow(ctx context.Context) {
	for last := uint64(0); ; {
		lines, more := s.rack.Tape().Since(last)
		for i := range lines {
			last = lines[i].Seq
			s.follows(&lines[i])
		}
		select {
		case <-more:
		case <-ctx.Done():
			return
		}
	}
}

func (s *station) follows(l *trace.Line) {
	if l.Kind == trace.Torn {
		s.say("torn: " + l.Reader)
	}
	if !s.log {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintln(s.io.out, l)
}

// say tells the person at the terminal what happens.
func (s *station) say(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintln(s.io.err, "mock-reader:", line)
}
