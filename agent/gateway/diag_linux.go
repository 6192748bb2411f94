package gateway

import (
	"encoding/binary"
	"net/netip"
	"syscall"
)

// Of linux/sock_diag.h, linux/inet_diag.h and linux/tcp_states.h.
const (
	sockDiagByFamily = 20
	diagRequestBytes = 56 // struct inet_diag_req_v2
	diagAnswerBytes  = 72 // struct inet_diag_msg
	diagUID          = 64 // offset of idiag_uid in it
	tcpTimeWait      = 6
	tcpListen        = 10
)

// askKernel returns the user who owns the socket bound to peer and connected to own, as
// sock_diag(7) tells it: a question of microseconds, where the tables of /proc/net take
// milliseconds to write. found is false if there is none, or the kernel does not tell.
func askKernel(peer, own netip.AddrPort) (uid int, found bool) {
	s, err := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, syscall.NETLINK_INET_DIAG)
	if err != nil {
		return 0, false
	}
	defer syscall.Close(s)
	_ = syscall.SetsockoptTimeval(s, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &syscall.Timeval{Sec: 1})
	if syscall.Sendto(s, diagRequest(peer, own), 0, &syscall.SockaddrNetlink{Family: syscall.AF_NETLINK}) != nil {
		return 0, false
	}
	answer := make([]byte, 4096)
	n, from, err := syscall.Recvfrom(s, answer, 0)
	sender, ok := from.(*syscall.SockaddrNetlink)
	if err != nil || !ok || sender.Pid != 0 { // 0 is the kernel
		return 0, false
	}
	messages, err := syscall.ParseNetlinkMessage(answer[:n])
	if err != nil || len(messages) == 0 || messages[0].Header.Type != sockDiagByFamily || len(messages[0].Data) < diagAnswerBytes {
		return 0, false
	}
	m := messages[0].Data
	// A listening socket answers where there is no connection; one that waits out its
	// time has no owner any more.
	state, local, remote := m[1], binary.BigEndian.Uint16(m[4:]), binary.BigEndian.Uint16(m[6:])
	if state == tcpListen || state == tcpTimeWait || local != peer.Port() || remote != own.Port() {
		return 0, false
	}
	return int(binary.NativeEndian.Uint32(m[diagUID:])), true
}

// diagRequest asks for the one TCP socket with these two ends.
func diagRequest(peer, own netip.AddrPort) []byte {
	b := make([]byte, syscall.NLMSG_HDRLEN, syscall.NLMSG_HDRLEN+diagRequestBytes)
	binary.NativeEndian.PutUint32(b[0:], syscall.NLMSG_HDRLEN+diagRequestBytes)
	binary.NativeEndian.PutUint16(b[4:], sockDiagByFamily)
	binary.NativeEndian.PutUint16(b[6:], syscall.NLM_F_REQUEST)
	family := byte(syscall.AF_INET6)
	if peer.Addr().Is4() {
		family = syscall.AF_INET
	}
	b = append(b, family, syscall.IPPROTO_TCP, 0, 0)
	b = binary.NativeEndian.AppendUint32(b, ^uint32(0)) // in whatever state
	b = binary.BigEndian.AppendUint16(b, peer.Port())
	b = binary.BigEndian.AppendUint16(b, own.Port())
	for _, a := range []netip.Addr{peer.Addr(), own.Addr()} {
		var field [16]byte
		copy(field[:], a.AsSlice())
		b = append(b, field[:]...)
	}
	b = binary.NativeEndian.AppendUint32(b, 0)             // on whatever interface
	return binary.NativeEndian.AppendUint64(b, ^uint64(0)) // whatever its cookie
}
