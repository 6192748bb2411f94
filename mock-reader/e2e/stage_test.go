//go:build e2e

package e2e

import (
	"bufio"
	"context"
	"flag"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"chipid/cardlib"
	"chipid/cardlib/cccd"
	"chipid/internal/browsertest"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/tcp"
)

var update = flag.Bool("update", false, "write the pictures of docs/images")

// stage is what all tests share.
var stage struct {
	program string
	browser context.Context
}

func TestMain(m *testing.M) {
	browsertest.Main(m, func(dir string) (_ func(), err error) {
		stage.program, err = browsertest.Build(dir, "mock-reader", "CGO_ENABLED=0")
		return nil, err
	}, func(browser context.Context) { stage.browser = browser })
}

// mock is a running mock-reader.
type mock struct {
	t *testing.T
	// readers are the names of its TCP readers, page the address of its page.
	readers []string
	page    string
	typed   io.WriteCloser
}

var named = regexp.MustCompile(`\d: (tcp:\S+)|(http://\S+)`)

// serve starts mock-reader with so many TCP readers, a page, and more flags.
func serve(t *testing.T, readers int, more ...string) *mock {
	t.Helper()
	args := []string{"serve", "--web", "0"}
	for range readers {
		args = append(args, "--listen", "0")
	}
	cmd := exec.Command(stage.program, append(args, more...)...)
	m := &mock{t: t}
	var err error
	m.typed, err = cmd.StdinPipe()
	require.NoError(t, err)
	said, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		timer := time.AfterFunc(5*time.Second, func() { _ = cmd.Process.Kill() })
		defer timer.Stop()
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(said)
	for m.page == "" && lines.Scan() {
		if found := named.FindStringSubmatch(lines.Text()); found != nil {
			if found[1] != "" {
				m.readers = append(m.readers, found[1])
			}
			m.page = found[2]
		}
	}
	require.Len(t, m.readers, readers)
	go func() { _, _ = io.Copy(io.Discard, said) }()
	return m
}

// open opens the page and waits until it is filled.
func (m *mock) open() *browsertest.Page {
	m.t.Helper()
	p := browsertest.Open(m.t, stage.browser, m.page)
	p.Wait(`document.querySelectorAll("#cards li").length > 0 && document.querySelector("#now").textContent`)
	return p
}

// read reads the card in one of the readers as a good agent does.
func (m *mock) read(reader int, who persona.Persona) (*cardlib.Result, error) {
	m.t.Helper()
	source := tcp.New(strings.TrimPrefix(m.readers[reader], tcp.Prefix))
	conn, err := source.Connect(m.t.Context(), source.Name())
	require.NoError(m.t, err)
	defer conn.Close()
	keys, err := cccd.KeysFromNumber(who.Number)
	require.NoError(m.t, err)
	return cardlib.Read(m.t.Context(), conn, keys, cardlib.Plan{})
}

// click clicks an element.
func click(p *browsertest.Page, selector string) {
	p.T.Helper()
	p.Do(chromedp.Click(selector))
}
