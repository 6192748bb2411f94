//go:build e2e

package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/internal/browsertest"
)

// evil is a name that the attacker's server has given, and that now leads to this
// computer: DNS rebinding, made by the browser's host rules.
const evil = "evil.example"

// attackPage is whatever page an attacker serves; the attack comes from the test.
func attackPage(t *testing.T, body string) (port string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<!doctype html><title>x</title><link rel=icon href=data:,>"+body)
	}))
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	require.NoError(t, err)
	return port
}

// socket is a script that opens a WebSocket and writes into window.seen what the
// page can observe: whether it opened, what it heard, and the close code.
func socket(address string) string {
	return fmt.Sprintf(`(() => { window.seen = ""; let log = ""; const s = new WebSocket(%q, "chipid.v1");
		s.onopen = () => { log += "open "; s.send(JSON.stringify({jsonrpc: "2.0", id: 1, method: "initialize", params: {protocolVersion: "1.0", client: {name: "x"}}})); };
		s.onmessage = () => { log += "answered "; s.close(1000); };
		s.onclose = (e) => { window.seen = log + e.code; }; return true; })()`, address)
}

// seen is what a page observed of an address, in the frame that is expressed.
func seen(p *page, address string) string {
	p.t.Helper()
	eval[bool](p, socket(address))
	p.wait(`window.seen !== ""`)
	return eval[string](p, "window.seen")
}

// rebindingProxy is the network of a rebinding attack: pages of the evil name come
// from the attacker, and the connections that they open lead to the agent's port.
func rebindingProxy(t *testing.T, port string) string {
	t.Helper()
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<!doctype html><title>x</title><link rel=icon href=data:,>")
			return
		}
		agent, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer agent.Close()
		browser, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer browser.Close()
		_, _ = io.WriteString(browser, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { _, _ = io.Copy(agent, browser) }()
		_, _ = io.Copy(browser, agent)
	}))
	t.Cleanup(proxy.Close)
	return proxy.URL
}

