package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
	"chipid/internal/evidencetest"
	"chipid/verifier/api"
)

// asProgram makes the test binary be chipid-verifier: what is tested is a process.
const asProgram = "CHIPID_TEST_AS_VERIFIER"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func program(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	return cmd
}

// command runs a command to its end and returns what it printed.
func command(t testing.TB, exit int, args ...string) string {
	t.Helper()
	cmd := program(args...)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	_ = cmd.Run()
	require.Equal(t, exit, cmd.ProcessState.ExitCode(), "%v: %s", args, said.String())
	return strings.TrimSpace(out.String())
}

// replica is a running chipid-verifier.
type replica struct {
	t       testing.TB
	cmd     *exec.Cmd
	address string
	log     *bytes.Buffer
}

// startReplica runs `chipid-verifier serve` on a port of its own and waits until it
// says where.
func startReplica(t testing.TB, database, trust string, more ...string) *replica {
	t.Helper()
	r := &replica{t: t, log: &bytes.Buffer{}}
	r.cmd = program(append([]string{"serve", "--listen", "127.0.0.1:0", "--database", database, "--trust", trust}, more...)...)
	r.cmd.Stderr = r.log
	out, err := r.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, r.cmd.Start())
	t.Cleanup(func() {
		if r.cmd.ProcessState == nil {
			_ = r.cmd.Process.Kill()
			_ = r.cmd.Wait()
		}
		if t.Failed() {
			t.Logf("the service said:\n%s", tail(r.log.String()))
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	r.address = regexp.MustCompile(`https?://\S+`).FindString(line)
	require.NotEmpty(t, r.address, line)
	return r
}

func tail(s string) string { return s[max(0, len(s)-4000):] }

// ready waits until the service is.
func (r *replica) ready() *replica {
	r.t.Helper()
	require.Eventually(r.t, func() bool { return r.status("/readyz") == http.StatusNoContent }, time.Minute, 50*time.Millisecond)
	return r
}

func (r *replica) status(path string) int {
	resp, err := http.Get(r.address + path)
	if err != nil {
		return 0
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// stop ends the service as an operator does and expects a clean end.
func (r *replica) stop() {
	r.t.Helper()
	require.NoError(r.t, r.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(r.t, r.cmd.Wait())
}

// backEnd is a tenant's own program.
type backEnd struct {
	key    string
	client *http.Client
}

// post sends JSON; status 0 if there was no answer.
func (b backEnd) post(url string, body any, idempotency string) (status int, answer []byte) {
	data, err := json.Marshal(body)
	if err != nil {
		return 0, nil
	}
	q, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(data))
	if err != nil {
		return 0, nil
	}
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("Authorization", "Bearer "+b.key)
	if idempotency != "" {
		q.Header.Set("Idempotency-Key", idempotency)
	}
	return b.do(q)
}

func (b backEnd) get(url string) (status int, answer []byte) {
	q, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return 0, nil
	}
	q.Header.Set("Authorization", "Bearer "+b.key)
	return b.do(q)
}

func (b backEnd) do(q *http.Request) (int, []byte) {
	resp, err := b.client.Do(q)
	if err != nil {
		return 0, nil
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, nil
	}
	return resp.StatusCode, answer
}

// issue asks for a request.
func (b backEnd) issue(t testing.TB, at string) api.RequestJSON {
	t.Helper()
	status, answer := b.post(at+"/v1/requests", map[string]any{"origin": origin, "purpose": "CT01", "groups": []string{"dg1"}, "session": "phiên 1", "seconds": 900}, "")
	require.Equal(t, http.StatusCreated, status, "%s", answer)
	var r api.RequestJSON
	require.NoError(t, json.Unmarshal(answer, &r))
	return r
}

const origin = "https://motcua.example.vn"

// submission is the card's answer to a request, as a back end hands it in.
func submission(t testing.TB, card *evidencetest.Card, r api.RequestJSON) map[string]any {
	t.Helper()
	b := card.Answer(t, evidence.Request{Nonce: unhex(t, r.Nonce), Origin: r.Origin, Purpose: r.Purpose, Groups: []lds.Group{lds.DG1}})
	data, err := b.CBOR()
	require.NoError(t, err)
	return map[string]any{"request": r.ID, "session": "phiên 1", "evidence": data} // bytes are base64 in JSON
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	var b []byte
	require.NoError(t, json.Unmarshal([]byte(`"`+s+`"`), (*hexBytes)(&b)))
	return b
}

func sqliteAddress(t testing.TB) string {
	return "sqlite:" + filepath.Join(t.TempDir(), "verifier.db")
}

func addTenant(t testing.TB, database string) backEnd {
	t.Helper()
	key := command(t, exitOK, "tenant", "add", "một cửa", "--origin", origin, "--database", database, "--rate", "1000000", "--burst", "1000000")
	require.Regexp(t, `^chipid_[A-Za-z0-9_-]{43}$`, key)
	return backEnd{key, &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
}

func TestFromTenantToVerdict(t *testing.T) {
	database := sqliteAddress(t)
	b := addTenant(t, database)
	card := evidencetest.NewCard(t, "mau")
	service := startReplica(t, database, evidencetest.TrustFolder(t)).ready()
	r := b.issue(t, service.address)
	in := submission(t, card, r)
	status, answer := b.post(service.address+"/v1/evidence", in, "")
	require.Equal(t, http.StatusOK, status, "%s", answer)
	assert.Contains(t, string(answer), `"accepted":true`)
	status, _ = b.post(service.address+"/v1/evidence", in, "")
	assert.Equal(t, http.StatusConflict, status)

	key := command(t, exitOK, "tenant", "key", "một cửa", "--database", database, "--drop-others")
	status, _ = b.get(service.address + "/v1/requests/" + r.ID)
	assert.Equal(t, http.StatusUnauthorized, status, "the former key is no longer one")
	b.key = key
	status, answer = b.get(service.address + "/v1/requests/" + r.ID)
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, string(answer), `"state":"accepted"`)

	_, figures := b.get(service.address + "/metrics")
	assert.Contains(t, string(figures), `chipid_verifier_judged_total{outcome="accepted"} 1`)
	said := command(t, exitOK, "audit", "--database", database)
	assert.Contains(t, said, "accepted")
	assert.Contains(t, said, "NONCE_USED")
	service.stop()
	for _, secret := range []string{b.key, card.Persona.Number, card.Persona.FullName, r.Nonce} {
		assert.NotContains(t, service.log.String(), secret)
	}
	nothingOf(t, database, card.Persona.Number, b.key, "phiên 1")
}

// nothingOf looks for what must not be in the database's files.
func nothingOf(t testing.TB, database string, secrets ...string) {
	t.Helper()
	files, err := filepath.Glob(strings.TrimPrefix(database, "sqlite:") + "*")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, secret := range secrets {
			assert.False(t, bytes.Contains(data, []byte(secret)), "%q in %s", secret, filepath.Base(file))
		}
	}
}

func TestAgentsAreEnrolledByTheAdministrator(t *testing.T) {
	database := sqliteAddress(t)
	addTenant(t, database)
	key := "IVL4-3rfmM7JVx_zmyuzVNLQwYZ9GGYMdJmyJ3QbDvU"
	command(t, exitOK, "tenant", "agent", "add", "một cửa", key, "--label", "quầy 1", "--database", database)
	assert.Regexp(t, key+` +enrolled .* quầy 1`, command(t, exitOK, "tenant", "agent", "list", "một cửa", "--database", database))
	command(t, exitOK, "tenant", "agent", "revoke", "một cửa", key, "--database", database)
	assert.Contains(t, command(t, exitOK, "tenant", "agent", "list", "một cửa", "--database", database), "revoked")
	command(t, exitUsage, "tenant", "agent", "add", "một cửa", "short", "--database", database)
	command(t, exitTrouble, "tenant", "agent", "add", "ai đó", key, "--database", database)
}

func TestUsage(t *testing.T) {
	database := sqliteAddress(t)
	for _, args := range [][]string{
		{}, {"serve"}, {"serve", "--database", database}, {"serve", "--trust", ".", "--database", "verifier.db"}, {"tenant"}, {"tenant", "add"},
		{"tenant", "add", "a", "--database", database}, {"tenant", "add", "a", "--database", database, "--origin", "motcua.example.vn"},
		{"tenant", "add", "a", "b", "--database", database, "--origin", origin}, {"tenant", "list"}, {"audit", "--lines", "x", "--database", database},
		{"serve", "--trust", ".", "--database", database, "--tls-cert", "x"}, {"nothing"},
	} {
		command(t, exitUsage, args...)
	}
	assert.Contains(t, command(t, exitOK, "--help"), "tenant add")
	assert.Contains(t, command(t, exitOK, "version"), "chipid-verifier ")
	command(t, exitOK, "tenant", "add", "a", "--database", database, "--origin", origin, "--purpose", "CT01")
	command(t, exitTrouble, "tenant", "add", "a", "--database", database, "--origin", origin)
	assert.Contains(t, command(t, exitOK, "tenant", "list", "--database", database), "CT01")
	command(t, exitOK, "tenant", "remove", "a", "--database", database)
	command(t, exitTrouble, "tenant", "remove", "a", "--database", database)
	command(t, exitTrouble, "serve", "--trust", filepath.Join(t.TempDir(), "none"), "--database", database)
}

// Without anchors nothing can be genuine, and the service says that it is not
// ready; files that are put there are in force without a restart.
func TestTrustIsReadWithoutARestart(t *testing.T) {
	database, trust := sqliteAddress(t), t.TempDir()
	b := addTenant(t, database)
	service := startReplica(t, database, trust)
	require.Eventually(t, func() bool { return service.status("/healthz") == http.StatusNoContent }, time.Minute, 50*time.Millisecond)
	assert.Equal(t, http.StatusServiceUnavailable, service.status("/readyz"))
	require.NoError(t, os.CopyFS(trust, os.DirFS(evidencetest.TrustFolder(t))))
	service.ready()
	status, answer := b.post(service.address+"/v1/evidence", submission(t, evidencetest.NewCard(t, "mau"), b.issue(t, service.address)), "")
	require.Equal(t, http.StatusOK, status)
	assert.Contains(t, string(answer), `"accepted":true`)
	service.stop()
}
