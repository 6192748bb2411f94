package gateway

import "net/netip"

// Peer is what the system says of who holds the other end of a connection.
type Peer int

// The answers. What the system does not tell is not held against the peer.
const (
	PeerUntold       Peer = iota // this system does not tell
	PeerOurs                     // the same user, the same session
	PeerOtherUser                // another user of this computer
	PeerOtherSession             // another Windows session
)

// peerOf asks the system who holds the peer's end of the connection from peer
// to own. Both are loopback addresses.
func peerOf(peer, own netip.AddrPort) Peer {
	if !peer.IsValid() || !own.IsValid() {
		return PeerUntold
	}
	return systemPeer(netip.AddrPortFrom(peer.Addr().Unmap(), peer.Port()), netip.AddrPortFrom(own.Addr().Unmap(), own.Port()))
}

// Ours tells whether the program at the other end of a loopback connection is one
// of this user and this session, as far as the system tells.
func Ours(peer, own netip.AddrPort) bool {
	p := peerOf(peer, own)
	return p == PeerOurs || p == PeerUntold
}
