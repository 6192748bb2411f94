//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
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

	"github.com/stretchr/testify/require"

	"chipid/internal/browsertest"
	"chipid/internal/evidencetest"
	"chipid/internal/pcsctest"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/scenario"
)

// clientModule is the page's JavaScript client as it is delivered.
const clientModule = "../../agent/sdk/chipid-client.js"

// patience is how long a proof may take on a busy machine.
const patience = 80 * time.Second

// programs are the two programs under test; browser is the browser of all tests.
var (
	programs struct{ agent, verifier string }
	browser  context.Context
)

func TestMain(m *testing.M) {
	browsertest.Main(m, func(dir string) (end func(), err error) {
		if programs.agent, err = browsertest.Build(dir, "agent"); err == nil {
			programs.verifier, err = browsertest.Build(dir, "verifier")
		}
		return pcsctest.Clean, err
	}, func(started context.Context) { browser = started })
}

// run runs a command to its end and returns what it printed.
func run(t *testing.T, program string, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	require.NoError(t, err, "%v: %s%s", args, out, said.String())
	return strings.TrimSpace(string(out))
}

// process is a program that runs until the test ends or kills it.
type process struct {
	cmd *exec.Cmd
	log *bytes.Buffer
	// address is the one that it printed.
	address string
}

// start runs a program and waits until it prints its address.
func start(t *testing.T, program string, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(program, args...), log: &bytes.Buffer{}}
	p.cmd.Stderr = p.log
	out, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("%s said:\n%s", filepath.Base(program), p.log.String())
		}
	})
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	require.NoError(t, err, "%s printed no address", filepath.Base(program))
	p.address = regexp.MustCompile(`(http|ws)://\S+`).FindString(line)
	require.NotEmpty(t, p.address, line)
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	return p
}

// kill ends the program as a crash would.
func (p *process) kill() {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	}
}

// town is everything but card and browser tab.
type town struct {
	t        *testing.T
	daemon   *pcsctest.Daemon
	portal   *httptest.Server
	verifier *process
	agent    *process
	database string
	keyFile  string
	apiKey   string
	state    string

	// tamper is what the back end's side of the page does to messages for the
	// agent; nil leaves them.
	tamper func(message []byte) []byte
	// heard are the codes of problems that the service told.
	heard []string
}

// newTown sets service, back end and agent up as docs/server-driven-ca.md says.
func newTown(t *testing.T) *town {
	t.Helper()
	w := &town{t: t, daemon: pcsctest.Start(t)}
	dir := t.TempDir()
	w.database, w.keyFile, w.state = "sqlite:"+filepath.Join(dir, "verifier.db"), filepath.Join(dir, "service.pem"), filepath.Join(dir, "agent")
	trust := evidencetest.TrustFolder(t)
	public := run(t, programs.verifier, "key", "new", w.keyFile)
	w.portal = httptest.NewServer(http.HandlerFunc(w.serve))
	t.Cleanup(w.portal.Close)
	w.apiKey = run(t, programs.verifier, "tenant", "add", "mot cua", "--origin", w.portal.URL, "--database", w.database)
	w.startVerifier(trust)
	none := filepath.Join(dir, "none.toml")
	require.NoError(t, os.WriteFile(none, nil, 0o600))
	run(t, programs.agent, "origins", "grant", w.portal.URL, "--fields", "all", "--for", "always", "--service-key", public, "--state", w.state, "--config", none)
	w.agent = start(t, programs.agent, "serve", "--port", "0", "--state", w.state, "--config", none, "--trust", trust)
	return w
}

func (w *town) startVerifier(trust string) {
	w.t.Helper()
	w.verifier = start(w.t, programs.verifier, "serve", "--listen", "127.0.0.1:0", "--database", w.database, "--trust", trust, "--service-key", w.keyFile, "--replica", "r1")
}

// insert puts a mock card into the first virtual reader.
func (w *town) insert(name string) {
	w.t.Helper()
	card, err := scenario.Open(issuer.New(issuer.PublishedSeed), name, scenario.Hooks{Log: func(chip.Entry) {}})
	require.NoError(w.t, err)
	w.daemon.Insert(w.t, 0, pcsctest.Card{ATR: card.ATR(), Answer: card.Exchange, Reset: card.PowerOff})
}

// serve is the back end: the page, and what the page asks of it.
func (w *town) serve(rw http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/":
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(rw, page, w.agent.address)
	case "/client.js":
		b, err := os.ReadFile(clientModule)
		if err != nil {
			http.Error(rw, err.Error(), http.StatusInternalServerError)
			return
		}
		rw.Header().Set("Content-Type", "text/javascript")
		_, _ = rw.Write(b)
	case "/begin":
		w.begin(rw)
	case "/relay":
		w.relay(rw, r)
	default:
		rw.WriteHeader(http.StatusNoContent) // the icon
	}
}

