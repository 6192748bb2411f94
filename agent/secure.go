package main

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"strconv"

	"chipid/agent/config"
	"chipid/agent/gateway"
	"chipid/agent/truststores"
	"chipid/agent/wss"
)

// securePorts is how many ports are tried for wss://, one after the other: other
// users' agents on this computer have theirs.
const securePorts = 8

// keeper keeps what wss:// is served with. A home folder that is not known means
// no trust stores.
func (s settings) keeper() *wss.Keeper {
	var stores []truststores.Store
	if home, err := os.UserHomeDir(); err == nil {
		stores = truststores.Find(home)
	}
	return wss.Open(s.places.In("wss"), stores, nil)
}

// secure opens wss:// if it is wanted, set up and not open yet. Without it plain
// ws:// goes on.
func (a *agent) secure() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.securePort != 0 || !a.settings.Bool(config.WSSEnabled) {
		return
	}
	switch _, err := a.keeper.Set(); {
	case errors.Is(err, fs.ErrNotExist):
		return
	case err != nil:
		a.log.Error("wss is not served", "why", err)
		return
	}
	l, err := listenSecurely(a.settings.Int(config.WSSPort))
	if err != nil {
		a.log.Error("wss is not served", "why", err)
		return
	}
	a.securePort = l.Port()
	a.server.Secure(l, a.keeper.Certificate)
	a.log.Info("wss is served", "port", a.securePort)
}

// listenSecurely opens the first free port of those for wss://.
func listenSecurely(first int) (*gateway.Listeners, error) {
	if first == 0 {
		return gateway.Listen(0)
	}
	var errs []error
	for port := first; port < first+securePorts && port <= 65535; port++ {
		l, err := gateway.Listen(port)
		if err == nil {
			return l, nil
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

// secureAddresses are where wss:// is served, as host:port.
func (a *agent) secureAddresses() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.securePort == 0 {
		return nil
	}
	return []string{net.JoinHostPort("127.0.0.1", strconv.Itoa(a.securePort))}
}
