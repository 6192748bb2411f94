package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"chipid/agent/audit"
	"chipid/agent/child"
	"chipid/agent/config"
	"chipid/agent/consent"
	consolepage "chipid/agent/console"
	"chipid/agent/control"
	"chipid/agent/counter"
	"chipid/agent/durable"
	"chipid/agent/gateway"
	"chipid/agent/pairing"
	"chipid/agent/reading"
	"chipid/agent/rpc"
	"chipid/agent/wss"
	"chipid/cardlib/pcsc"
	"chipid/cardlib/readers"
	"chipid/cardlib/trust"
	"chipid/mock-reader/inproc"
)

// agentOptions say what an agent is made of.
type agentOptions struct {
	settings
	// cards are the cards of the mock readers.
	cards []string
	// source stands for all readers, those of the system and of the mock; nil for these.
	source readers.Source
	log    *slog.Logger
	level  *slog.LevelVar
	// desktop: the officer is asked in windows, and there is a picture beside the clock.
	desktop bool
}

// agent is a running set of desk, counter, protocol and gateway, with what the
// officer decides beside them.
type agent struct {
	log   *slog.Logger
	level *slog.LevelVar

	listeners *gateway.Listeners
	server    *gateway.Server
	desk      *reading.Desk
	counter   *counter.Counter
	audit     *audit.Log
	store     *consent.Store
	admin     *consent.Admin
	book      *consent.Book
	queue     *consent.Queue
	room      *pairing.Room
	control   net.Listener
	keeper    *wss.Keeper
	// release gives the state's folder to another agent; stop ends run.
	release func()
	stop    chan struct{}
	console *consolepage.Room
	key     string // the public one
	desktop bool
	started time.Time
	// news is told when grants, the pairing window or trust have changed.
	news *news

	// One reload at a time, so that an older one does not overtake a newer one, and one note.
	reloading, noting sync.Mutex

	mu       sync.Mutex // guards settings, securePort and unused
	settings settings
	// unused is why the administrator's grants count for nothing, as the log was told.
	unused string
	// securePort is that of wss://, 0 while it is not served.
	securePort int
	stores     atomic.Pointer[stores]
	// poke wakes tend: grants or the pairing window have changed.
	poke chan struct{}
}

// stores are what cards are judged against, and when their files were written last.
type stores struct {
	real, test *trust.Store
	updated    time.Time
}

// keepFor is how long a result that nobody took is kept; 0 is what counter says.
// Tests have less time.
var keepFor time.Duration

// newAgent opens the port and puts everything together. Errors: gateway.ErrPort,
// consent.ErrOrigin, errTrust, errMock, errState, errRunning.
func newAgent(o agentOptions) (a *agent, err error) {
	if err := durable.Dir(o.places.State); err != nil {
		return nil, errors.Join(errState, err)
	}
	release, err := holdInstance(o.settings)
	if err != nil {
		return nil, errors.Join(errState, err)
	}
	defer func() {
		if err != nil {
			release()
		}
	}()
	if a, err = assemble(o); err != nil {
		return nil, err
	}
	a.release = release
	return a, nil
}

// assemble is newAgent for whoever holds the state's folder.
func assemble(o agentOptions) (*agent, error) {
	run, err := o.named()
	if err != nil {
		return nil, err
	}
	a := &agent{log: o.log, level: o.level, settings: o.settings, poke: make(chan struct{}, 1), stop: make(chan struct{}, 1),
		started: time.Now(), news: newNews(), desktop: o.desktop}
	if err := a.loadTrust(o.settings); err != nil {
		return nil, err
	}
	source, err := o.readers()
	if err != nil {
		return nil, errors.Join(errMock, err)
	}
	identity, err := a.openState(o, run)
	if err != nil {
		return nil, errors.Join(errState, err)
	}
	a.desk = reading.New(reading.Config{Source: source, Children: children(o.log), Trust: a.trust, Log: o.log})
	a.counter = counter.New(counter.Config{Desk: a.desk, Book: a.book, Audit: a.audit, Prompter: a.queue,
		Evidence: counter.Evidence{Key: identity.Signer(), Software: "chipid-agent " + version}, Wait: a.wait, Keep: keepFor, Spent: a.changed, Log: o.log})
	limits := gateway.DefaultLimits()
	handler, err := rpc.New(rpc.Config{Counter: a.counter, Identity: identity, Pairing: a.room, Grantor: a, Version: version,
		Mock: o.Bool(config.Mock), Limits: limits, Log: o.log})
	if err != nil {
		return nil, err
	}
	if a.listeners, err = o.listen(); err != nil {
		return nil, err
	}
	a.server = gateway.New(a.listeners, gateway.Config{Admitter: a.book, Clients: a.book, Pairing: a.room.IsOpen, Handler: handler, Limits: limits, Log: o.log})
	a.keeper = o.settings.keeper()
	a.secure()
	a.console = consolepage.New(consolepage.Config{Agent: view{a}, Peer: gateway.Ours, Log: o.log})
	a.openControl()
	a.note()
	return a, nil
}

