package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/scenario"
	"chipid/mock-reader/tcp"
)

// over plays a card at a TCP reader and returns the reader's name.
func over(t *testing.T, name string) string {
	t.Helper()
	server, err := tcp.Listen("127.0.0.1:0", nil)
	require.NoError(t, err)
	card, err := scenario.Open(issuer.New(issuer.PublishedSeed), name, scenario.Hooks{})
	require.NoError(t, err)
	server.Put(card)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		assert.NoError(t, <-ended)
	})
	return tcp.Prefix + server.Addr()
}

func TestReadOverTCP(t *testing.T) {
	who := persona.All()[0]
	for name, want := range map[string]int{who.Name: 0, who.Name + "/copied-chip": 3, who.Name + "/dies-half-way": 5} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := command(t, "read", "--mock", "--reader", over(t, name), "--id", who.Number, "--trust", trustDir(t), "--json")
			assert.Equal(t, want, code, stderr)
			if want == 5 {
				return
			}
			var answer map[string]any
			require.NoError(t, json.Unmarshal([]byte(stdout), &answer))
			assert.Equal(t, true, answer["synthetic"], "whatever it says, it is not real")
		})
	}
}

func TestTCPReadersNeedMock(t *testing.T) {
	who := persona.All()[0]
	reader := over(t, who.Name)
	for name, args := range map[string][]string{
		"read without --mock":       {"read", "--reader", reader},
		"another computer":          {"read", "--mock", "--reader", "tcp:192.0.2.1:7000"},
		"no port":                   {"read", "--mock", "--reader", "tcp:localhost"},
		"serve without --mock":      {"serve", "--port", "0", "--reader", reader},
		"desk without --mock":       {"serve", "--port", "0", "--desk", "0"},
		"desk beyond this computer": {"serve", "--port", "0", "--mock", "--desk", "0.0.0.0:0"},
		"serve a real reader":       {"serve", "--port", "0", "--mock", "--reader", "ACS"},
	} {
		t.Run(name, func(t *testing.T) {
			if args[0] == "read" {
				args = append(args, "--id", who.Number)
			}
			code, _, stderr := command(t, args...)
			assert.Equal(t, 2, code)
			assert.Contains(t, stderr, "USAGE")
		})
	}
}

func TestDeskOnATakenPort(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	_, port, err := net.SplitHostPort(taken.Addr().String())
	require.NoError(t, err)
	code, _, stderr := command(t, "serve", "--port", "0", "--mock", "--desk", port)
	assert.Equal(t, 5, code)
	assert.Contains(t, stderr, "PORT_UNAVAILABLE")
}

// The tester's page of `serve --mock --desk` works on the readers of that process,
// and its token is on stdout alone.
func TestServeWithADesk(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self, "serve", "--mock", "--mock-card", "mau", "--mock-card", "ket-hon", "--port", "0", "--desk", "0")
	cmd.Env = append(os.Environ(), asProgram+"=1")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	var found []string
	for lines := bufio.NewScanner(out); found == nil && lines.Scan(); {
		found = regexp.MustCompile(`^desk: (http://127\.0\.0\.1:\d+)/#(\w+)$`).FindStringSubmatch(lines.Text())
	}
	require.NotNil(t, found)
	ask := func(token, path, body string) (int, string) {
		q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, found[1]+path, strings.NewReader(body))
		require.NoError(t, err)
		q.Header.Set("Authorization", "Bearer "+token)
		q.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(q)
		require.NoError(t, err)
		defer resp.Body.Close()
		var b bytes.Buffer
		_, err = b.ReadFrom(resp.Body)
		require.NoError(t, err)
		return resp.StatusCode, b.String()
	}
	code, _ := ask("wrong", "/api/remove", `{"reader":"mock:mau"}`)
	assert.Equal(t, 401, code)
	code, state := ask(found[2], "/api/insert", `{"reader":"mock:mau","card":"tre-em/bac-only"}`)
	assert.Equal(t, 200, code)
	assert.Contains(t, state, `"name":"mock:mau","way":"in process","card":"tre-em/bac-only"`)
	assert.Contains(t, state, `"name":"mock:ket-hon","way":"in process","card":"ket-hon"`)
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	_ = cmd.Wait()
	assert.Equal(t, 130, cmd.ProcessState.ExitCode())
	assert.NotContains(t, stderr.String(), found[2])
}
