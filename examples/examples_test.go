//go:build e2e

package examples

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
	"chipid/internal/evidencetest"
)

const (
	origin = "https://portal.example.vn"
	secret = "JBSWY3DPEHPK3PXP"
)

// start runs a program until the test ends and returns its first line, if it is
// asked for.
func start(t *testing.T, wantLine bool, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	if !wantLine {
		return ""
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	return line
}

func build(t *testing.T, dir, pkg string) string {
	t.Helper()
	file := filepath.Join(dir, filepath.Base(pkg))
	out, err := exec.Command("go", "build", "-o", file, pkg).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return file
}

// totp is the visitor's app (RFC 6238).
func totp(t *testing.T, at time.Time) string {
	t.Helper()
	key, err := base32.StdEncoding.DecodeString(secret)
	require.NoError(t, err)
	mac := hmac.New(sha1.New, key)
	require.NoError(t, binary.Write(mac, binary.BigEndian, at.Unix()/30))
	sum := mac.Sum(nil)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[sum[19]&15:])&0x7FFFFFFF%1_000_000)
}

// visitor is a page's session with a portal.
type visitor struct {
	t      *testing.T
	at     string
	client *http.Client
}

func newVisitor(t *testing.T, at string) visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return visitor{t, at, &http.Client{Jar: jar, Timeout: time.Minute}}
}

func (v visitor) post(path string, body map[string]any) (int, map[string]any) {
	v.t.Helper()
	data, err := json.Marshal(body)
	require.NoError(v.t, err)
	resp, err := v.client.Post(v.at+path, "application/json", bytes.NewReader(data))
	require.NoError(v.t, err)
	defer resp.Body.Close()
	var answer map[string]any
	require.NoError(v.t, json.NewDecoder(resp.Body).Decode(&answer))
	return resp.StatusCode, answer
}

// check begins a session for the account and lets the card answer its nonce.
func (v visitor) check(card *evidencetest.Card) (int, map[string]any) {
	v.t.Helper()
	status, asked := v.post("/start", map[string]any{"account": "minh"})
	require.Equal(v.t, http.StatusOK, status)
	nonce, err := hex.DecodeString(asked["nonce"].(string))
	require.NoError(v.t, err)
	require.Equal(v.t, []any{"dg1"}, asked["groups"])
	b := card.Answer(v.t, evidence.Request{Nonce: nonce, Origin: origin, Purpose: asked["purpose"].(string), Groups: []lds.Group{lds.DG1}})
	data, err := b.CBOR()
	require.NoError(v.t, err)
	return v.post("/evidence", map[string]any{"evidence": data})
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

func TestTheExamplesAgainstTheService(t *testing.T) {
	dir := t.TempDir()
	verifier := build(t, dir, "chipid/verifier")
	database := "sqlite:" + filepath.Join(dir, "verifier.db")
	key, err := exec.Command(verifier, "tenant", "add", "portal", "--origin", origin, "--database", database).Output()
	require.NoError(t, err)
	service := regexp.MustCompile(`http://\S+`).FindString(start(t, true, nil, verifier, "serve", "--listen", "127.0.0.1:0", "--database", database,
		"--trust", evidencetest.TrustFolder(t)))
	card, other := evidencetest.NewCard(t, "mau"), evidencetest.NewCard(t, "cao-tuoi")
	accounts, err := json.Marshal(map[string]any{"minh": map[string]string{"number": card.Persona.Number, "totp": secret}})
	require.NoError(t, err)

	for name, program := range map[string][]string{
		"Go": {build(t, dir, "chipid/examples/go")}, "Node": {"node", "node/server.mjs"}, "Python": {"python3", "python/server.py"},
	} {
		t.Run(name, func(t *testing.T) {
			port := freePort(t)
			start(t, false, []string{"VERIFIER=" + service, "VERIFIER_KEY=" + strings.TrimSpace(string(key)), "ORIGIN=" + origin, "PORT=" + port,
				"ACCOUNTS=" + string(accounts)}, program[0], program[1:]...)
			at := "http://127.0.0.1:" + port
			require.Eventually(t, func() bool {
				resp, err := http.Post(at+"/start", "application/json", strings.NewReader(`{"account":"nobody"}`))
				return err == nil && resp.Body.Close() == nil && resp.StatusCode == http.StatusForbidden
			}, time.Minute, 50*time.Millisecond)
			portal(t, at, card, other)
		})
	}
}

// portal is what every portal must do.
func portal(t *testing.T, at string, card, other *evidencetest.Card) {
	v := newVisitor(t, at)
	status, answer := v.check(card)
	require.Equal(t, http.StatusOK, status)
	assert.Equal(t, map[string]any{"accepted": true, "next": "code"}, answer, "a card alone signs nobody in")
	status, _ = v.post("/code", map[string]any{"code": "00000"})
	assert.Equal(t, http.StatusForbidden, status)
	status, answer = v.post("/code", map[string]any{"code": totp(t, time.Now())})
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, map[string]any{"signedIn": true}, answer)
	status, _ = v.post("/code", map[string]any{"code": totp(t, time.Now())})
	assert.Equal(t, http.StatusForbidden, status, "once")

	status, _ = newVisitor(t, at).check(other)
	assert.Equal(t, http.StatusForbidden, status, "another person's genuine card")
	v = newVisitor(t, at)
	status, _ = v.post("/code", map[string]any{"code": totp(t, time.Now())})
	assert.Equal(t, http.StatusForbidden, status, "the code without the card")
	status, _ = v.post("/start", map[string]any{"account": "minh"})
	require.Equal(t, http.StatusOK, status)
	for _, bad := range []any{nil, "", "AAAA", map[string]any{"nonce": 1}} {
		status, _ = v.post("/evidence", map[string]any{"evidence": bad})
		assert.Equal(t, http.StatusForbidden, status)
	}
	status, _ = v.check(card)
	require.Equal(t, http.StatusOK, status)
	for range 4 {
		status, _ = v.post("/code", map[string]any{"code": "12345"})
		assert.Equal(t, http.StatusForbidden, status)
	}
	status, _ = v.post("/code", map[string]any{"code": totp(t, time.Now())})
	assert.Equal(t, http.StatusForbidden, status, "three tries")
}

// An example of a hundred lines, blank ones apart, is none.
func TestTheExamplesAreShort(t *testing.T) {
	for _, file := range []string{"go/main.go", "node/server.mjs", "python/server.py"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		lines := regexp.MustCompile(`(?m)^.*\S.*$`).FindAllString(string(text), -1)
		assert.Less(t, len(lines), 100, file)
	}
}
