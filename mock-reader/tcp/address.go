package tcp

import (
	"fmt"
	"net"
	"strconv"
	"strings"
)

// Prefix begins the name of every reader over TCP.
const Prefix = "tcp:"

// Address reads HOST:PORT, :PORT or PORT; without a host it is 127.0.0.1.
func Address(text string) (string, error) {
	if !strings.Contains(text, ":") {
		text = ":" + text
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return "", err
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", fmt.Errorf("port %q: want 0 to 65535, not %d", port, n)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port), nil
}

// Local tells whether an address HOST:PORT lies on the loopback interface. A name
// other than localhost does not: what it stands for may change.
func Local(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
