//go:build e2e

package e2e

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/demo"
	"chipid/internal/browsertest"
)

// publicHost is the name under which the page is served as if from the internet.
const publicHost = "motcua.example"

// outerHost is another public site, which shows the page in a frame.
const outerHost = "cong.example"

// public serves the page so that the browser takes it for one of a public site,
// and opens it in a browser of its own, with the permission to reach this
// computer set ("" leaves it unset).
func public(t *testing.T, secure bool, permission browser.PermissionSetting, more ...chromedp.ExecAllocatorOption) *page {
	t.Helper()
	var h http.Handler
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, r) }))
	scheme := "http://"
	if secure {
		scheme = "https://"
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	address := server.Listener.Addr().(*net.TCPAddr).String()
	host := publicHost + address[strings.LastIndex(address, ":"):]
	var err error
	h, err = demo.Portal{Host: host, Agent: theatre.agent}.Handler()
	require.NoError(t, err)

	p := fromOutside(t, address, permission, more...)
	p.do(chromedp.Navigate(scheme + host + "/"))
	return p
}

// fromOutside opens a tab in a browser of its own that takes what it gets from that
// address for a public site's.
func fromOutside(t *testing.T, address string, permission browser.PermissionSetting, more ...chromedp.ExecAllocatorOption) *page {
	t.Helper()
	b, stop, err := browsertest.Start(t.TempDir(), append(more, chromedp.IgnoreCertErrors,
		chromedp.Flag("host-resolver-rules", "MAP "+publicHost+" 127.0.0.1, MAP "+outerHost+" 127.0.0.1"),
		chromedp.Flag("ip-address-space-overrides", address+"=public"))...)
	require.NoError(t, err)
	t.Cleanup(stop)
	p := openIn(t, b, "about:blank")
	p.network = true
	if permission != "" {
		params := browser.SetPermissionParams{Permission: &browser.PermissionDescriptor{Name: "loopback-network"}, Setting: permission}
		_, err := chromedp.CallBrowser(p.ctx, browser.SetPermission, params)
		require.NoError(t, err)
	}
	return p
}

// Chromium keeps public pages from this computer unless the user allows it. The
// page says which of the causes it is, and what to do.
func TestTheBrowserBlocksThePage(t *testing.T) {
	tests := []struct {
		name       string
		secure     bool
		permission browser.PermissionSetting
		code       string
		remedy     string
	}{
		{"denied", true, "denied", "LNA_DENIED", "Cài đặt trang web"},
		{"not secure", false, "", "LNA_INSECURE_PAGE", "https://"},
		// As it is after the user has closed the question without an answer.
		{"not decided", true, "prompt", "AGENT_NOT_REACHED", "Cho phép"},
		// Allowed, the connection reaches the agent, which does not admit this site.
		{"allowed", true, "granted", "AGENT_REFUSED_PAGE", "quản trị viên"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := public(t, test.secure, test.permission)
			p.wait(`!document.querySelector("#trouble").hidden`)
			assert.Equal(t, test.code, p.text("#troubleCode"))
			assert.Contains(t, p.text("#troubleRemedy"), test.remedy)
		})
	}
}

// A page in another site's frame reaches the agent only if that site hands the right on.
func TestAFrameIsNotGivenTheRight(t *testing.T) {
	server := httptest.NewTLSServer(clientPages)
	t.Cleanup(server.Close)
	address := server.Listener.Addr().(*net.TCPAddr).String()
	port := address[strings.LastIndex(address, ":"):]
	for _, test := range []struct {
		allow      string
		permission browser.PermissionSetting
		code       string
	}{
		{"", "", "LNA_IFRAME_NOT_DELEGATED"},
		{"loopback-network", "denied", "LNA_DENIED"},
		{"loopback-network", "granted", "AGENT_REFUSED_PAGE"}, // it reaches the agent, where it has no grant
	} {
		p := fromOutside(t, address, test.permission)
		p.do(chromedp.Navigate("https://" + outerHost + port + "/"))
		eval[bool](p, fmt.Sprintf(`(() => { window.heard = ""; onmessage = (e) => { window.heard = e.data; };
			const f = document.createElement("iframe"); f.allow = %q; f.src = "https://%s/frame#%s"; document.body.append(f); return true; })()`, test.allow, publicHost+port, theatre.agent))
		p.wait("window.heard")
		assert.Equal(t, test.code, eval[string](p, "window.heard"), "allow=%q, %q", test.allow, test.permission)
	}
}

// A browser with a window asks its user: the page says so soon, and waits for the answer.
func TestThePageSaysThatTheBrowserAsks(t *testing.T) {
	x := exec.Command("Xvfb", "-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp")
	out, err := x.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, x.Start())
	t.Cleanup(func() { _ = x.Process.Kill(); _ = x.Wait() })
	number, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	p := public(t, true, "", chromedp.Flag("headless", false), chromedp.Flag("hide-scrollbars", false), chromedp.Env("DISPLAY=:"+strings.TrimSpace(number)))
	p.wait(`!document.querySelector("#trouble").hidden`)
	assert.Equal(t, "LNA_PROMPT_PENDING", p.text("#troubleCode"))
	assert.Contains(t, p.text("#troubleRemedy"), "Cho phép")
	assert.Equal(t, "connecting", eval[string](p, `document.querySelector("#reader").dataset.state`), "the attempt still waits")
}