// TestHostilePagesInARealBrowser: every way in which a page that was not let in
// could reach the agent from a browser on this computer, and the page that was.
func TestHostilePagesInARealBrowser(t *testing.T) {
	agent, err := url.Parse(theatre.agent)
	require.NoError(t, err)
	port := agent.Port()
	attacker := attackPage(t, "")
	b, stop, err := browsertest.Start(t.TempDir(), chromedp.Flag("host-resolver-rules", "MAP "+evil+" 127.0.0.1"), chromedp.Flag("allow-file-access-from-files", true))
	require.NoError(t, err)
	t.Cleanup(stop)
	visit := func(t *testing.T, address string) *page {
		p := openIn(t, b, "about:blank")
		p.network = true
		p.do(chromedp.Navigate(address))
		return p
	}
	own, rebound := "ws://127.0.0.1:"+port+"/v1", "ws://"+evil+":"+port+"/v1"
	// It is the agent that refuses: the same page reaches a server that lets everybody in.
	control, _, _ := everybody(t)
	control = "ws://" + control + "/"

	t.Run("the page that was let in", func(t *testing.T) {
		p := openIn(t, theatre.browser, theatre.portal)
		assert.Equal(t, "open answered 1000", seen(p, own))
	})
	t.Run("DNS rebinding", func(t *testing.T) {
		p := visit(t, "http://"+evil+":"+attacker+"/")
		assert.Equal(t, "1006", seen(p, rebound), "the name leads here, Host does not")
		assert.Equal(t, "1006", seen(p, own), "http from elsewhere is no acceptable origin")
		assert.Equal(t, "open answered 1000", seen(p, control))
		eval[bool](p, `(() => { window.seen = ""; fetch("http://`+evil+`:`+port+`/health").then((r) => { window.seen = "readable " + r.status; }, () => { window.seen = "hidden"; }); return true; })()`)
		p.wait(`window.seen !== ""`)
		assert.Equal(t, "hidden", eval[string](p, "window.seen"))
	})
	t.Run("DNS rebinding, Origin equal to Host", func(t *testing.T) {
		b, stop, err := browsertest.Start(t.TempDir(), chromedp.Flag("proxy-server", rebindingProxy(t, port)))
		require.NoError(t, err)
		t.Cleanup(stop)
		p := openIn(t, b, "about:blank")
		p.network = true
		p.do(chromedp.Navigate("http://" + evil + ":" + port + "/"))
		require.Equal(t, "http://"+evil+":"+port, eval[string](p, "location.origin"), "the attacker's page has the agent's port under the attacker's name")
		assert.Equal(t, "1006", seen(p, rebound), "libraries that compare Origin with Host let this in")
	})
	t.Run("a cross-site page", func(t *testing.T) {
		p := visit(t, "http://localhost:"+attacker+"/")
		assert.Equal(t, "open 4403", seen(p, own), "told that it has no grant, and nothing else")
	})
	t.Run("a frame within the page that was let in", func(t *testing.T) {
		p := visit(t, "http://localhost:"+attacker+"/")
		for _, frame := range []struct{ attributes, address, want string }{
			{"", own, "open 4403"},
			{`f.sandbox = "allow-scripts";`, own, "1006"},
			{`f.sandbox = "allow-scripts";`, control, "open answered 1000"},
		} {
			script := fmt.Sprintf("<script>(%s); setInterval(() => parent.postMessage(window.seen, '*'), 50)</script>", socket(frame.address))
			eval[bool](p, fmt.Sprintf(`(() => { window.heard = ""; onmessage = (e) => { window.heard = e.data; };
				const f = document.createElement("iframe"); %s f.srcdoc = %q; document.body.append(f); return true; })()`, frame.attributes, script))
			p.wait(`window.heard !== ""`)
			assert.Equal(t, frame.want, eval[string](p, "window.heard"))
			eval[bool](p, `(document.querySelector("iframe").remove(), true)`)
		}
	})
	t.Run("the page that was let in, in the attacker's frame", func(t *testing.T) {
		p := visit(t, "http://localhost:"+attackPage(t, `<iframe src="`+theatre.portal+`"></iframe>`)+"/")
		p.wait(`document.querySelector("iframe")`)
		time.Sleep(500 * time.Millisecond)
		assert.Nil(t, eval[any](p, `(() => { try { return frames[0].document.querySelector("#key"); } catch { return null; } })()`))
		assert.Equal(t, 0, eval[int](p, `frames[0].length`), "frame-ancestors 'none': it is not shown")
	})
	t.Run("a file", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "page.html")
		require.NoError(t, os.WriteFile(file, []byte("<!doctype html><title>x</title>"), 0o600))
		p := visit(t, "file://"+file)
		assert.Equal(t, "1006", seen(p, own))
		assert.Equal(t, "open answered 1000", seen(p, control))
	})
	t.Run("a page without an origin of its own", func(t *testing.T) {
		assert.Equal(t, "1006", seen(visit(t, "data:text/html,x"), own), "the browser itself keeps it from this computer")
		assert.Equal(t, "1006", seen(sandboxed(t), own))
	})
	t.Run("an origin like an extension's", func(t *testing.T) {
		for _, origin := range []string{"chrome-extension://aaaabbbbccccddddeeeeffffgggghhhh", "moz-extension://0f0f0f0f-0f0f-0f0f-0f0f-0f0f0f0f0f0f", "safari-web-extension://0F0F"} {
			assert.Equal(t, http.StatusForbidden, handshake(t, port, origin), origin)
		}
		assert.Equal(t, http.StatusSwitchingProtocols, handshake(t, port, eval[string](openIn(t, theatre.browser, theatre.portal), "location.origin")), "the same by the page that was let in")
	})
}

// handshake asks for the upgrade as that origin and returns the status.
func handshake(t *testing.T, port, origin string) int {
	t.Helper()
	conn, err := net.Dial("tcp", "127.0.0.1:"+port)
	require.NoError(t, err)
	defer conn.Close()
	fmt.Fprintf(conn, "GET /v1 HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nOrigin: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: chipid.v1\r\n\r\n", port, origin)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer resp.Body.Close()
	return resp.StatusCode
}
