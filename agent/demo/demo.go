package demo

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"chipid/cardlib/readers"
	"chipid/internal/desktop"
	"chipid/mock-reader/desk"
	"chipid/mock-reader/inproc"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/rack"
)

// Default ports of the demo's two pages; a taken one is replaced by a free one.
const (
	DefaultPortalPort = 8601
	DefaultDeskPort   = 8602
)

// ErrPort: no port could be opened for a page.
var ErrPort = errors.New("demo: no port for a page")

// Agent is what the demo asks of the agent that it runs.
type Agent struct {
	// Port to listen on at 127.0.0.1 (and [::1]); 0 takes a free one.
	Port int
	// Origin is the only page to be admitted.
	Origin string
	// Source holds the demo's reader. Its cards are judged against the mock's trust.
	Source readers.Source
	// Ready is called once when the agent listens, with its port.
	Ready func(port int)
}

// Options of a demo. The zero value of every field but Serve is usable.
type Options struct {
	// Serve runs the agent until ctx ends; an error ends the demo. The caller gives
	// it, so that this package knows nothing of gateway and protocol: main passes
	// a function that does what `serve --mock` does with a source of its own.
	Serve func(ctx context.Context, a Agent) error
	// AgentPort, PortalPort and DeskPort; 0 takes a free one.
	AgentPort, PortalPort, DeskPort int
	// Persona is the card that is in at the start; "" is the first persona's.
	Persona string
	// Open opens the two pages in the browser.
	Open bool
	// Out gets the addresses.
	Out io.Writer
}

// Flags declares the options of `chipid-agent demo` on fs and returns the
// options that they fill.
func Flags(fs *flag.FlagSet) *Options {
	o := &Options{}
	fs.IntVar(&o.AgentPort, "port", 0, "port of the agent (0: any free one)")
	fs.IntVar(&o.PortalPort, "portal-port", DefaultPortalPort, "port of the CT01 page")
	fs.IntVar(&o.DeskPort, "desk-port", DefaultDeskPort, "port of the test reader's page")
	fs.StringVar(&o.Persona, "persona", "", "card that is in at the start, PERSONA[/SCENARIO]")
	fs.BoolVar(&o.Open, "open", true, "open the pages in the browser")
	return o
}

// Run starts the agent with the demo's reader, the CT01 page and the desk, says
// where they are, and serves until ctx ends.
//
// From main:
//
//	fs := flag.NewFlagSet("demo", flag.ContinueOnError)
//	options := demo.Flags(fs)
//	// parse fs, then:
//	options.Out = os.Stdout
//	options.Serve = func(ctx context.Context, a demo.Agent) error { … }
//	err := demo.Run(ctx, *options)
func Run(ctx context.Context, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if o.Persona == "" {
		o.Persona = persona.All()[0].Name
	}
	if o.Out == nil {
		o.Out = io.Discard
	}
	reader, err := newReader(o.Persona)
	if err != nil {
		return err
	}
	portal, err := listen("localhost", o.PortalPort)
	if err != nil {
		return err
	}
	defer portal.close()
	room, err := openDesk(reader, o.DeskPort)
	if err != nil {
		return err
	}
	defer room.Close()

	d := &demo{options: o, reader: reader, portal: portal, desk: room}
	return d.run(ctx, cancel)
}

// demo is a running one.
type demo struct {
	options Options
	reader  *rack.Rack
	portal  *site
	desk    *desk.Room
}

// openDesk opens the test reader's page; a taken port is replaced by a free one.
func openDesk(r *rack.Rack, port int) (*desk.Room, error) {
	room, err := desk.Open(net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), r, "")
	if err != nil && port != 0 {
		room, err = desk.Open("127.0.0.1:0", r, "")
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPort, err)
	}
	return room, nil
}

