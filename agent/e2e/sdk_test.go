//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/sdk"
	"chipid/mock-reader/persona"
)

// clientPages serve the client module beside empty pages, for a page's own script;
// /frame is one that connects by itself to the agent after #, and tells its frame's owner.
var clientPages = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/js/chipid-client.js" {
		http.ServeFileFS(w, r, sdk.Files, "chipid-client.js")
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, `<!doctype html><html lang="vi"><title>một cửa</title><link rel="icon" href="data:,"><body>`)
	if r.URL.Path == "/frame" {
		fmt.Fprint(w, `<script type="module">import { ChipidClient } from "/js/chipid-client.js";
			ChipidClient.connect(location.hash.slice(1)).then(() => "connected", (e) => e.code ?? String(e)).then((v) => parent.postMessage(v, "*"));</script>`)
	}
})

// clientPage opens an empty page that can use the client, of an origin of its own.
func clientPage(t *testing.T) (p *page, origin string) {
	t.Helper()
	site := httptest.NewServer(clientPages)
	t.Cleanup(site.Close)
	origin = strings.Replace(site.URL, "127.0.0.1", "localhost", 1)
	p = open(t, "about:blank")
	p.network = true
	p.do(chromedp.Navigate(origin))
	return p, origin
}

// begin runs a script in the page with the client module as c; ended waits for it and
// returns the text that it gives, or the code of the error that it ends with.
func (p *page) begin(script string) {
	p.t.Helper()
	eval[bool](p, fmt.Sprintf(`(() => { window.seen = ""; import("/js/chipid-client.js").then(async (c) => { %s })
		.then((v) => { window.seen = String(v); }, (e) => { window.seen = e.code ?? String(e); }); return true; })()`, script))
}

func (p *page) ended() string {
	p.t.Helper()
	p.wait(`window.seen !== ""`)
	return eval[string](p, "window.seen")
}

func (p *page) withClient(script string) string {
	p.t.Helper()
	p.begin(script)
	return p.ended()
}

// TestTheClientOfPages: addresses are tried in order, the agent's key is checked, a
// read that lost its connection gives its result over another one.
func TestTheClientOfPages(t *testing.T) {
	who := persona.All()[0]
	put(t, who.Name, "instant")
	p := open(t, theatre.portal)
	p.network = true
	p.wait(`document.querySelector("#reader").dataset.state === "card"`)
	const dead = "ws://127.0.0.1:1/v1"
	assert.Equal(t, "true", p.withClient(fmt.Sprintf(`const a = await c.ChipidClient.connect([%q, %q]); window.key = a.agent.identity.key; a.close(); return a.paired;`, dead, theatre.agent)))
	assert.Equal(t, "AGENT_NOT_RUNNING", p.withClient(fmt.Sprintf(`await c.ChipidClient.connect(%q);`, dead)))
	assert.Equal(t, "true", p.withClient(fmt.Sprintf(`const a = await c.ChipidClient.connect(%q, {key: window.key}); a.close(); return a.paired;`, theatre.agent)))
	assert.Equal(t, "AGENT_KEY_CHANGED", p.withClient(fmt.Sprintf(`await c.ChipidClient.connect(%q, {key: "A" + window.key.slice(1)});`, theatre.agent)))
	assert.Equal(t, "9590 9597 ws://127.0.0.1:9590/v1 wss://localhost:9690/v1", p.withClient(`return [c.PORTS[0], c.PORTS[7], c.addresses()[0], c.addresses("wss")[0]].join(" ");`))

	put(t, who.Name, "normal")
	p.wait(`document.querySelector("#reader").dataset.state === "card"`)
	read := fmt.Sprintf(`const a = await c.ChipidClient.connect(%q);
		const lost = await a.readCard({fields: ["fullName", "portrait"], purpose: "thử", key: {id: %q}, progressToken: "of the page's choice"}, {onProgress: () => a.close()}).then(() => null, (e) => e);
		if (lost?.code !== "AGENT_LOST") return "not lost: " + lost?.code;
		const b = await c.ChipidClient.connect(%q);
		const result = await b.resume(lost.resume); b.close();
		return result.citizen.fullName + " " + (result.citizen.portrait !== null);`, theatre.agent, who.Number, theatre.agent)
	assert.Equal(t, who.FullName+" true", p.withClient(read), "without a second read")
	assert.Equal(t, "METHOD_NOT_FOUND", p.withClient(fmt.Sprintf(`const a = await c.ChipidClient.connect(%q); try { await a.call("card.write", {}); } finally { a.close(); }`, theatre.agent)))
	assert.Equal(t, "1.3.2", p.withClient(fmt.Sprintf(`const a = await c.ChipidClient.connect(%q); const d = await a.call("rpc.discover", {}); a.close(); return d.openrpc;`, theatre.agent)))
}

