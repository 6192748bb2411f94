package gateway

import (
	"encoding/binary"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/windows"
)

var getExtendedTCPTable = windows.NewLazySystemDLL("iphlpapi.dll").NewProc("GetExtendedTcpTable")

// Of iphlpapi.h and winsock2.h.
const (
	tcpTableOwnerPIDConnections = 4
	afInet                      = 2
	afInet6                     = 23
	row4Bytes                   = 24 // MIB_TCPROW_OWNER_PID
	row6Bytes                   = 56 // MIB_TCP6ROW_OWNER_PID
	maxTable                    = 16 << 20
)

// peerTries is how often the tables are read: an entry can slip through while
// others come and go.
const peerTries = 3

// systemPeer finds the process that holds the peer's socket and compares its
// session with ours. A connection that is in no table is refused: a living one
// of this computer is always there. A session that cannot be found out is not
// held against the peer.
func systemPeer(peer, own netip.AddrPort) Peer {
	for range peerTries {
		pid, found, told := holder(peer, own)
		switch {
		case !told:
			return PeerUntold
		case found:
			return sessionOf(pid)
		}
	}
	return PeerOtherUser
}

func sessionOf(pid uint32) Peer {
	var theirs, ours uint32
	if windows.ProcessIdToSessionId(pid, &theirs) != nil || windows.ProcessIdToSessionId(windows.GetCurrentProcessId(), &ours) != nil {
		return PeerUntold
	}
	if theirs != ours {
		return PeerOtherSession
	}
	return PeerOurs
}

// holder returns the process that holds the socket bound to peer and connected
// to own; told is false where the system has no tables.
func holder(peer, own netip.AddrPort) (pid uint32, found, told bool) {
	if peer.Addr().Is4() {
		if pid, found, told = holderIn(afInet, row4Bytes, peer, own); found || !told {
			return pid, found, told
		}
		// A socket of IPv6 may have made the connection.
		peer, own = mapped(peer), mapped(own)
	}
	return holderIn(afInet6, row6Bytes, peer, own)
}

func mapped(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom16(a.Addr().As16()), a.Port())
}

func holderIn(family uintptr, size int, peer, own netip.AddrPort) (pid uint32, found, told bool) {
	table := connections(family)
	if len(table) < 4 {
		return 0, false, false
	}
	rows := table[4:]
	for range binary.LittleEndian.Uint32(table) {
		if len(rows) < size {
			return 0, false, false
		}
		local, remote, owner := row(rows[:size], family == afInet)
		if local == peer && remote == own {
			return owner, true, true
		}
		rows = rows[size:]
	}
	return 0, false, true
}

// connections returns the table of established connections.
func connections(family uintptr) []byte {
	size := uint32(64 << 10)
	for range 4 {
		table := make([]byte, size)
		code, _, _ := getExtendedTCPTable.Call(uintptr(unsafe.Pointer(&table[0])), uintptr(unsafe.Pointer(&size)), 0, family, tcpTableOwnerPIDConnections, 0)
		if code == 0 {
			return table
		}
		if windows.Errno(code) != windows.ERROR_INSUFFICIENT_BUFFER || size > maxTable {
			return nil
		}
	}
	return nil
}

// row reads a row: state, local address and port, remote address and port,
// process; with IPv6 addresses first, each with a scope. Ports are big-endian.
func row(b []byte, four bool) (local, remote netip.AddrPort, pid uint32) {
	if four {
		l, _ := netip.AddrFromSlice(b[4:8])
		r, _ := netip.AddrFromSlice(b[12:16])
		return netip.AddrPortFrom(l, binary.BigEndian.Uint16(b[8:])), netip.AddrPortFrom(r, binary.BigEndian.Uint16(b[16:])), binary.LittleEndian.Uint32(b[20:])
	}
	l, _ := netip.AddrFromSlice(b[0:16])
	r, _ := netip.AddrFromSlice(b[24:40])
	return netip.AddrPortFrom(l, binary.BigEndian.Uint16(b[20:])), netip.AddrPortFrom(r, binary.BigEndian.Uint16(b[44:])), binary.LittleEndian.Uint32(b[52:])
}
