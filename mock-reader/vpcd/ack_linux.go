package vpcd

import (
	"net"
	"syscall"
)

// ackAtOnce has the kernel acknowledge what comes next without delay. The driver
// sends the length and the message apart, and its kernel keeps the message back
// until the length is acknowledged: 40 ms for each command otherwise. The kernel
// forgets the wish after a while, hence before each message.
func ackAtOnce(conn net.Conn) {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		// Slower without it, and no harm done.
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_QUICKACK, 1)
	})
}
