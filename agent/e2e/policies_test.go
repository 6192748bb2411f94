//go:build e2e

package e2e

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/internal/browsertest"
)

// permission is what a fresh Chromium says to a page of a public site that asks
// whether it may reach this computer. The policies are those of this machine.
func permission(t *testing.T, site *httptest.Server) string {
	t.Helper()
	address := site.Listener.Addr().(*net.TCPAddr).String()
	browser, stop, err := browsertest.Start(filepath.Join(t.TempDir(), "profile"), chromedp.IgnoreCertErrors,
		chromedp.Flag("host-resolver-rules", "MAP "+publicHost+" 127.0.0.1"),
		chromedp.Flag("ip-address-space-overrides", address+"=public"))
	require.NoError(t, err)
	defer stop()
	p := browsertest.Open(t, browser, "https://"+publicHost+address[strings.LastIndex(address, ":"):]+"/")
	p.Network = true
	browsertest.Eval[bool](p, `(navigator.permissions.query({name: "loopback-network"}).then((r) => { document.title = "is " + r.state; }), true)`)
	p.Wait(`document.title.startsWith("is ")`)
	return strings.TrimPrefix(browsertest.Eval[string](p, "document.title"), "is ")
}

// TestChromiumObeysThePolicy: a public page has to ask; with the policy for its
// origin it need not; another port of the same host has to; removed, all is as before.
func TestChromiumObeysThePolicy(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Log("policies are an administrator's: CI is one")
		return
	}
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(`<!doctype html><link rel="icon" href="data:,"><title>x</title>`))
	})
	site, other := httptest.NewTLSServer(page), httptest.NewTLSServer(page)
	t.Cleanup(site.Close)
	t.Cleanup(other.Close)
	origin := "https://" + publicHost + site.URL[strings.LastIndex(site.URL, ":"):]
	assert.Equal(t, "prompt", permission(t, site))

	policies := func(args ...string) {
		t.Helper()
		out, err := exec.Command(theatre.program, append([]string{"browsers", "policies"}, args...)...).CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	t.Cleanup(func() { _ = exec.Command(theatre.program, "browsers", "policies", "remove").Run() })
	policies("install", "--origin", origin)
	assert.Equal(t, "granted", permission(t, site))
	assert.Equal(t, "prompt", permission(t, other), "exactly this origin")
	policies("remove")
	assert.Equal(t, "prompt", permission(t, site))
	for _, file := range []string{"/etc/chromium/policies/managed/chipid.json", "/var/lib/chipid/browser-policies.json"} {
		assert.NoFileExists(t, file)
	}
}
