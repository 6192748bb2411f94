//go:build e2e

package e2e

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/internal/browsertest"
)

// extensionWorker is an extension's service worker: it knocks at the agent and at a
// server that lets everybody in, and sends what it observed to that server.
const extensionWorker = `
const knock = (address) => new Promise((done) => { let log = ""; const s = new WebSocket(address, "chipid.v1");
	s.onopen = () => { log += "open "; s.close(1000); };
	s.onclose = (e) => done(log + e.code); });
(async () => {
	const report = { origin: location.origin, agent: await knock("AGENT"), control: await knock("CONTROL") };
	await fetch("REPORT?" + new URLSearchParams(report), { mode: "no-cors" });
})();`

// everybody is a server that opens every WebSocket and says again what it hears; it
// passes on the Origin of each, and the reports that reach it.
func everybody(t *testing.T) (address string, origins, reports chan string) {
	t.Helper()
	origins, reports = make(chan string, 9), make(chan string, 9)
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }, Subprotocols: []string{"chipid.v1"}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !websocket.IsWebSocketUpgrade(r) {
			reports <- r.URL.RawQuery
			return
		}
		origins <- r.Header.Get("Origin")
		if ws, err := upgrader.Upgrade(w, r, nil); err == nil {
			defer ws.Close()
			for kind, b, err := ws.ReadMessage(); err == nil && ws.WriteMessage(kind, b) == nil; kind, b, err = ws.ReadMessage() {
			}
		}
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://"), origins, reports
}

// TestAnExtensionIsRefused: a real extension of the browser, with the right to reach
// every site. Its worker and its page are refused by the agent; the same worker and
// page get in where nobody looks at the origin.
func TestAnExtensionIsRefused(t *testing.T) {
	control, origins, reports := everybody(t)
	folder := t.TempDir()
	worker := strings.NewReplacer("AGENT", theatre.agent, "CONTROL", "ws://"+control+"/", "REPORT", "http://"+control+"/").Replace(extensionWorker)
	for name, text := range map[string]string{
		"manifest.json": `{"manifest_version": 3, "name": "x", "version": "1", "background": {"service_worker": "worker.js"}, "host_permissions": ["<all_urls>"]}`,
		"worker.js":     worker,
		"page.html":     "<!doctype html><title>x</title>",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	b, stop, err := browsertest.Start(t.TempDir(), chromedp.Flag("disable-extensions", false), chromedp.Flag("load-extension", folder),
		chromedp.Flag("disable-features", "Translate,DisableLoadExtensionCommandLineSwitch"))
	require.NoError(t, err)
	t.Cleanup(stop)

	said, err := url.ParseQuery(heard(t, reports))
	require.NoError(t, err)
	own := said.Get("origin")
	require.Regexp(t, `^chrome-extension://[a-p]{32}$`, own, "the extension runs")
	assert.Equal(t, "1006", said.Get("agent"))
	assert.Equal(t, "open 1000", said.Get("control"))
	assert.Equal(t, own, heard(t, origins), "the control saw what the agent saw")

	p := openIn(t, b, "about:blank")
	p.network = true
	p.do(chromedp.Navigate(own + "/page.html"))
	require.Equal(t, own, eval[string](p, "location.origin"))
	assert.Equal(t, "1006", seen(p, theatre.agent))
	assert.Equal(t, "open answered 1000", seen(p, "ws://"+control+"/"))
}

// heard is the next thing that comes.
func heard(t *testing.T, from chan string) string {
	t.Helper()
	select {
	case text := <-from:
		return text
	case <-time.After(patience):
		require.Fail(t, "nothing came")
		return ""
	}
}
