package console

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// pathSocket is where the page's WebSocket is.
const pathSocket = "/socket"

// policy is the page's content security policy: its own files, its own socket,
// and in nobody's frame.
func policy(host string) string {
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src ws://" + host +
		"; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
}

// guard sets the headers that every answer has, and lets through only what comes
// from this user, under the own name, from the own page or from none.
func (r *Room) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy(r.host))
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		switch {
		case q.Host != r.host:
			w.WriteHeader(http.StatusMisdirectedRequest)
		case q.Method != http.MethodGet || q.ContentLength != 0 || strings.ContainsAny(q.RequestURI, "?%\\"):
			w.WriteHeader(http.StatusBadRequest)
		case !r.ownPage(q) || !r.ours(q):
			w.WriteHeader(http.StatusForbidden)
		default:
			next.ServeHTTP(w, q)
		}
	})
}

// ownPage tells whether a request comes from the console's page or, for its files
// alone, from no page at all: an address that was typed or opened by a program.
func (r *Room) ownPage(q *http.Request) bool {
	origins := q.Header["Origin"]
	own := len(origins) == 1 && origins[0] == "http://"+r.host
	if q.RequestURI == pathSocket {
		return own
	}
	if len(origins) > 0 && !own {
		return false
	}
	switch q.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
		return true
	}
	return false
}

// ours asks the system whether the peer is a program of this user.
func (r *Room) ours(q *http.Request) bool {
	peer, err := netip.ParseAddrPort(q.RemoteAddr)
	own, ok := q.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return err == nil && ok && peer.Addr().IsLoopback() && r.config.Peer(peer, own.AddrPort())
}