// run starts the parts in the order in which they need each other's addresses,
// and returns when all have ended.
func (d *demo) run(ctx context.Context, cancel context.CancelFunc) error {
	var all sync.WaitGroup
	failed := make(chan error, 3)
	start := func(serve func() error) {
		all.Go(func() {
			defer cancel()
			failed <- serve()
		})
	}
	ready := make(chan int, 1)
	start(func() error {
		return d.options.Serve(ctx, Agent{Port: d.options.AgentPort, Origin: d.portal.origin(), Source: inproc.Over(d.reader),
			Ready: func(port int) { ready <- port }})
	})
	select {
	case port := <-ready:
		if err := d.serveSites(ctx, port, start); err != nil {
			cancel()
			failed <- err
		} else {
			d.announce(port)
		}
	case <-ctx.Done():
	}
	all.Wait()
	return firstError(failed)
}

// serveSites starts the two pages, which now know the agent's port.
func (d *demo) serveSites(ctx context.Context, agentPort int, start func(func() error)) error {
	portal, err := Portal{Host: d.portal.host, Desk: d.desk.Address(),
		Agent: "ws://127.0.0.1:" + strconv.Itoa(agentPort) + "/v1"}.Handler()
	if err != nil {
		return err
	}
	start(func() error { return d.portal.serve(ctx, portal) })
	start(func() error { return d.desk.Run(ctx) })
	return nil
}

// announce prints the addresses, one a line, and opens the pages if asked to.
func (d *demo) announce(agentPort int) {
	portal, desk := d.portal.origin()+"/", d.desk.Address()
	fmt.Fprintf(d.options.Out, "Tờ khai CT01 (trang một cửa):   %s\n", portal)
	fmt.Fprintf(d.options.Out, "Đầu đọc thử nghiệm (chép số):   %s\n", desk)
	fmt.Fprintf(d.options.Out, "Chương trình đọc thẻ (agent):   ws://127.0.0.1:%d/v1\n", agentPort)
	fmt.Fprintln(d.options.Out, "Copy a card's number on the test reader's page, paste it into the form, press Enter. Ctrl+C ends the demo.")
	if !d.options.Open {
		return
	}
	for _, page := range []string{desk, portal} {
		if err := desktop.Open(page); err != nil {
			fmt.Fprintln(d.options.Out, "Hãy mở các địa chỉ trên bằng trình duyệt. / Open the addresses above in a browser.")
			return
		}
	}
}

// firstError returns the first that is one.
func firstError(failed chan error) error {
	close(failed)
	for err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}

// headerLimit is how long a browser may take to send a request's headers.
const headerLimit = 10 * time.Second

// site is one page's listener.
type site struct {
	host string // name and port, as the browser writes them
	each []net.Listener
}

// listen opens a port on the loopback addresses that name stands for; a taken
// port is replaced by a free one.
func listen(name string, port int) (*site, error) {
	l, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil && port != 0 {
		l, err = net.Listen("tcp4", "127.0.0.1:0")
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPort, err)
	}
	s := &site{each: []net.Listener{l}}
	got := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	s.host = net.JoinHostPort(name, got)
	if name == "localhost" {
		// Browsers try [::1] first where the system has it; they fall back to IPv4.
		if six, err := net.Listen("tcp6", net.JoinHostPort("::1", got)); err == nil {
			s.each = append(s.each, six)
		}
	}
	return s, nil
}

// origin is the page's origin.
func (s *site) origin() string { return "http://" + s.host }

func (s *site) close() {
	for _, l := range s.each {
		l.Close()
	}
}

// serve answers until ctx ends.
func (s *site) serve(ctx context.Context, h http.Handler) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: headerLimit,
		BaseContext: func(net.Listener) context.Context { return ctx }}
	failed := make(chan error, len(s.each))
	for _, l := range s.each {
		go func() { failed <- server.Serve(l) }()
	}
	var err error
	left := len(s.each)
	select {
	case <-ctx.Done():
	case err = <-failed:
		left--
	}
	server.Close()
	for range left {
		<-failed
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
