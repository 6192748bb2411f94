package gateway

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
)

// Listeners are the agent's sockets: 127.0.0.1 and, where the system has IPv6,
// [::1], on one port.
type Listeners struct {
	port int
	each []net.Listener
}

// ErrPort: the port is not free on a loopback address, or is none.
var ErrPort = errors.New("gateway: port not available")

// The ports of agents: several users of one computer have one each. Clients try
// them in order.
const (
	FirstPort = 9590
	LastPort  = 9597
)

// ListenFirst opens the first of the ports that is free.
func ListenFirst(ports ...int) (*Listeners, error) {
	var all error
	for _, port := range ports {
		l, err := Listen(port)
		if err == nil {
			return l, nil
		}
		all = errors.Join(all, err)
	}
	return nil, all
}

// anyPortTries is how often a free port is looked for that is free on both addresses.
const anyPortTries = 8

// Listen opens the port on the loopback addresses; 0 takes a free one. A port
// that is free on 127.0.0.1 and taken on [::1] is refused: whoever sits there
// would get half of our clients.
func Listen(port int) (*Listeners, error) {
	if port < 0 || port > 65535 {
		return nil, fmt.Errorf("%w: %d is no port", ErrPort, port)
	}
	tries := 1
	if port == 0 {
		tries = anyPortTries
	}
	var err error
	for range tries {
		var l *Listeners
		if l, err = listenBoth(port); err == nil {
			return l, nil
		}
	}
	return nil, fmt.Errorf("%w: %w", ErrPort, err)
}

func listenBoth(port int) (*Listeners, error) {
	four, err := listenOn("tcp4", "127.0.0.1", port)
	if err != nil {
		return nil, err
	}
	l := &Listeners{port: four.Addr().(*net.TCPAddr).Port, each: []net.Listener{four}}
	if !hasIPv6() {
		return l, nil
	}
	six, err := listenOn("tcp6", "::1", l.port)
	if err != nil {
		l.Close()
		return nil, err
	}
	l.each = append(l.each, six)
	return l, nil
}

func listenOn(network, address string, port int) (net.Listener, error) {
	config := net.ListenConfig{Control: exclusive}
	return config.Listen(context.Background(), network, net.JoinHostPort(address, strconv.Itoa(port)))
}

// hasIPv6 tells whether [::1] exists here; the error of a failed Listen does not
// tell that apart from a taken port on every system.
func hasIPv6() bool {
	probe, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		return false
	}
	probe.Close()
	return true
}

// Port returns the port that is open.
func (l *Listeners) Port() int { return l.port }

// Addresses returns the addresses that are open, as host:port.
func (l *Listeners) Addresses() []string {
	var all []string
	for _, each := range l.each {
		all = append(all, each.Addr().String())
	}
	return all
}

// Close closes the sockets.
func (l *Listeners) Close() {
	for _, each := range l.each {
		each.Close()
	}
}
