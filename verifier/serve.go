package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"chipid/internal/version"
	"chipid/verifier/anchors"
	"chipid/verifier/api"
	"chipid/verifier/relay"
	"chipid/verifier/service"
	"chipid/verifier/store"
	"chipid/verifier/telemetry"
)

// Times of a running service.
const (
	headerLimit = 10 * time.Second
	idleLimit   = 2 * time.Minute
	// stopLimit is how long answers under way are waited for.
	stopLimit = 25 * time.Second
	// migratePause is how soon a database that is away is tried again.
	migratePause = time.Second
	// purgePause lies between two looks for what has stood long enough.
	purgePause = time.Minute
	// pingPause lies between two looks whether the database answers.
	pingPause = 5 * time.Second
)

// serveOptions are the flags of `chipid-verifier serve`.
type serveOptions struct {
	listen, database, cert, key string
	serviceKey, replica         string
	trust                       list
	manual, verbose             bool
}

func (c console) serveFlags(args []string) (o serveOptions, code int, done bool) {
	set, database := newFlags("serve")
	set.StringVar(&o.listen, "listen", "127.0.0.1:8700", "")
	set.StringVar(&o.cert, "tls-cert", "", "")
	set.StringVar(&o.key, "tls-key", "", "")
	set.StringVar(&o.serviceKey, "service-key", "", "")
	set.StringVar(&o.replica, "replica", "", "")
	set.Var(&o.trust, "trust", "")
	set.BoolVar(&o.manual, "accept-manual-origin", false, "")
	set.BoolVar(&o.verbose, "verbose", false, "")
	if _, code, done := c.parse(set, args, 0); done {
		return o, code, true
	}
	o.database = *database
	switch {
	case len(o.trust) == 0:
		return o, c.usage("serve: --trust"), true
	case (o.cert == "") != (o.key == ""):
		return o, c.usage("serve: --tls-cert and --tls-key go together"), true
	}
	return o, 0, false
}

// serve is `chipid-verifier serve`.
func serve(ctx context.Context, c console, args []string) int {
	o, code, done := c.serveFlags(args)
	if done {
		return code
	}
	level := slog.LevelInfo
	if o.verbose {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewJSONHandler(c.err, &slog.HandlerOptions{Level: level}))
	s, err := newServer(ctx, o, log)
	if err != nil {
		return c.fail(err)
	}
	defer s.store.Close()
	listener, err := s.listen(o)
	if err != nil {
		return c.fail(err)
	}
	fmt.Fprintf(c.out, "chipid-verifier %s: %s://%s\n", version.String(), map[bool]string{true: "https", false: "http"}[o.cert != ""], listener.Addr())
	if err := s.run(ctx, listener); err != nil {
		return c.fail(err)
	}
	log.Info("stopped")
	return exitOK
}

// server is a running service.
type server struct {
	store   *store.Store
	anchors *anchors.Folders
	meters  *telemetry.Meters
	http    *http.Server
	// relays are nil without a service key.
	relays *relay.Relays
	log    *slog.Logger
	// stopTraces sends what spans are left.
	stopTraces func(context.Context) error
}

