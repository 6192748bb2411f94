package gateway

import (
	"encoding/base64"
	"net"
	"net/http"
	"net/netip"
	"net/textproto"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/gorilla/websocket"

	"chipid/agent/consent"
)

// Paths and the sub-protocol of this version.
const (
	PathSocket  = "/v1"
	PathHealth  = "/health"
	SubProtocol = "chipid.v1"
)

// Close codes of the application's range: the browser tells a page these, and
// not the status of a refused upgrade.
const (
	// CloseNotPaired ORIGIN_NOT_PAIRED: the origin has no grant, or no longer.
	CloseNotPaired = 4403
	// CloseOtherSession OTHER_SESSION: the browser belongs to another session; a
	// client goes on with the next port.
	CloseOtherSession = 4409
)

// Reasons that go with the close codes.
const (
	reasonNotPaired    = "ORIGIN_NOT_PAIRED"
	reasonOtherSession = "OTHER_SESSION"
)

// standing is how a caller that passed the gate stands.
type standing int

const (
	stranger standing = iota // is told that it has no grant
	pairing                  // may ask for a grant, and for nothing else
	admitted                 // has a grant
	outsider                 // is told that it is of another session
)

// visit is a request that passed the gate.
type visit struct {
	caller   consent.Caller
	standing standing
}

// gate judges requests before anything is done for them.
type gate struct {
	// hosts are the names of the port of ws://, secure those of wss://, nil without.
	hosts    map[string]bool
	secure   atomic.Pointer[map[string]bool]
	admitter consent.Admitter
	clients  Clients
	pairing  func() bool
	peer     func(peer, own netip.AddrPort) Peer
}

// newGate makes the gate of an agent that listens on port.
func newGate(port int, c Config) *gate {
	g := &gate{hosts: *names(port), admitter: c.Admitter, clients: c.Clients, pairing: c.Pairing, peer: peerOf}
	if g.pairing == nil {
		g.pairing = func() bool { return false }
	}
	return g
}

// names are the values of Host by which the agent may be called on a port.
func names(port int) *map[string]bool {
	all := map[string]bool{}
	for _, name := range []string{"127.0.0.1", "[::1]", "localhost"} {
		all[name+":"+strconv.Itoa(port)] = true
	}
	return &all
}

// isOurs tells whether Host names this agent at the port at which it was asked.
func (g *gate) isOurs(r *http.Request) bool {
	if r.TLS == nil {
		return g.hosts[r.Host]
	}
	secure := g.secure.Load()
	return secure != nil && (*secure)[r.Host]
}

// common asks what every request must fulfil, whatever it wants.
func (g *gate) common(r *http.Request) *Refusal {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	switch {
	case err != nil || !peer.Addr().Unmap().IsLoopback():
		return PeerForeign
	case !strings.HasPrefix(r.RequestURI, "/"), strings.ContainsAny(r.RequestURI, "?#%\\"):
		return TargetForm
	case !g.isOurs(r):
		return HostForeign
	case r.RequestURI != PathSocket && r.RequestURI != PathHealth:
		return PathUnknown
	case r.Method != http.MethodGet && !isPreflight(r):
		return MethodRefused
	case r.ContentLength != 0 || len(r.TransferEncoding) > 0:
		return BodyRefused
	}
	return nil
}

// isPreflight tells whether a browser asks before it fetches /health for a page.
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.RequestURI == PathHealth && one(r, "Access-Control-Request-Method", http.MethodGet)
}

// origin returns the origin of the page that asks, well-formed; the zero Origin
// if there is none, which only the caller can judge.
func (g *gate) origin(r *http.Request) (consent.Origin, *Refusal) {
	values := r.Header["Origin"]
	switch len(values) {
	case 0:
		return consent.Origin{}, nil
	case 1:
	default:
		return consent.Origin{}, OriginTwice
	}
	o, err := consent.ParseOrigin(values[0])
	if err != nil {
		return consent.Origin{}, OriginMalformed
	}
	return o, nil
}

// caller finds out who asks: a page by its origin, or a local client by its
// token. Browsers let no page set Authorization for a WebSocket.
func (g *gate) caller(r *http.Request) (visit, *Refusal) {
	o, refusal := g.origin(r)
	token, shown := r.Header["Authorization"]
	switch {
	case refusal != nil:
		return visit{}, refusal
	case shown && o != consent.Origin{}:
		return visit{}, TokenWithOrigin
	case shown:
		return g.client(token)
	case o == consent.Origin{}:
		return visit{}, OriginMissing
	}
	return visit{consent.Caller{Origin: o}, g.standingOf(o)}, nil
}

// standingOf tells how a page's origin stands now.
func (g *gate) standingOf(o consent.Origin) standing {
	switch {
	case g.admitter.Admits(o):
		return admitted
	case g.pairing():
		return pairing
	}
	return stranger
}

func (g *gate) client(values []string) (visit, *Refusal) {
	token, ok := strings.CutPrefix(values[0], "Bearer ")
	if !ok || len(values) != 1 || g.clients == nil {
		return visit{}, TokenWrong
	}
	c, ok := g.clients.ClientOf(token)
	if !ok {
		return visit{}, TokenWrong
	}
	return visit{c, admitted}, nil
}

// socket asks what a WebSocket handshake must fulfil beyond common. The peer's
// user is asked last: it costs most.
func (g *gate) socket(r *http.Request) (visit, *Refusal) {
	v, refusal := g.caller(r)
	switch {
	case refusal != nil:
		return v, refusal
	case !r.ProtoAtLeast(1, 1), !websocket.IsWebSocketUpgrade(r), !one(r, "Sec-Websocket-Version", "13"):
		return v, NotUpgrade
	case !keyOK(r.Header["Sec-Websocket-Key"]):
		return v, KeyMalformed
	}
	if refusal := checkSubProtocol(r.Header["Sec-Websocket-Protocol"]); refusal != nil {
		return v, refusal
	}
	return g.user(r, v)
}

// user asks whose program the peer is.
func (g *gate) user(r *http.Request, v visit) (visit, *Refusal) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	own, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	if err != nil || !ok {
		return v, nil
	}
	switch g.peer(peer, own.AddrPort()) {
	case PeerOtherUser:
		return v, PeerUser
	case PeerOtherSession:
		v.standing = outsider
	}
	return v, nil
}

// one tells whether the header is there once and has the value.
func one(r *http.Request, name, value string) bool {
	v := r.Header[name]
	return len(v) == 1 && v[0] == value
}

// keyOK checks the client's nonce (RFC 6455 §4.1, item 7).
func keyOK(values []string) bool {
	if len(values) != 1 {
		return false
	}
	nonce, err := base64.StdEncoding.Strict().DecodeString(values[0])
	return err == nil && len(nonce) == 16
}

// checkSubProtocol wants chipid.v1 among distinct names offered (RFC 6455
// §4.1, item 10). Names of later versions beside it are fine: a page offers
// what it knows and the agent takes what it speaks.
func checkSubProtocol(values []string) *Refusal {
	if len(values) == 0 {
		return ProtocolMissing
	}
	seen := map[string]bool{}
	for name := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name = textproto.TrimString(name)
		if name == "" || seen[name] || len(seen) == 8 {
			return ProtocolUnknown
		}
		seen[name] = true
	}
	if !seen[SubProtocol] {
		return ProtocolUnknown
	}
	return nil
}
