package demo

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// printed collects what the demo prints and gives the addresses out of it.
type printed struct{ lines chan string }

func (p printed) Write(b []byte) (int, error) {
	p.lines <- string(b)
	return len(b), nil
}

func (p printed) address(t *testing.T) string {
	t.Helper()
	select {
	case line := <-p.lines:
		return regexp.MustCompile(`\S+://\S+`).FindString(line)
	case <-time.After(2 * time.Minute):
		require.Fail(t, "the demo says nothing")
		return ""
	}
}

func TestRunServesBothPagesAndEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	out := printed{make(chan string, 8)}
	admitted := make(chan string, 1)
	ended := make(chan error, 1)
	go func() {
		ended <- Run(ctx, Options{Out: out, Serve: func(ctx context.Context, a Agent) error {
			admitted <- a.Origin
			a.Ready(4321)
			<-ctx.Done()
			return nil
		}})
	}()
	page, deskPage, agent := out.address(t), out.address(t), out.address(t)
	assert.Equal(t, "ws://127.0.0.1:4321/v1", agent)
	assert.Equal(t, <-admitted+"/", page)
	assert.True(t, strings.HasPrefix(page, "http://localhost:"), page)
	assert.True(t, strings.HasPrefix(deskPage, "http://127.0.0.1:"), deskPage)

	resp, err := http.Get(page)
	require.NoError(t, err)
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, resp.Body.Close())
	require.NoError(t, err)
	assert.Contains(t, string(b), agent)
	place, token, found := strings.Cut(deskPage, "#")
	require.True(t, found, "the desk's address holds its token")
	for given, want := range map[string]int{token: http.StatusOK, "": http.StatusUnauthorized} {
		q, err := http.NewRequest(http.MethodGet, place+"api/readers", nil)
		require.NoError(t, err)
		q.Header.Set("Authorization", "Bearer "+given)
		resp, err := http.DefaultClient.Do(q)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, want, resp.StatusCode)
	}

	cancel()
	require.NoError(t, <-ended)
	_, err = http.Get(page)
	require.Error(t, err, "nothing is left")
}

func TestRunEndsWithTheAgent(t *testing.T) {
	broken := errors.New("port taken")
	err := Run(t.Context(), Options{Serve: func(context.Context, Agent) error { return broken }})
	assert.ErrorIs(t, err, broken)
	err = Run(t.Context(), Options{Serve: func(_ context.Context, a Agent) error {
		a.Ready(1)
		return fmt.Errorf("later: %w", broken)
	}})
	assert.ErrorIs(t, err, broken)
}

func TestATakenPortIsReplaced(t *testing.T) {
	first, err := listen("localhost", 0)
	require.NoError(t, err)
	defer first.close()
	var port int
	_, err = fmt.Sscanf(first.host, "localhost:%d", &port)
	require.NoError(t, err)
	second, err := listen("localhost", port)
	require.NoError(t, err)
	defer second.close()
	assert.NotEqual(t, first.host, second.host)
}

func TestFlags(t *testing.T) {
	fs := flag.NewFlagSet("demo", flag.ContinueOnError)
	o := Flags(fs)
	require.NoError(t, fs.Parse([]string{"--portal-port", "0", "--open=false", "--persona", "mau/bac-only"}))
	assert.Equal(t, Options{DeskPort: DefaultDeskPort, Persona: "mau/bac-only"}, *o)
}
