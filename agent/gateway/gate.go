package gateway

import (
	"encoding/base64"
	"net/http"
	"net/netip"
	"net/textproto"
	"strconv"
	"strings"

	"github.com/gorilla/websocket"

	"chipid/agent/consent"
)

// Paths and the sub-protocol of this version.
const (
	PathSocket  = "/v1"
	PathHealth  = "/health"
	SubProtocol = "chipid.v1"
)

// gate judges requests before anything is done for them.
type gate struct {
	hosts    map[string]bool
	admitter consent.Admitter
}

// newGate makes the gate of an agent that listens on port.
func newGate(port int, admitter consent.Admitter) *gate {
	g := &gate{hosts: map[string]bool{}, admitter: admitter}
	for _, name := range []string{"127.0.0.1", "[::1]", "localhost"} {
		g.hosts[name+":"+strconv.Itoa(port)] = true
	}
	return g
}

// common asks what every request must fulfil, whatever it wants.
func (g *gate) common(r *http.Request) *Refusal {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	switch {
	case err != nil || !peer.Addr().Unmap().IsLoopback():
		return PeerForeign
	case !strings.HasPrefix(r.RequestURI, "/"), strings.ContainsAny(r.RequestURI, "?#%\\"):
		return TargetForm
	case !g.hosts[r.Host]:
		return HostForeign
	case r.RequestURI != PathSocket && r.RequestURI != PathHealth:
		return PathUnknown
	case r.Method != http.MethodGet:
		return MethodRefused
	case r.ContentLength != 0 || len(r.TransferEncoding) > 0:
		return BodyRefused
	}
	return nil
}

// origin returns the origin of the page that asks, if it is admitted; the zero
// Origin if there is none, which only the caller can judge.
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
	if !g.admitter.Admits(o) {
		return consent.Origin{}, OriginUnknown
	}
	return o, nil
}

// socket asks what a WebSocket handshake must fulfil beyond common.
func (g *gate) socket(r *http.Request) (consent.Origin, *Refusal) {
	o, refusal := g.origin(r)
	switch {
	case refusal != nil:
		return o, refusal
	case o == consent.Origin{}:
		return o, OriginMissing
	case !r.ProtoAtLeast(1, 1), !websocket.IsWebSocketUpgrade(r), !one(r, "Sec-Websocket-Version", "13"):
		return o, NotUpgrade
	case !keyOK(r.Header["Sec-Websocket-Key"]):
		return o, KeyMalformed
	}
	return o, checkSubProtocol(r.Header["Sec-Websocket-Protocol"])
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
