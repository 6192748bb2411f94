package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/mock-reader/persona"
)

// program starts chipid-agent as a process of its own and returns the first
// address that it serves.
func program(t *testing.T, args ...string) (*exec.Cmd, string) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	return programOf(t, self, args...)
}

// programOf starts the program in that file.
func programOf(t *testing.T, file string, args ...string) (*exec.Cmd, string) {
	t.Helper()
	return started(t, file, nil, os.Stderr, args...)
}

// logging is program with its log in a file.
func logging(t *testing.T, file string, env []string, args ...string) (*exec.Cmd, string) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	log, err := os.Create(file)
	require.NoError(t, err)
	t.Cleanup(func() { log.Close() })
	return started(t, self, env, log, args...)
}

func started(t *testing.T, file string, env []string, log io.Writer, args ...string) (*exec.Cmd, string) {
	t.Helper()
	cmd := exec.Command(file, args...)
	cmd.Env = append(append(os.Environ(), asProgram+"=1"), env...)
	cmd.Stderr = log
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	address := regexp.MustCompile(`ws://\S+`).FindString(line)
	require.NotEmpty(t, address, line)
	return cmd, address
}

func TestServeReadsForAPage(t *testing.T) {
	t.Parallel()
	const origin = "https://motcua.example.vn"
	cmd, address := program(t, "serve", "--mock", "--mock-card", "mau", "--port", "0", "--origin", origin, "--state", t.TempDir())
	stranger, _, err := websocket.DefaultDialer.Dial(address, http.Header{"Origin": {"https://evil.example"}, "Sec-WebSocket-Protocol": {"chipid.v1"}})
	require.NoError(t, err)
	defer stranger.Close()
	_, _, err = stranger.ReadMessage()
	assert.True(t, websocket.IsCloseError(err, 4403), "%v", err)

	ws, _, err := websocket.DefaultDialer.Dial(address, http.Header{"Origin": {origin}, "Sec-WebSocket-Protocol": {"chipid.v1"}})
	require.NoError(t, err)
	defer ws.Close()
	p := persona.All()[0]
	call(t, ws, 1, "initialize", `{"protocolVersion":"1.0","client":{"name":"test"}}`)
	result := call(t, ws, 2, "card.read", fmt.Sprintf(`{"fields":["fullName"],"purpose":"thử","key":{"id":%q},"reader":"mock:%s"}`, p.Number, p.Name))
	outcome, _ := at(result, "report.outcome")
	assert.Equal(t, "genuine", outcome, "mock mode trusts the test CSCA for mock readers")
	synthetic, _ := at(result, "synthetic")
	assert.Equal(t, true, synthetic)
	assert.Equal(t, map[string]any{"fullName": p.FullName}, result["citizen"])

	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	require.NoError(t, ws.SetReadDeadline(time.Now().Add(2*time.Minute)))
	for err == nil {
		_, _, err = ws.ReadMessage()
	}
	assert.True(t, websocket.IsCloseError(err, websocket.CloseGoingAway), "%v", err)
	err = cmd.Wait()
	assert.Equal(t, 130, cmd.ProcessState.ExitCode(), "%v", err)
}

// call sends a request and returns its result, passing over notifications.
func call(t *testing.T, ws *websocket.Conn, id int, method, params string) map[string]any {
	t.Helper()
	require.NoError(t, ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`, id, method, params)))
	require.NoError(t, ws.SetReadDeadline(time.Now().Add(2*time.Minute)))
	for {
		_, b, err := ws.ReadMessage()
		require.NoError(t, err)
		var m map[string]any
		require.NoError(t, json.Unmarshal(b, &m))
		if m["id"] == float64(id) {
			require.Nil(t, m["error"])
			return m["result"].(map[string]any)
		}
	}
}

func TestServeStopsOnSIGTERM(t *testing.T) {
	cmd, _ := program(t, "serve", "--port", "0")
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, cmd.Wait(), "a service that is stopped has not failed")
}

func TestServeOnATakenPort(t *testing.T) {
	_, address := program(t, "serve", "--port", "0", "--state", t.TempDir())
	port := address[strings.LastIndex(address, ":")+1:]
	code, stdout, stderr := command(t, "serve", "--port", strings.TrimSuffix(port, "/v1"), "--state", t.TempDir())
	assert.Equal(t, 5, code)
	assert.Empty(t, stdout)
	assert.Contains(t, stderr, "PORT_UNAVAILABLE")
}

func TestWaitingReadIsCancelled(t *testing.T) {
	t.Parallel() // most of it is waiting
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self, "read", "--reader", "no such reader", "--id", "000190000018", "--wait", "60s", "--json")
	cmd.Env = append(os.Environ(), asProgram+"=1")
	var out strings.Builder
	cmd.Stdout = &out
	require.NoError(t, cmd.Start())
	time.Sleep(4 * time.Second) // a signal before the program listens to signals would just kill it
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	_ = cmd.Wait()
	assert.Equal(t, 130, cmd.ProcessState.ExitCode())
	assert.Contains(t, out.String(), `"code":"CANCELLED"`)
}
