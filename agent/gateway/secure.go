package gateway

import (
	"crypto/tls"
	"net"
)

// secured are listeners that speak TLS.
type secured struct {
	*Listeners
	config *tls.Config
}

// Secure serves wss:// on further listeners, which the server owns from then on:
// the same gate with the names of that port, the same limits. It may be called
// once, before or while the server runs. certificate is asked at each handshake.
func (s *Server) Secure(l *Listeners, certificate func(*tls.ClientHelloInfo) (*tls.Certificate, error)) {
	s.gate.secure.Store(names(l.port))
	s.secured <- secured{l, &tls.Config{
		GetCertificate: certificate,
		MinVersion:     tls.VersionTLS12,
		NextProtos:     []string{"http/1.1"}, // a WebSocket of HTTP/2 would pass the gate's questions by
	}}
}

// tls is the listener with TLS around each connection. The time of a handshake is
// bounded by the server's time for the header.
func (s secured) tls(l net.Listener) net.Listener { return tls.NewListener(l, s.config) }
