//go:build e2e

package e2e

import (
	"net"
	"net/http"
	"net/http/httptest"
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

// public serves the page so that the browser takes it for one of a public site,
// and opens it in a browser of its own, with the permission to reach this
// computer set ("" leaves it unset).
func public(t *testing.T, secure bool, permission browser.PermissionSetting) *page {
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

	b, stop, err := browsertest.Start(t.TempDir(), chromedp.IgnoreCertErrors,
		chromedp.Flag("host-resolver-rules", "MAP "+publicHost+" 127.0.0.1"),
		chromedp.Flag("ip-address-space-overrides", address+"=public"))
	require.NoError(t, err)
	t.Cleanup(stop)
	p := openIn(t, b, "about:blank")
	p.network = true
	if permission != "" {
		params := browser.SetPermissionParams{Permission: &browser.PermissionDescriptor{Name: "loopback-network"}, Setting: permission}
		_, err := chromedp.CallBrowser(p.ctx, browser.SetPermission, params)
		require.NoError(t, err)
	}
	p.do(chromedp.Navigate(scheme + host + "/"))
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
