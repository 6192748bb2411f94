//go:build e2e

package e2e

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/internal/browsertest"
)

// observation is what a page can find out of an agent's address: as docs/protocol.md
// says it, how a WebSocket goes and how a fetch of /health that need not be readable.
type observation struct{ socket, fetch string }

// observed tries both from a page. offered are the sub-protocols, as JavaScript.
func (p *page) observed(address, offered string) observation {
	p.t.Helper()
	health := "http" + strings.TrimSuffix(strings.TrimPrefix(address, "ws"), "/v1") + "/health"
	eval[bool](p, fmt.Sprintf(`(() => { window.seen = ""; window.fetched = ""; let log = "";
		const s = new WebSocket(%q, %s);
		s.onopen = () => { log = "opens, then "; };
		s.onclose = (e) => { window.seen = log + e.code; };
		fetch(%q, {mode: "no-cors", cache: "no-store"}).then(() => { window.fetched = "resolves"; }, () => { window.fetched = "fails"; });
		return true; })()`, address, offered, health))
	p.wait("window.seen && window.fetched")
	return observation{eval[string](p, "window.seen"), eval[string](p, "window.fetched")}
}

const ours = `"chipid.v1"`

// asAnotherUser starts an agent of another Linux user, for an origin.
func asAnotherUser(t *testing.T, origin string) (address string) {
	t.Helper()
	const nobody = 65534
	home, err := os.MkdirTemp("", "chipid-other")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(home) })
	program := filepath.Join(home, "chipid-agent")
	b, err := os.ReadFile(theatre.program)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(program, b, 0o755))
	require.NoError(t, os.Chmod(home, 0o755))
	state := filepath.Join(home, "state")
	require.NoError(t, os.Mkdir(state, 0o700))
	require.NoError(t, os.Chown(state, nobody, nobody))
	cmd := exec.Command(program, "serve", "--mock", "--port", "0", "--state", state, "--origin", origin)
	cmd.Env = []string{"HOME=" + state, "XDG_CONFIG_HOME=" + state + "/config"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	return addressOf(t, cmd, `ws://\S+`)
}

// TestWhatAPageCanObserve tries the causes of docs/protocol.md in Chromium; the table
// there says what came out. (What the browser asks its user is in lna_test.go, another
// program on the port in sdk_test.go.)
func TestWhatAPageCanObserve(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "protocol.md"))
	require.NoError(t, err)
	said := func(cause string, o observation) {
		t.Helper()
		assert.Contains(t, strings.ReplaceAll(string(text), "\r\n", "\n"), fmt.Sprintf("\n| %s | %s | %s |", cause, o.socket, o.fetch))
	}
	p, origin := clientPage(t)
	a := startAgent(t)

	nobody, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, nobody.Close())
	said("no agent on the port", p.observed("ws://"+nobody.Addr().String()+"/v1", ours))
	said("the page has no grant", p.observed(a.address, ours))
	a.command("origins", "grant", origin, "--fields", "fullName", "--for", "day")
	said("sub-protocol missing or of another version", p.observed(a.address, "[]"))
	said("sub-protocol missing or of another version", p.observed(a.address, `"chipid.v2"`))

	stranger := sandboxed(t)
	said("DNS rebinding, foreign `Host`", stranger.observed(strings.Replace(a.address, "127.0.0.1", evil, 1), ours))
	said("`Origin` `null`, a file, an extension, malformed", stranger.observed(a.address, ours))
	if os.Geteuid() == 0 {
		said("the browser is another Linux user's", p.observed(asAnotherUser(t, origin), ours))
	}

	eval[bool](p, fmt.Sprintf(`(() => { window.open16 = []; for (let i = 0; i < 16; i++) { const s = new WebSocket(%q, %s); s.onopen = () => window.open16.push(s); } return true; })()`, a.address, ours))
	p.wait("window.open16.length === 16")
	said("too many, or too often", p.observed(a.address, ours))
	eval[bool](p, `(() => { window.codes = []; for (const s of window.open16) s.onclose = (e) => window.codes.push(e.code); return true; })()`)
	a.command("origins", "revoke", origin)
	p.wait("window.codes.length === 16")
	stopping := startAgent(t)
	stopping.command("origins", "grant", origin, "--fields", "fullName", "--for", "day")
	said("the grant was taken back or has ended", observation{fmt.Sprint(eval[int](p, "window.codes[0]"), " while open"), p.observed(a.address, ours).fetch})

	eval[bool](p, fmt.Sprintf(`(() => { window.code = 0; const s = new WebSocket(%q, %s); s.onopen = () => { window.code = -1; }; s.onclose = (e) => { window.code = e.code; }; return true; })()`, stopping.address, ours))
	p.wait("window.code === -1")
	stopping.stop()
	p.wait("window.code > 0")
	said("the agent is stopping", observation{fmt.Sprint(eval[int](p, "window.code"), " while open"), p.observed(stopping.address, ours).fetch})
}

// sandboxed opens a page whose origin is opaque («null»), in a browser for which the
// evil name leads here. It is not the browser that keeps such a page from this computer:
// a server that lets everybody in is reached.
func sandboxed(t *testing.T) *page {
	t.Helper()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "sandbox allow-scripts")
		clientPages(w, r)
	}))
	t.Cleanup(site.Close)
	b, stop, err := browsertest.Start(t.TempDir(), chromedp.Flag("host-resolver-rules", "MAP "+evil+" 127.0.0.1"))
	require.NoError(t, err)
	t.Cleanup(stop)
	p := openIn(t, b, "about:blank")
	p.network = true
	p.do(chromedp.Navigate(site.URL))
	control, origins, _ := everybody(t)
	require.Equal(t, "open answered 1000", seen(p, "ws://"+control+"/"))
	require.Equal(t, "null", heard(t, origins))
	return p
}