func newServer(ctx context.Context, o serveOptions, log *slog.Logger) (*server, error) {
	s := &server{log: log, meters: telemetry.NewMeters(version.String())}
	var err error
	if s.anchors, err = anchors.Open(o.trust, log); err != nil {
		return nil, err
	}
	if s.stopTraces, err = telemetry.StartTraces(ctx, version.String()); err != nil {
		return nil, err
	}
	if s.store, err = store.Open(o.database); err != nil {
		return nil, err
	}
	s.store.Log = log
	s.anchors.Changed = s.meters.Trust
	s.meters.Trust(s.anchors.State())
	if o.manual {
		log.Warn("origins given by hand are accepted: for trials only")
	}
	var kinds []store.Kind
	if o.serviceKey != "" {
		kinds = append(kinds, store.KindChipAuth)
	}
	judge := service.New(service.Config{Store: s.store, Anchors: s.anchors.Store, BuildDate: built(), AcceptManualOrigin: o.manual,
		Kinds: kinds, Judged: s.meters.Judged, Span: telemetry.Span, Log: log})
	further, err := s.openRelays(o, judge)
	if err != nil {
		return nil, err
	}
	s.http = &http.Server{Handler: api.New(api.Config{Store: s.store, Service: judge, Ready: s.ready, Further: further, Metrics: s.meters.Handler(), Observe: s.meters.Observe, Log: log}),
		ReadHeaderTimeout: headerLimit, IdleTimeout: idleLimit, MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	return s, nil
}

// openRelays makes what answers requests by driven chip authentication, if there
// is a key to sign orders with.
func (s *server) openRelays(o serveOptions, judge *service.Service) ([]api.Route, error) {
	if o.serviceKey == "" {
		return nil, nil
	}
	key, err := readServiceKey(o.serviceKey)
	if err != nil {
		return nil, err
	}
	s.relays = relay.New(relay.Config{Store: s.store, Look: judge.Look, Key: key, Anchors: s.anchors.Store, BuildDate: built(), Replica: o.replica, Log: s.log})
	return s.relays.Routes(), nil
}

// ready: without an anchor nothing can be genuine.
func (s *server) ready() error {
	if s.anchors.Store().Empty() {
		return errors.New("no anchor is installed")
	}
	return nil
}

func (s *server) listen(o serveOptions) (net.Listener, error) {
	l, err := net.Listen("tcp", o.listen)
	if err != nil || o.cert == "" {
		return l, err
	}
	pair, err := openCertificate(o.cert, o.key, s.log)
	if err != nil {
		_ = l.Close()
		return nil, err
	}
	return tls.NewListener(l, &tls.Config{GetCertificate: pair.get, MinVersion: tls.VersionTLS12}), nil
}

// run serves until ctx ends, and then until what is under way was answered.
func (s *server) run(ctx context.Context, l net.Listener) error {
	beside, stop := context.WithCancel(ctx)
	defer stop()
	var all sync.WaitGroup
	all.Go(func() { s.anchors.Watch(beside, hangups(beside)) })
	all.Go(func() { s.tend(beside) })
	if s.relays != nil {
		all.Go(func() { s.relays.Beat(beside) })
	}
	failed := make(chan error, 1)
	go func() { failed <- s.http.Serve(l) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopLimit)
		defer cancel()
		if s.relays != nil {
			s.relays.Close() // their agents hear that it is over, and reset their chips
		}
		err = s.http.Shutdown(ending)
	}
	stop()
	all.Wait()
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if lost := s.stopTraces(ending); lost != nil {
		s.log.Warn("spans were not sent", "why", lost)
	}
	return err
}

// tend brings the tables up as soon as the database is there, and from then on
// looks after what is kept too long.
func (s *server) tend(ctx context.Context) {
	for {
		err := s.store.Migrate(ctx)
		s.meters.Database(err == nil)
		if err == nil {
			break
		}
		s.log.Error("database", "why", err)
		if !pause(ctx, migratePause) {
			return
		}
	}
	s.purge(ctx)
	for last := time.Now(); pause(ctx, pingPause); {
		s.meters.Database(s.store.Ping(ctx) == nil)
		if time.Since(last) >= purgePause {
			s.purge(ctx)
			last = time.Now()
		}
	}
}

func (s *server) purge(ctx context.Context) {
	n, err := s.store.Purge(ctx)
	if err != nil {
		s.log.Warn("nothing purged", "why", err)
		return
	}
	s.meters.Purged(n)
}

// pause waits; false if ctx ended meanwhile.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// built is when the source of this program was committed, as the Go tool noted
// it: the clock cannot be earlier. Zero where it did not.
func built() time.Time {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return time.Time{}
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.time" {
			if t, err := time.Parse(time.RFC3339, setting.Value); err == nil {
				return t
			}
		}
	}
	return time.Time{}
}
