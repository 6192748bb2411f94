package gateway

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
)

// peerTries is how often the tables are read: an entry can slip through while
// others come and go.
const peerTries = 3

var errNoTable = errors.New("gateway: no table of connections")

// systemPeer asks the kernel who owns the peer's socket, and looks into /proc/net
// (proc_net(5)) where it does not answer. A connection that is nowhere is refused: a
// living one on loopback is always there.
func systemPeer(peer, own netip.AddrPort) Peer {
	for range peerTries {
		uid, found, err := ownerOf(peer, own)
		switch {
		case err != nil:
			return PeerUntold
		case found && uid == os.Getuid():
			return PeerOurs
		case found:
			return PeerOtherUser
		}
	}
	return PeerOtherUser
}

// ownerOf returns the user who owns the socket bound to peer and connected to own.
// An IPv4 connection may be made with a socket of IPv6.
func ownerOf(peer, own netip.AddrPort) (uid int, found bool, err error) {
	if uid, found = askKernel(peer, own); found {
		kernelTells.Store(true)
	}
	if kernelTells.Load() {
		return uid, found, nil
	}
	return lookUp(peer, own)
}

// kernelTells: the kernel has answered before, so that it is believed when it knows of no
// connection, and nobody makes the agent read the tables by closing early.
var kernelTells atomic.Bool

// lookUp is ownerOf by the tables of /proc/net.
func lookUp(peer, own netip.AddrPort) (uid int, found bool, err error) {
	uid, found, err = search("/proc/net/tcp6", hex6(peer)+" "+hex6(own))
	if err == nil && !found || errors.Is(err, os.ErrNotExist) {
		if !peer.Addr().Is4() {
			return uid, found, err
		}
		uid, found, err = search("/proc/net/tcp", hex4(peer)+" "+hex4(own))
	}
	return uid, found, err
}

// search finds the row with the two addresses and returns its column uid.
func search(table, addresses string) (uid int, found bool, err error) {
	f, err := os.Open(table)
	if err != nil {
		return 0, false, fmt.Errorf("%w: %w", errNoTable, err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if !strings.Contains(lines.Text(), addresses) {
			continue
		}
		columns := strings.Fields(lines.Text())
		if len(columns) < 8 {
			return 0, false, errNoTable
		}
		uid, err := strconv.Atoi(columns[7])
		return uid, err == nil, err
	}
	return 0, false, lines.Err()
}

// hex4 and hex6 write an address as the tables do: words of 32 bits in the
// machine's order, then the port.
func hex4(a netip.AddrPort) string {
	b := a.Addr().As4()
	return fmt.Sprintf("%08X:%04X", binary.NativeEndian.Uint32(b[:]), a.Port())
}

func hex6(a netip.AddrPort) string {
	b := a.Addr().As16()
	var text strings.Builder
	for i := 0; i < len(b); i += 4 {
		fmt.Fprintf(&text, "%08X", binary.NativeEndian.Uint32(b[i:]))
	}
	return fmt.Sprintf("%s:%04X", text.String(), a.Port())
}
