package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"chipid/agent/catalogue"
	"chipid/agent/config"
	"chipid/agent/control"
	"chipid/agent/durable"
	"chipid/agent/gateway"
)

// errRunning: an agent runs with this state's folder already.
var errRunning = errors.New("an agent runs already")

// holdInstance makes this the one agent of the state's folder until release. The
// system releases it too, however the process ends.
func holdInstance(s settings) (release func(), err error) {
	release, err = durable.TryLock(s.places.In("agent.lock"))
	if errors.Is(err, durable.ErrLocked) {
		return nil, errRunning
	}
	return release, err
}

// endLimit is how long an agent that runs already is waited for: until it answers,
// or has ended for another version.
const (
	endLimit = 20 * time.Second
	tryPause = 50 * time.Millisecond
)

// handOver leaves the work to the agent that runs already and says where it is; it
// tells whether that was done. An agent of another version is asked to end instead,
// as after an upgrade.
func (c console) handOver(ctx context.Context, s settings, lang string) bool {
	said, err := control.Call(ctx, s.control(), control.Request{Op: control.OpHello})
	switch {
	case err != nil: // it is starting, or ending
		return false
	case said.Version != version:
		_, _ = control.Call(ctx, s.control(), control.Request{Op: control.OpStop})
		return false
	}
	c.sayAddresses(said.Version, said.Addresses)
	fmt.Fprintln(c.err, handedOver.In(lang))
	return true
}

var handedOver = catalogue.Text{
	Vi: "Chương trình đang chạy sẵn; lần khởi động này kết thúc, các tùy chọn của nó không được dùng.",
	En: "The agent is running already; this start ends, and its options are not used.",
}

// sayAddresses writes where an agent serves, one address a line.
func (c console) sayAddresses(version string, addresses []string) {
	for _, address := range addresses {
		fmt.Fprintf(c.out, "chipid-agent %s: ws://%s%s\n", version, address, gateway.PathSocket)
	}
}

// start makes the agent, in place of one of another version if that runs; nil with
// the exit code if there is to be none.
func (c console) start(ctx context.Context, o agentOptions, lang string) (*agent, int) {
	ctx, stop := context.WithTimeout(ctx, endLimit)
	defer stop()
	for {
		a, err := newAgent(o)
		switch {
		case err == nil:
			return a, 0
		case !errors.Is(err, errRunning):
			return nil, c.failStart(err, lang)
		case c.handOver(ctx, o.settings, lang):
			return nil, 0
		}
		select {
		case <-ctx.Done():
			return nil, c.fail(catalogue.AgentStuck, "", lang, false)
		case <-time.After(tryPause):
		}
	}
}

// ports are those of which the agent takes the first free one: the set that clients
// try, or the one that is configured.
func (s settings) ports() []int {
	if s.Source(config.Port) != config.FromDefault {
		return []int{s.Int(config.Port)}
	}
	var all []int
	for port := gateway.FirstPort; port <= gateway.LastPort; port++ {
		all = append(all, port)
	}
	return all
}

// listen opens the first of the ports that is free.
func (s settings) listen() (*gateway.Listeners, error) { return gateway.ListenFirst(s.ports()...) }
