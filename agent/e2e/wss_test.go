//go:build e2e

package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/internal/browsertest"
)

// officer is a user with a home of its own: its browser, its trust stores, its agents.
type officer struct {
	t    *testing.T
	home string
	page string
}

func newOfficer(t *testing.T) *officer {
	t.Helper()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, `<!doctype html><link rel="icon" href="data:,"><title>một cửa</title>`)
	}))
	t.Cleanup(site.Close)
	return &officer{t, t.TempDir(), strings.Replace(site.URL, "127.0.0.1", "localhost", 1)}
}

func (o *officer) environment() []string {
	return append(os.Environ(), "HOME="+o.home, "XDG_CONFIG_HOME="+o.home+"/.config", "XDG_STATE_HOME="+o.home+"/.local/state", "CHIPID_WSS_PORT=0")
}

// agent runs one of the agent's commands to its end.
func (o *officer) agent(args ...string) string {
	o.t.Helper()
	cmd := exec.Command(theatre.program, args...)
	cmd.Env = o.environment()
	out, err := cmd.CombinedOutput()
	require.NoError(o.t, err, "%v: %s", args, out)
	return string(out)
}

// serve starts an agent and returns the address of its wss://, without the path.
func (o *officer) serve(state string) string {
	o.t.Helper()
	cmd := exec.Command(theatre.program, "serve", "--mock", "--port", "0", "--origin", o.page, "--state", state)
	cmd.Env, cmd.Stderr = o.environment(), os.Stderr
	address := addressOf(o.t, cmd, `wss://127\.0\.0\.1:\d+/v1`)
	return strings.TrimSuffix(strings.TrimPrefix(address, "wss://"), "/v1")
}

// addressOf starts an agent until the end of the test and returns the first address of
// that form that it prints.
func addressOf(t *testing.T, cmd *exec.Cmd, form string) string {
	t.Helper()
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Signal(os.Interrupt); _ = cmd.Wait() })
	late := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if address := regexp.MustCompile(form).FindString(lines.Text()); address != "" {
			return address
		}
	}
	t.Fatal("the agent prints no " + form)
	return ""
}

// knock opens a page in a fresh Chromium of the officer's, and a WebSocket to
// each address from it; the answers are "open chipid.v1" or "closed".
func (o *officer) knock(addresses ...string) []string {
	o.t.Helper()
	browser, stop, err := browsertest.Start(filepath.Join(o.t.TempDir(), "profile"), chromedp.Env("HOME="+o.home))
	require.NoError(o.t, err)
	defer stop()
	p := browsertest.Open(o.t, browser, o.page)
	p.Network = true
	var answers []string
	for i, address := range addresses {
		browsertest.Eval[bool](p, fmt.Sprintf(`((ws) => {
			ws.onopen = () => { document.title = "%[1]d open " + ws.protocol; };
			ws.onerror = () => { document.title = "%[1]d closed"; };
			return true;
		})(new WebSocket("wss://%[2]s/v1", "chipid.v1"))`, i, address))
		p.Wait(fmt.Sprintf(`document.title.startsWith("%d ")`, i))
		answers = append(answers, strings.TrimPrefix(browsertest.Eval[string](p, "document.title"), fmt.Sprint(i)+" "))
	}
	return answers
}

const opened, refused = "open chipid.v1", "closed"

// TestChromiumTrustsTheAuthorityUntilItIsRemoved is the life of wss:// with a real
// browser and its real trust store: not trusted before, trusted under every name
// after, and not any more once removed. A second agent with a copy of the leaves
// goes on serving them, so that the last refusal is the browser's.
func TestChromiumTrustsTheAuthorityUntilItIsRemoved(t *testing.T) {
	o := newOfficer(t)
	state := filepath.Join(o.home, ".local", "state", "chipid")
	var done struct{ Authority string }
	require.NoError(t, json.Unmarshal([]byte(o.agent("wss", "install", "--json")), &done))
	require.Len(t, done.Authority, 64)
	address := o.serve(state)
	port := address[strings.LastIndex(address, ":"):]
	everyName := []string{"127.0.0.1" + port, "localhost" + port, "[::1]" + port}
	assert.Equal(t, []string{opened, opened, opened}, o.knock(everyName...), "no error of certificates")

	other := newOfficer(t)
	other.page = o.page
	assert.Equal(t, []string{refused}, other.knock(address), "another user's browser does not trust it")

	copied := filepath.Join(o.home, "copied")
	require.NoError(t, os.CopyFS(filepath.Join(copied, "wss"), os.DirFS(filepath.Join(state, "wss"))))
	stray := o.serve(copied)
	assert.Equal(t, []string{opened}, o.knock(stray))
	o.agent("wss", "remove")
	assert.Equal(t, []string{refused}, o.knock(stray), "removed is removed")
	out, err := exec.Command("certutil", "-L", "-d", "sql:"+o.home+"/.pki/nssdb").CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.NotContains(t, string(out), "chipid")
}

// TestAnAgentThatRunsServesWSSOnceItIsSetUp: nobody restarts anything.
func TestAnAgentThatRunsServesWSSOnceItIsSetUp(t *testing.T) {
	o := newOfficer(t)
	state := filepath.Join(o.home, ".local", "state", "chipid")
	cmd := exec.Command(theatre.program, "serve", "--port", "0", "--origin", o.page, "--state", state, "--verbose")
	cmd.Env = o.environment()
	said, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Signal(os.Interrupt); _ = cmd.Wait() })
	require.Eventually(t, func() bool { _, err := os.Stat(filepath.Join(state, "control.sock")); return err == nil }, time.Minute, 50*time.Millisecond)
	o.agent("wss", "install")
	served := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(said)
		for lines.Scan() {
			if m := regexp.MustCompile(`wss is served.*port=(\d+)`).FindStringSubmatch(lines.Text()); m != nil {
				served <- m[1]
			}
		}
	}()
	select {
	case port := <-served:
		assert.Equal(t, []string{opened}, o.knock("127.0.0.1:"+port))
	case <-time.After(time.Minute):
		t.Fatal("wss:// is not served")
	}
}
