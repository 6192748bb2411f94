//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/mock-reader/persona"
)

// reporting is a site whose page opens a WebSocket and reports what came of it.
func reporting(t *testing.T) (site *httptest.Server, address *atomic.Value, reports chan string) {
	t.Helper()
	address, reports = new(atomic.Value), make(chan string, 16)
	site = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/report" {
			reports <- r.URL.RawQuery
			w.WriteHeader(http.StatusNoContent)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, fmt.Sprintf(`<!doctype html><title>một cửa</title><script>
			const ws = new WebSocket("wss://%s/v1", "chipid.v1");
			ws.onopen = () => fetch("/report?opened-" + ws.protocol);
			ws.onerror = () => fetch("/report?refused");
		</script>`, address.Load()))
	}))
	t.Cleanup(site.Close)
	return site, address, reports
}

// firefox shows the officer's page in a headless Firefox with that profile, and
// returns what the page reports.
func (o *officer) firefox(profile string, reports chan string) string {
	o.t.Helper()
	require.NoError(o.t, os.MkdirAll(profile, 0o700))
	cmd := exec.Command("firefox-esr", "--headless", "--no-remote", "--profile", profile, o.page)
	cmd.Env = append(o.environment(), "MOZ_HEADLESS=1")
	require.NoError(o.t, cmd.Start())
	defer func() { _ = cmd.Process.Signal(os.Interrupt); _ = cmd.Wait() }()
	select {
	case report := <-reports:
		return report
	case <-time.After(90 * time.Second):
		o.t.Fatal("the page reports nothing")
		return ""
	}
}

// TestFirefoxTrustsTheAuthorityByPolicy: one policy of the computer, and the file
// in the user's own folder. Firefox takes the authority over into its profile;
// removal takes it out from there too.
func TestFirefoxTrustsTheAuthorityByPolicy(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Log("policies are an administrator's: CI is one")
		return
	}
	site, address, reports := reporting(t)
	o := &officer{t, t.TempDir(), strings.Replace(site.URL, "127.0.0.1", "localhost", 1)}
	o.agent("wss", "install")
	address.Store(o.serve(filepath.Join(o.home, ".local", "state", "chipid")))

	without := filepath.Join(o.home, "without")
	assert.Equal(t, "refused", o.firefox(without, reports), "no policy, no trust")
	t.Cleanup(func() { _ = exec.Command(theatre.program, "browsers", "policies", "remove").Run() })
	o.agent("browsers", "policies", "install", "--origin", o.page)
	profile := filepath.Join(o.home, ".mozilla", "firefox", "tai-quay.default")
	assert.Equal(t, "opened-chipid.v1", o.firefox(profile, reports))
	o.agent("browsers", "policies", "remove")

	list := func() string {
		out, err := exec.Command("certutil", "-L", "-d", "sql:"+profile).CombinedOutput()
		require.NoError(t, err, "%s", out)
		return string(out)
	}
	require.Contains(t, list(), "chipid local CA", "Firefox keeps what it took over")
	o.agent("wss", "remove")
	assert.NotContains(t, list(), "chipid local CA")
}

// TestTheClientInFirefox: the same module, another engine: a read, the agent's key, and
// what the page is told where it has no grant or nobody is there.
func TestTheClientInFirefox(t *testing.T) {
	a, stranger := startAgent(t), startAgent(t)
	who := persona.All()[0]
	reports := make(chan string, 1)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/report":
			reports <- r.URL.RawQuery
		case "/":
			fmt.Fprintf(w, `<!doctype html><title>một cửa</title><script type="module">
				import { ChipidClient } from "/js/chipid-client.js";
				const code = (address, who) => ChipidClient.connect(address, who).then((c) => { c.close(); return "connected"; }, (e) => e.code ?? String(e));
				const agent = await ChipidClient.connect(%[1]q), key = agent.agent.identity.key;
				const { citizen } = await agent.readCard({ fields: ["fullName"], purpose: "CT01", key: { id: %[2]q }, reader: %[3]q, citizenConsent: true });
				const said = [citizen.fullName, agent.readers.length, await code(%[1]q, { key }), await code(%[1]q, { key: "A" + key.slice(1) }),
					await code(%[4]q), await code("ws://127.0.0.1:1/v1")];
				fetch("/report?" + encodeURIComponent(said.join(" ")));
			</script>`, a.address, who.Number, "mock:"+who.Name, stranger.address)
		default:
			clientPages(w, r)
		}
	}))
	t.Cleanup(site.Close)
	o := &officer{t, t.TempDir(), strings.Replace(site.URL, "127.0.0.1", "localhost", 1)}
	a.command("origins", "grant", o.page, "--fields", "fullName", "--for", "day", "--presence")
	said, err := url.QueryUnescape(o.firefox(filepath.Join(o.home, "profile"), reports))
	require.NoError(t, err)
	assert.Equal(t, who.FullName+" 2 connected AGENT_KEY_CHANGED AGENT_REFUSED_PAGE AGENT_NOT_RUNNING", said)
}