// relay is a program on another port that passes everything on to the agent, as one
// that the agent takes for a browser.
func relay(t *testing.T, a *counterAgent) (address string) {
	t.Helper()
	agent, err := url.Parse(strings.Replace(strings.TrimSuffix(a.address, "/v1"), "ws://", "http://", 1))
	require.NoError(t, err)
	server := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(agent) }})
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "http://", "ws://", 1) + "/v1"
}

// otherSession is the agent of another Windows session, as far as a page hears of it.
func otherSession(t *testing.T) (address string) {
	t.Helper()
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }, Subprotocols: []string{"chipid.v1"}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ws, err := upgrader.Upgrade(w, r, nil); err == nil {
			_ = ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(4409, "OTHER_SESSION"), time.Now().Add(time.Second))
			_, _, _ = ws.ReadMessage()
			ws.Close()
		}
	}))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "http://", "ws://", 1) + "/v1"
}

// liar is a program that says it has the key, and signs with another.
func liar(t *testing.T, key string) (address string) {
	t.Helper()
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }, Subprotocols: []string{"chipid.v1"}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer ws.Close()
		var m struct{ ID int }
		_, port, _ := strings.Cut(r.Host, ":")
		if ws.ReadJSON(&m) == nil {
			_ = ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"jsonrpc":"2.0","id":%d,"result":{"identity":{"key":%q,"signature":%q,"port":%s},"grant":{"fields":[]}}}`,
				m.ID, key, strings.Repeat("A", 86), port))
		}
		_, _, _ = ws.ReadMessage()
	}))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "http://", "ws://", 1) + "/v1"
}

// TestSilentProgramsHoldNobodyUp: one that takes connections and says nothing, and one that
// opens a WebSocket and says nothing, before the agent.
func TestSilentProgramsHoldNobodyUp(t *testing.T) {
	mute, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { mute.Close() })
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }, Subprotocols: []string{"chipid.v1"}}
	gone := make(chan struct{}, 9)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ws, err := upgrader.Upgrade(w, r, nil); err == nil {
			for err == nil {
				_, _, err = ws.ReadMessage()
			}
			ws.Close()
			gone <- struct{}{}
		}
	}))
	t.Cleanup(server.Close)
	opens := strings.Replace(server.URL, "http://", "ws://", 1) + "/v1"
	a := startAgent(t)
	p, origin := clientPage(t)
	a.command("origins", "grant", origin, "--fields", "fullName", "--for", "day")
	assert.Equal(t, "true in time", p.withClient(fmt.Sprintf(`const began = performance.now(); const a = await c.ChipidClient.connect(["ws://%s/v1", %q, %q], {timeout: 60_000});
		a.close(); return a.paired + (performance.now() - began < 30_000 ? " in time" : " late");`, mute.Addr(), opens, a.address)))
	<-gone // the attempt beside is given up
	assert.Equal(t, "AGENT_SILENT", p.withClient(fmt.Sprintf(`await c.ChipidClient.connect(%q, {timeout: 300});`, opens)))
}

// TestAPagePairsThroughTheClient, from a stranger to a grant, and from then on looks for
// the agent that it knows: past another session's, past other programs that answer.
func TestAPagePairsThroughTheClient(t *testing.T) {
	a, impostor := startAgent(t), startAgent(t)
	p, origin := clientPage(t)
	connect := func(then string, addresses ...string) string {
		list, err := json.Marshal(addresses)
		require.NoError(t, err)
		return fmt.Sprintf(`const a = await c.ChipidClient.connect(%s, {key: window.key}); %s`, list, then)
	}
	assert.Equal(t, "AGENT_REFUSED_PAGE", p.withClient(connect(`return "in";`, a.address)), "nobody has opened pairing")

	a.command("pair", "--no-wait")
	p.begin(connect(`if (a.paired || a.readers.length > 0) return "it knows too much";
		const {key, ...granted} = await a.pair({name: "Một cửa", purpose: "CT01", fields: ["fullName", "religion"], presence: true}, {onCode: (digits) => { window.code = digits; }});
		window.key = key; return JSON.stringify(granted);`, a.address))
	p.wait("window.code || window.seen")
	code := eval[string](p, "window.code ?? window.seen")
	require.Regexp(t, `^\d{7}$`, code)
	var asked struct {
		Pending []struct {
			ID     json.Number
			Origin string
		}
	}
	require.Eventually(t, func() bool {
		return assert.NoError(t, json.Unmarshal([]byte(a.command("origins", "pending", "--json")), &asked)) && len(asked.Pending) == 1
	}, patience, 50*time.Millisecond)
	assert.Equal(t, origin, asked.Pending[0].Origin)
	a.command("origins", "approve", asked.Pending[0].ID.String(), "--code", code, "--fields", "fullName", "--for", "day", "--presence")
	assert.JSONEq(t, `{"fields": ["fullName"], "presence": true, "for": "day"}`, p.ended())

	whom := `a.close(); return a.agent.grant.fields + " " + a.readers.length;`
	assert.Equal(t, "fullName 2", p.withClient(connect(whom, a.address)), "the very agent, with its state")
	impostor.command("origins", "grant", origin, "--fields", "all", "--for", "day")
	assert.Equal(t, "AGENT_KEY_CHANGED", p.withClient(fmt.Sprintf(`await c.ChipidClient.connect(%q);`, impostor.address)), "the client has kept the key")
	assert.Equal(t, "true", p.withClient(fmt.Sprintf(`const a = await c.ChipidClient.connect(%q, {key: ""}); a.close(); return a.paired;`, impostor.address)), "whoever answers, to pair anew")
	assert.Equal(t, "false", p.withClient(fmt.Sprintf(`return (await c.ChipidClient.connect(%q).catch((e) => e)).retryable;`, impostor.address)), "trying again changes nothing")
	between, elsewhere := relay(t, a), otherSession(t)
	assert.Equal(t, "AGENT_KEY_CHANGED", p.withClient(connect(whom, impostor.address)), "another key")
	assert.Equal(t, "AGENT_KEY_CHANGED", p.withClient(connect(whom, between)), "the right key from another port")
	assert.Equal(t, "AGENT_KEY_CHANGED", p.withClient(connect(whom, liar(t, eval[string](p, "window.key")))), "the right key without its signature")
	assert.Equal(t, "OTHER_SESSION", p.withClient(connect(whom, elsewhere)))
	assert.Equal(t, "fullName 2", p.withClient(connect(whom, "ws://127.0.0.1:1/v1", elsewhere, impostor.address, between, a.address)))

	p.begin(connect(`a.addEventListener("closed", () => { window.gone = true; });
		const end = a.readCard({fields: ["fullName"], purpose: "CT01", key: {id: "000190000018"}, citizenConsent: true, reader: "nobody's", wait: true});
		window.waits = true; return await end;`, a.address))
	p.wait("window.waits")
	a.command("origins", "revoke", origin)
	assert.Equal(t, "AGENT_REFUSED_PAGE", p.ended(), "told at once, in the middle of a call")
	p.wait("window.gone")
}

// TestTheBrowserDoesNotTrustTheCertificate: told apart from an agent that is missing,
// by the agent that answers without TLS.
func TestTheBrowserDoesNotTrustTheCertificate(t *testing.T) {
	o := newOfficer(t)
	o.agent("wss", "install")
	cmd := exec.Command(theatre.program, "serve", "--mock", "--origin", o.page, "--state", filepath.Join(o.home, ".local", "state", "chipid"))
	cmd.Env, cmd.Stderr = o.environment(), os.Stderr
	secure := addressOf(t, cmd, `wss://127\.0\.0\.1:\d+/v1`)
	p, _ := clientPage(t)
	assert.Equal(t, "CERT_UNTRUSTED", p.withClient(fmt.Sprintf(`await c.ChipidClient.connect(%q)`, secure)))
}

// TestSafariIsLedToWSS, as far as another browser can stand in for it.
func TestSafariIsLedToWSS(t *testing.T) {
	p := public(t, true, "granted")
	const safari = `Object.defineProperty(navigator, "vendor", {configurable: true, value: "Apple Computer, Inc."});`
	assert.Equal(t, "ws://127.0.0.1:9590/v1", p.withClient(`return c.addresses()[0];`))
	assert.Equal(t, "wss://localhost:9690/v1", p.withClient(safari+`return c.addresses()[0];`))
	assert.Equal(t, "AGENT_NOT_RUNNING", p.withClient(`window.WebSocket = class { constructor() { throw new DOMException("mixed content", "SecurityError"); } };
		await c.ChipidClient.connect("ws://127.0.0.1:1/v1");`), "a browser that throws")
}
