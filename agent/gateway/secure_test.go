package gateway

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/consent"
	"chipid/agent/localca"
)

// startSecure runs a server with ws:// and wss://; the latter comes when it runs
// already. roots trust its certificates.
func startSecure(t *testing.T, limits Limits, handler Handler) (plain, secure *Listeners, roots *x509.CertPool) {
	t.Helper()
	run, err := consent.NewRun(wanted, "http://localhost:3000")
	require.NoError(t, err)
	plain, err = Listen(0)
	require.NoError(t, err)
	server := New(plain, Config{Admitter: run, Clients: clients{}, Handler: handler, Limits: limits})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
	})
	set, err := localca.Issue(time.Now())
	require.NoError(t, err)
	leaf, err := set.At(time.Now())
	require.NoError(t, err)
	secure, err = Listen(0)
	require.NoError(t, err)
	server.Secure(secure, func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return leaf.TLS(), nil })
	roots = x509.NewCertPool()
	roots.AddCert(set.CA)
	return plain, secure, roots
}

// sendSecurely is sendAll over TLS.
func sendSecurely(t *testing.T, address string, roots *x509.CertPool, request string) (*http.Response, string) {
	t.Helper()
	conn, err := tls.Dial("tcp", address, &tls.Config{RootCAs: roots, NextProtos: []string{"h2", "http/1.1"}})
	require.NoError(t, err)
	defer conn.Close()
	assert.Equal(t, "http/1.1", conn.ConnectionState().NegotiatedProtocol)
	require.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	_, err = io.WriteString(conn, request)
	require.NoError(t, err)
	in := bufio.NewReader(conn)
	resp, err := http.ReadResponse(in, nil)
	require.NoError(t, err)
	resp.Body.Close()
	if resp.StatusCode != http.StatusSwitchingProtocols {
		return resp, ""
	}
	rest, err := io.ReadAll(in)
	require.NoError(t, err)
	return resp, string(rest)
}

// TestTheGateStandsBehindTLSToo sends the whole table of hostile handshakes to wss://.
func TestTheGateStandsBehindTLSToo(t *testing.T) {
	handler := &echo{}
	_, l, roots := startSecure(t, generous(), handler)
	for _, a := range hostile {
		t.Run(a.name, func(t *testing.T) {
			resp, rest := sendSecurely(t, l.Addresses()[0], roots, a.make(l.Port()).bytes())
			assert.Equal(t, a.status, resp.StatusCode)
			if a.status == told {
				assert.Equal(t, "\x88\x13\x11\x33ORIGIN_NOT_PAIRED", rest)
			}
		})
	}
	assert.Zero(t, handler.served.Load())
}

// TestEachPortHasItsOwnHost: the name of one port is foreign to the other.
func TestEachPortHasItsOwnHost(t *testing.T) {
	plain, secure, roots := startSecure(t, generous(), &echo{})
	resp, _ := sendSecurely(t, secure.Addresses()[0], roots, valid(plain.Port()).bytes())
	assert.Equal(t, http.StatusForbidden, resp.StatusCode)
	assert.Equal(t, http.StatusForbidden, send(t, plain.Addresses()[0], valid(secure.Port()).bytes()).StatusCode)
	assert.Equal(t, http.StatusBadRequest, send(t, secure.Addresses()[0], valid(secure.Port()).bytes()).StatusCode, "no plain HTTP on the port of TLS")
}

// asked tells which port each conversation came in by.
type asked struct{ port atomic.Int32 }

func (a *asked) Serve(_ context.Context, c *Conn) {
	a.port.Store(int32(c.Port()))
	b, err := c.Read()
	if err == nil {
		_ = c.Write(b)
	}
}

func TestWSS(t *testing.T) {
	handler := &asked{}
	_, l, roots := startSecure(t, generous(), handler)
	dialer := websocket.Dialer{TLSClientConfig: &tls.Config{RootCAs: roots}}
	for _, host := range []string{"localhost", "127.0.0.1", "[::1]"} {
		if host == "[::1]" && !hasIPv6() {
			continue // the server has no such listener here
		}
		ws, resp, err := dialer.Dial("wss://"+host+":"+strconv.Itoa(l.Port())+PathSocket, http.Header{"Origin": {wanted}, "Sec-WebSocket-Protocol": {SubProtocol}})
		require.NoError(t, err, host)
		resp.Body.Close()
		require.NoError(t, ws.WriteMessage(websocket.TextMessage, []byte("xin chào")))
		_, b, err := ws.ReadMessage()
		require.NoError(t, err)
		assert.Equal(t, "xin chào", string(b))
		assert.Equal(t, websocket.CloseNormalClosure, closeCode(t, ws), "the close code comes through TLS")
		assert.Equal(t, int32(l.Port()), handler.port.Load(), "the page's challenge names the port that it dialled")
		ws.Close()
	}
}

// TestATLSHandshakeThatNeverEnds: a client that says nothing is cut off.
func TestATLSHandshakeThatNeverEnds(t *testing.T) {
	limits := generous()
	limits.Header = 300 * time.Millisecond
	_, l, _ := startSecure(t, limits, &echo{})
	conn, err := net.Dial("tcp", l.Addresses()[0])
	require.NoError(t, err)
	defer conn.Close()
	_, err = conn.Write([]byte{22, 3, 1}) // the beginning of a ClientHello
	require.NoError(t, err)
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(patience)))
	_, err = io.Copy(io.Discard, conn)
	if err != nil {
		assert.False(t, isTimeout(err), "%v", err)
	}
}
