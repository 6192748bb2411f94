//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"chipid/internal/browsertest"
)

var update = flag.Bool("update", false, "write the pictures of docs/images")

// addresses are where a demo's parts are.
type addresses struct{ portal, desk, agent string }

// theatre is what all tests share: the demo's process and the browser.
var theatre struct {
	addresses
	program string
	browser context.Context
}

func TestMain(m *testing.M) {
	browsertest.Main(m, func(dir string) (end func(), err error) {
		if theatre.program, err = browsertest.Build(dir, "agent", "CGO_ENABLED=0"); err != nil { // as make demo does
			return nil, err
		}
		theatre.addresses, end, err = startDemo()
		return end, err
	}, func(browser context.Context) { theatre.browser = browser })
}

// startDemo starts a demo on free ports.
func startDemo() (at addresses, stop func(), err error) {
	cmd := exec.Command(theatre.program, "demo", "--open=false", "--portal-port=0", "--desk-port=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return at, nil, err
	}
	if err := cmd.Start(); err != nil {
		return at, nil, err
	}
	stop = sync.OnceFunc(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		timer := time.AfterFunc(5*time.Second, func() { _ = cmd.Process.Kill() })
		defer timer.Stop()
		_ = cmd.Wait()
	})
	if at, err = readAddresses(out); err != nil {
		stop()
	}
	return at, stop, err
}

// readAddresses takes the three addresses that the demo prints, in their order.
func readAddresses(out io.Reader) (at addresses, err error) {
	address := regexp.MustCompile(`(http|ws)://\S+`)
	lines := bufio.NewScanner(out)
	for _, into := range []*string{&at.portal, &at.desk, &at.agent} {
		if !lines.Scan() {
			return at, fmt.Errorf("the demo did not print its addresses: %w", lines.Err())
		}
		if *into = address.FindString(lines.Text()); *into == "" {
			return at, fmt.Errorf("no address in %q", lines.Text())
		}
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return at, nil
}

// deskDo asks a desk for a change, as programs do: with the token of its address.
func deskDo(t *testing.T, desk, what string, body map[string]string) {
	t.Helper()
	b, err := json.Marshal(body)
	require.NoError(t, err)
	place, token, _ := strings.Cut(desk, "#")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, place+"api/"+what, bytes.NewReader(b))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode, what)
}

// links are the links of the tests' speeds.
var links = map[string]string{"instant": "instant", "normal": "424,sleep", "slow": "106,reader=40ms,sleep"}

// put puts a card PERSONA[/SCENARIO] into the reader, over a link of that speed.
func put(t *testing.T, card, speed string) {
	t.Helper()
	deskDo(t, theatre.desk, "link", map[string]string{"link": links[speed]})
	deskDo(t, theatre.desk, "insert", map[string]string{"card": card})
}

// pull takes the card out.
func pull(t *testing.T) {
	t.Helper()
	deskDo(t, theatre.desk, "remove", map[string]string{})
}