// openState opens what lies in the state's folder.
func (a *agent) openState(o agentOptions, run *consent.Run) (*pairing.Identity, error) {
	identity, err := pairing.OpenIdentity(o.places.State)
	if err != nil {
		return nil, err
	}
	a.audit, a.store = o.settings.audit(), o.settings.store()
	if s := o.Source(config.Origins); len(o.List(config.Origins)) > 0 && !grants(s) {
		a.log.Error("origins: they grant nothing there; use «origins grant», pairing, or the administrator's policy", "source", string(s))
	}
	if _, err := a.store.List(); err != nil {
		a.log.Error("grants: nobody is admitted by them", "why", err)
	}
	if a.admin, err = o.signed(); err != nil {
		a.log.Error("administrator's key: not used", "why", err)
	}
	a.tellUnused()
	a.key = identity.Key()
	a.book = consent.NewBook(run, a.store, a.admin)
	a.queue = consent.NewQueue()
	a.room = pairing.NewRoom(identity, a.queue)
	return identity, nil
}

// openControl opens the socket for commands; without it the agent works, and
// commands say that it does not run.
func (a *agent) openControl() {
	l, err := control.Listen(a.settings.control())
	if err != nil {
		a.log.Warn("commands cannot reach this agent", "why", err)
		return
	}
	a.control = l
}

// readers puts the sources of readers together.
func (o agentOptions) readers() (readers.Source, error) {
	switch {
	case o.source != nil:
		return o.source, nil
	case !o.Bool(config.Mock):
		return pcsc.New(), nil
	}
	test, err := inproc.New(o.cards...)
	if err != nil {
		return nil, err
	}
	return readers.Join(pcsc.New(), test), nil
}

var (
	errTrust = errors.New("trust cannot be read")
	errMock  = errors.New("no such mock card")
	errState = errors.New("the state's folder cannot be used")
)

// loadTrust reads what cards are judged against.
func (a *agent) loadTrust(s settings) error {
	real, test, problems, err := trustStores(s.trustPaths(), s.Bool(config.Mock))
	if err != nil {
		return errors.Join(errTrust, err)
	}
	for _, p := range problems {
		a.log.Warn("trust: not used", "file", p.Source, "why", p.Err)
	}
	a.stores.Store(&stores{real, test, newestOf(s.trustPaths())})
	return nil
}

// trust says where the children of reads find what cards are judged against.
func (a *agent) trust() child.Trust { return a.set().childTrust() }

// set returns the settings in force.
func (a *agent) set() settings {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.settings
}

func (a *agent) wait() time.Duration {
	return time.Duration(a.set().Int(config.WaitSeconds)) * time.Second
}

// run works until ctx ends or a part fails, and returns when nothing is left.
// Clients go before the readers, so that they hear why.
func (a *agent) run(ctx context.Context) error {
	defer a.release()
	deskCtx, stopDesk := context.WithCancel(context.WithoutCancel(ctx))
	defer stopDesk()
	serveCtx, stopServing := context.WithCancel(ctx)
	defer stopServing()
	deskDone := make(chan error, 1)
	go func() {
		err := a.desk.Run(deskCtx)
		stopServing()
		deskDone <- err
	}()
	var beside sync.WaitGroup
	beside.Go(func() { a.tend(serveCtx) })
	beside.Go(func() {
		select {
		case <-a.stop:
			stopServing()
		case <-serveCtx.Done():
		}
	})
	if a.desktop {
		beside.Go(func() { a.askInWindows(serveCtx) })
	}
	if a.desktop && a.set().Bool(config.Tray) {
		beside.Go(func() { a.besideTheClock(serveCtx) })
	}
	if a.control != nil {
		beside.Go(func() { control.Serve(serveCtx, a.control, a.command) })
	}
	err := a.server.Run(serveCtx)
	stopServing()
	beside.Wait()
	a.console.Close()
	a.counter.Close()
	stopDesk()
	return errors.Join(err, <-deskDone)
}

// remove deletes a folder that was made for one run.
func remove(dir string) { _ = os.RemoveAll(dir) }
