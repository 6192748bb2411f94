package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/catalogue"
	"chipid/agent/config"
	"chipid/agent/pairing"
	"chipid/mock-reader/persona"
)

// visitor opens a connection with the headers.
func visitor(t *testing.T, address string, header http.Header) *websocket.Conn {
	t.Helper()
	header.Set("Sec-WebSocket-Protocol", "chipid.v1")
	ws, _, err := websocket.DefaultDialer.Dial(address, header)
	require.NoError(t, err)
	t.Cleanup(func() { ws.Close() })
	return ws
}

func originHeader(origin string) http.Header { return http.Header{"Origin": {origin}} }

// closed reads until the agent closes, and returns the code.
func closed(t *testing.T, ws *websocket.Conn) int {
	t.Helper()
	require.NoError(t, ws.SetReadDeadline(time.Now().Add(10*time.Second)))
	for {
		_, _, err := ws.ReadMessage()
		if err == nil {
			continue
		}
		var end *websocket.CloseError
		require.ErrorAs(t, err, &end)
		return end.Code
	}
}

// errorOf sends a request and returns the code of its error.
func errorOf(t *testing.T, ws *websocket.Conn, id int, method, params string) string {
	t.Helper()
	require.NoError(t, ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`, id, method, params)))
	require.NoError(t, ws.SetReadDeadline(time.Now().Add(70*time.Second)))
	for {
		_, b, err := ws.ReadMessage()
		require.NoError(t, err)
		var m struct {
			ID    int
			Error *struct{ Data struct{ Code string } }
		}
		require.NoError(t, json.Unmarshal(b, &m))
		if m.ID == id {
			require.NotNil(t, m.Error, string(b))
			return m.Error.Data.Code
		}
	}
}

const hello = `{"protocolVersion":"1.0","client":{"name":"test"}}`

func readParams(p persona.Persona, fields string) string {
	return fmt.Sprintf(`{"fields":[%s],"purpose":"thử","citizenConsent":true,"key":{"id":%q},"reader":"mock:%s"}`, fields, p.Number, p.Name)
}

func TestGrantsWhileTheAgentRuns(t *testing.T) {
	t.Parallel()
	const origin = "https://motcua.example.vn"
	state := t.TempDir()
	_, address := program(t, "serve", "--mock", "--mock-card", "mau", "--port", "0", "--state", state)
	assert.Equal(t, 4403, closed(t, visitor(t, address, originHeader(origin))))

	code, _, stderr := command(t, "origins", "grant", origin, "--fields", "fullName", "--for", "always", "--state", state)
	require.Zero(t, code, stderr)
	ws := visitor(t, address, originHeader(origin))
	said := call(t, ws, 1, "initialize", hello)
	fields, _ := at(said, "grant.fields")
	assert.Equal(t, []any{"fullName"}, fields)
	assert.Equal(t, "PRESENCE_NOT_GRANTED", errorOf(t, ws, 2, "readers.list", `{}`))
	p := persona.All()[0]
	assert.Equal(t, "FIELDS_NOT_GRANTED", errorOf(t, ws, 3, "card.read", readParams(p, `"portrait"`)))
	assert.Equal(t, "CITIZEN_CONSENT_MISSING", errorOf(t, ws, 4, "card.read", strings.Replace(readParams(p, `"fullName"`), `"citizenConsent":true,`, "", 1)))
	result := call(t, ws, 5, "card.read", readParams(p, `"fullName","sex"`))
	assert.Equal(t, map[string]any{"fullName": p.FullName}, result["citizen"])
	assert.Equal(t, []any{"sex"}, result["withheld"])

	code, _, stderr = command(t, "origins", "revoke", origin, "--state", state)
	require.Zero(t, code, stderr)
	assert.Equal(t, 4403, closed(t, ws), "the open connection ends at once")
	code, stdout, _ := command(t, "audit", "verify", "--state", state, "--json")
	assert.Zero(t, code)
	assert.Contains(t, stdout, `"ok":true`)
	_, stdout, _ = command(t, "audit", "show", "--state", state, "--json")
	for _, word := range []string{`"event":"granted"`, `"event":"read"`, `"event":"denied"`, `"event":"revoked"`, origin} {
		assert.Contains(t, stdout, word)
	}
	assert.NotContains(t, stdout, p.Number)
	assert.NotContains(t, stdout, p.FullName)
}

func TestSecondReadOfAnInsertionWaitsForTheOfficer(t *testing.T) {
	t.Parallel()
	const origin = "https://motcua.example.vn"
	state := t.TempDir()
	_, address := program(t, "serve", "--mock", "--mock-card", "mau", "--port", "0", "--state", state)
	code, _, stderr := command(t, "origins", "grant", origin, "--fields", "all", "--for", "day", "--state", state)
	require.Zero(t, code, stderr)
	ws := visitor(t, address, originHeader(origin))
	call(t, ws, 1, "initialize", hello)
	p := persona.All()[0]
	call(t, ws, 2, "card.read", readParams(p, `"fullName"`))
	for i, answer := range []string{"deny", "approve"} {
		done := make(chan struct{})
		go func() {
			defer close(done)
			id := waiting(t, state)
			code, _, stderr := command(t, "origins", answer, id, "--state", state)
			assert.Zero(t, code, stderr)
		}()
		if answer == "deny" {
			assert.Equal(t, "OFFICER_REFUSED", errorOf(t, ws, 10+i, "card.read", readParams(p, `"fullName"`)))
		} else {
			call(t, ws, 10+i, "card.read", readParams(p, `"fullName"`))
		}
		<-done
	}
}

// waiting returns the number of the question that waits.
func waiting(t *testing.T, state string) string {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		_, stdout, _ := command(t, "origins", "pending", "--state", state, "--json")
		var said struct{ Pending []struct{ ID string } }
		if json.Unmarshal([]byte(stdout), &said) == nil && len(said.Pending) > 0 {
			return said.Pending[0].ID
		}
	}
	t.Error("no question waits")
	return ""
}

func TestLocalClientByItsToken(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	_, address := program(t, "serve", "--mock", "--mock-card", "mau", "--port", "0", "--state", state)
	_, resp, err := websocket.DefaultDialer.Dial(address, http.Header{"Sec-WebSocket-Protocol": {"chipid.v1"}})
	require.Error(t, err)
	assert.Equal(t, http.StatusForbidden, resp.StatusCode, "never by omission of Origin")
	_, stdout, _ := command(t, "clients", "create", "kho", "--fields", "fullName", "--for", "always", "--state", state, "--json")
	var made struct{ Token string }
	require.NoError(t, json.Unmarshal([]byte(stdout), &made))
	ws := visitor(t, address, http.Header{"Authorization": {"Bearer " + made.Token}})
	call(t, ws, 1, "initialize", hello)
	p := persona.All()[0]
	result := call(t, ws, 2, "card.read", readParams(p, `"fullName"`))
	assert.Equal(t, map[string]any{"fullName": p.FullName}, result["citizen"])
	code, _, stderr := command(t, "clients", "revoke", "kho", "--state", state)
	require.Zero(t, code, stderr)
	assert.Equal(t, 4403, closed(t, ws))
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func unb64(t *testing.T, text any) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(text.(string))
	require.NoError(t, err)
	return b
}

func TestPairingFromPageToGrant(t *testing.T) {
	t.Parallel()
	const origin = "https://motcua.example.vn"
	state := t.TempDir()
	_, address := program(t, "serve", "--mock", "--mock-card", "mau", "--port", "0", "--state", state)
	code, _, stderr := command(t, "pair", "--window", "2m", "--no-wait", "--state", state)
	require.Zero(t, code, stderr)

	ws := visitor(t, address, originHeader(origin))
	said := call(t, ws, 1, "initialize", hello)
	assert.NotContains(t, said, "grant")
	mock, _ := at(said, "capabilities.mock")
	assert.Equal(t, false, mock, "it learns nothing of readers")
	assert.Equal(t, "PAIRING_ONLY", errorOf(t, ws, 2, "readers.list", `{}`))
	assert.Equal(t, "PAIRING_ONLY", errorOf(t, ws, 3, "card.read", readParams(persona.All()[0], `"fullName"`)))

	nonce := make([]byte, 32)
	_, _ = rand.Read(nonce)
	opened := call(t, ws, 4, "pairing.request", fmt.Sprintf(`{"name":"Một cửa","purpose":"CT01","fields":["fullName","portrait"],"presence":true,"commitment":%q}`, pairing.Commitment("page", nonce)))
	second := visitor(t, address, originHeader("https://other.example"))
	call(t, second, 1, "initialize", hello)
	assert.Equal(t, "PAIRING_BUSY", errorOf(t, second, 2, "pairing.request", fmt.Sprintf(`{"name":"x","purpose":"y","fields":["fullName"],"commitment":%q}`, pairing.Commitment("page", nonce))))
	shown := call(t, ws, 5, "pairing.reveal", fmt.Sprintf(`{"pairing":%q,"nonce":%q}`, opened["pairing"], b64(nonce)))
	key := unb64(t, opened["key"])
	number := pairing.Code(nonce, unb64(t, shown["nonce"]), key, origin)
	go func() {
		id := waiting(t, state)
		code, _, said := command(t, "origins", "approve", id, "--code", "0", "--for", "day", "--state", state)
		assert.Equal(t, catalogue.ExitTrouble, code, "the agent asks again")
		assert.Contains(t, said, "PAIRING_CODE_MISMATCH")
		again := id
		for again == id {
			again = waiting(t, state)
		}
		code, _, stderr := command(t, "origins", "approve", again, "--code", number, "--fields", "all", "--for", "day", "--state", state)
		assert.Zero(t, code, stderr)
	}()
	granted := call(t, ws, 6, "pairing.finish", fmt.Sprintf(`{"pairing":%q}`, opened["pairing"]))
	assert.Equal(t, []any{"fullName"}, granted["fields"], "sensitive fields must be named")
	assert.Equal(t, 1000, closed(t, ws))

	ws = visitor(t, address, originHeader(origin))
	challenge := b64(nonce)
	said = call(t, ws, 1, "initialize", fmt.Sprintf(`{"protocolVersion":"1.0","client":{"name":"test"},"challenge":%q}`, challenge))
	proof, _ := at(said, "identity.signature")
	port, _ := at(said, "identity.port")
	assert.Contains(t, address, fmt.Sprintf(":%v/", port))
	assert.True(t, ed25519.Verify(key, fmt.Appendf(nil, "chipid identity 1\n%s\n%v\n%s\n", origin, port, challenge), unb64(t, proof)), "the agent that was paired")
	by, _ := at(said, "grant.by")
	assert.Equal(t, "officer", by)
}

func TestConfigurationIsTakenOverWhileTheAgentRuns(t *testing.T) {
	t.Parallel()
	const origin = "https://motcua.example.vn"
	state := t.TempDir()
	file := filepath.Join(t.TempDir(), "config.toml")
	require.NoError(t, os.WriteFile(file, []byte("mock = true\nport = 0\n"), 0o600))
	code, _, stderr := command(t, "origins", "grant", origin, "--fields", "all", "--for", "always", "--state", state)
	require.Zero(t, code, stderr)
	log := filepath.Join(t.TempDir(), "log")
	_, address := logging(t, log, nil, "serve", "--config", file, "--mock-card", "mau", "--state", state)
	ws := visitor(t, address, originHeader(origin))
	call(t, ws, 1, "initialize", hello)
	open := func() string {
		_, stdout, _ := command(t, "pair", "--window", "0s", "--no-wait", "--state", state, "--json")
		return stdout
	}
	assert.Contains(t, open(), "until")
	require.NoError(t, os.WriteFile(file, []byte("mock = true\nport = 0\nprot = 1\n"), 0o600))
	require.Eventually(t, func() bool {
		b, err := os.ReadFile(log)
		return err == nil && strings.Contains(string(b), "configuration not taken over") && strings.Contains(string(b), "did you mean")
	}, 10*time.Second, 20*time.Millisecond, "the log says so")
	assert.Contains(t, open(), "until", "a file that is wrong changes nothing")
	require.NoError(t, os.WriteFile(file, []byte("mock = true\nport = 0\n[pairing]\nallowed = false\n"), 0o600))
	require.Eventually(t, func() bool { return strings.Contains(open(), "PAIRING_CLOSED") }, 10*time.Second, 50*time.Millisecond)
	call(t, ws, 2, "readers.list", `{}`) // the connection went on
}

// TestTheUsersOwnFileGrantsNothing: neither the configuration nor the environment of
// the user admits a page; the operator's command line does, and the audit has it.
func TestTheUsersOwnFileGrantsNothing(t *testing.T) {
	const origin = "https://motcua.example.vn"
	dir := t.TempDir()
	file := filepath.Join(dir, "config.toml")
	require.NoError(t, os.WriteFile(file, []byte("mock = true\nport = 0\norigins = ['"+origin+"']\n"), 0o600))
	_, address := program(t, "serve", "--config", file, "--mock-card", "mau", "--state", filepath.Join(dir, "one"))
	assert.Equal(t, 4403, closed(t, visitor(t, address, originHeader(origin))))
	t.Setenv("CHIPID_ORIGINS", origin)
	_, address = program(t, "serve", "--mock", "--mock-card", "mau", "--port", "0", "--state", filepath.Join(dir, "two"))
	assert.Equal(t, 4403, closed(t, visitor(t, address, originHeader(origin))))

	state := filepath.Join(dir, "three")
	_, address = program(t, "serve", "--mock", "--mock-card", "mau", "--port", "0", "--state", state, "--origin", origin)
	said := call(t, visitor(t, address, originHeader(origin)), 1, "initialize", hello)
	by, _ := at(said, "grant.by")
	assert.Equal(t, "run", by)
	_, stdout, _ := command(t, "audit", "show", "--state", state, "--json")
	assert.Contains(t, stdout, `"event":"granted","origin":"`+origin+`","fields":["all"]`)
}

func TestConsoleNeedsARunningAgent(t *testing.T) {
	state := t.TempDir()
	code, stdout, _ := command(t, "console", "--json", "--state", state)
	assert.Equal(t, 5, code)
	assert.Contains(t, stdout, `"AGENT_NOT_RUNNING"`)
}

// TestOnlyThePolicyNamesTheSignedFile: a user who could name an older file of the
// administrator's would take back what the administrator has taken back.
func TestOnlyThePolicyNamesTheSignedFile(t *testing.T) {
	const older = "/home/user/older.json"
	file := filepath.Join(t.TempDir(), "config.toml")
	named := []byte("[admin]\ngrants = '" + older + "'\n")
	require.NoError(t, os.WriteFile(file, named, 0o600))
	for name, c := range map[string]struct {
		in   config.Inputs
		want string
	}{
		"the user's file":          {config.Inputs{File: file}, ""},
		"the user's environment":   {config.Inputs{Env: []string{"CHIPID_ADMIN_GRANTS=" + older}}, ""},
		"the administrator's word": {config.Inputs{Policy: config.Trusted{Text: named, Where: "policy.toml"}}, older},
	} {
		loaded, err := config.Load(c.in)
		require.NoError(t, err)
		assert.Equal(t, c.want, settings{Config: loaded}.grantsFile(), name)
	}
}