// begin asks the service for a request and tells the page what it needs of it.
func (w *town) begin(rw http.ResponseWriter) {
	status, got := w.ask("POST", "/v1/requests", map[string]any{"kind": "chip-authentication", "origin": w.portal.URL, "purpose": "CT01", "groups": []string{"dg1", "dg13"}, "session": "phiên 1"})
	if status != http.StatusCreated {
		http.Error(rw, fmt.Sprint(got), status)
		return
	}
	nonce, _ := hex.DecodeString(got["nonce"].(string))
	w.answer(rw, map[string]any{"id": got["id"], "nonce": base64.RawURLEncoding.EncodeToString(nonce), "purpose": got["purpose"], "groups": got["groups"]})
}

// relay hands the agent's message to the service. Of the end the page learns
// whether the card was accepted, and nothing of the citizen.
func (w *town) relay(rw http.ResponseWriter, r *http.Request) {
	var in struct {
		ID      string `json:"id"`
		Message []byte `json:"message"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(rw, err.Error(), http.StatusBadRequest)
		return
	}
	status, got := w.ask("POST", "/v1/requests/"+in.ID+"/relay", map[string]any{"session": "phiên 1", "message": in.Message})
	if status != http.StatusOK {
		code := fmt.Sprint(got["code"])
		w.heard = append(w.heard, code)
		w.answer(rw, map[string]any{"problem": code})
		return
	}
	message, _ := base64.StdEncoding.DecodeString(got["message"].(string))
	if w.tamper != nil {
		message = w.tamper(message)
	}
	w.answer(rw, map[string]any{"message": message, "ended": got["ended"], "accepted": got["accepted"] == true})
}

func (w *town) answer(rw http.ResponseWriter, v any) {
	rw.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(rw).Encode(v)
}

// ask speaks to the service with the tenant's key. Status 0: nobody answers.
func (w *town) ask(method, path string, body any) (int, map[string]any) {
	b, _ := json.Marshal(body)
	q, err := http.NewRequest(method, w.verifier.address+path, bytes.NewReader(b))
	if err != nil {
		return 0, map[string]any{"code": err.Error()}
	}
	q.Header.Set("Authorization", "Bearer "+w.apiKey)
	q.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(q)
	if err != nil {
		return 0, map[string]any{"code": "NOBODY"}
	}
	defer resp.Body.Close()
	got := map[string]any{}
	_ = json.NewDecoder(resp.Body).Decode(&got)
	return resp.StatusCode, got
}

// page is the page: it proves the card when asked to and shows what came of it.
const page = `<!doctype html><html lang="vi"><meta charset="utf-8"><title>Kiểm tra thẻ</title><pre id="out"></pre>
<script type="module">
import { ChipidClient } from "/client.js";
const post = async (path, body) => (await fetch(path, { method: "POST", body: JSON.stringify(body) })).json();
const agent = await ChipidClient.connect(%q);
window.prove = async (number, change = (request) => request) => {
  window.state = "running";
  try {
    const { id, ...issued } = await post("/begin", {});
    window.request = id;
    const last = await agent.proveCard(change({ ...issued, key: { id: number }, citizenConsent: true, wait: true }), async (message) => {
      const answer = await post("/relay", { id, message });
      if (answer.problem) throw Object.assign(new Error(answer.problem), { code: answer.problem });
      return answer;
    });
    window.state = last.accepted ? "accepted" : "refused";
  } catch (e) { window.state = e.code ?? String(e); }
};
window.read = async (number) => {
  try { window.state = (await agent.readCard({ fields: ["fullName"], purpose: "CT01", key: { id: number }, citizenConsent: true })).report.outcome; }
  catch (e) { window.state = e.code ?? String(e); }
};
window.ready = true;
</script></html>`

// open opens the page and waits until it is connected to the agent.
func (w *town) open() *browsertest.Page {
	w.t.Helper()
	p := browsertest.Open(w.t, browser, w.portal.URL+"/")
	p.Wait("window.ready")
	return p
}

// prove has the page prove the card and returns what came of it.
func prove(p *browsertest.Page, call string) string {
	p.T.Helper()
	browsertest.Eval[bool](p, "(window.state = '', "+call+", true)")
	var state string
	require.Eventually(p.T, func() bool {
		state = browsertest.Eval[string](p, "window.state")
		return state != "" && state != "running"
	}, patience, 50*time.Millisecond)
	return state
}

// outcome is what the service has written down of the page's request.
func (w *town) outcome(p *browsertest.Page) (state, code string) {
	w.t.Helper()
	status, got := w.ask("GET", "/v1/requests/"+browsertest.Eval[string](p, "window.request"), nil)
	require.Equal(w.t, http.StatusOK, status, "%v", got)
	state, _ = got["state"].(string)
	if o, ok := got["outcome"].(map[string]any); ok {
		code, _ = o["code"].(string)
	}
	return state, code
}

// audited waits for a line of the agent's audit.
func (w *town) audited(words ...string) {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		out := run(w.t, programs.agent, "audit", "show", "--json", "--state", w.state)
		for line := range strings.Lines(out) {
			all := true
			for _, word := range words {
				all = all && strings.Contains(line, word)
			}
			if all {
				return true
			}
		}
		return false
	}, 30*time.Second, 100*time.Millisecond, "no line of the audit with %q", words)
}
