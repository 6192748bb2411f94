//go:build installer

package installer_test

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const policiesKey = `HKLM\Software\Policies`

// msiOrigins are the pages that the MSI is told of.
var msiOrigins = []string{"https://motcua.example", "https://hotich.example:8443"}

// plantPolicies puts policies of somebody else into the registry and returns all
// that is there.
func plantPolicies(w *wine) string {
	w.t.Helper()
	w.run("reg", "add", policiesKey+`\Google\Chrome\LoopbackNetworkAllowedForUrls`, "/v", "1", "/d", "https://it.example", "/f")
	w.run("reg", "add", policiesKey+`\Mozilla\Firefox`, "/v", "DisableTelemetry", "/t", "REG_DWORD", "/d", "1", "/f")
	return w.export(policiesKey)
}

// policiesUnderWine looks at what the MSI made of ORIGINS.
func policiesUnderWine(t *testing.T, w *wine) {
	chrome := w.export(policiesKey + `\Google\Chrome\LoopbackNetworkAllowedForUrls`)
	for _, line := range []string{`"1"="https://it.example"`, `"2"="https://motcua.example:443"`, `"3"="https://hotich.example:8443"`} {
		assert.Contains(t, chrome, line)
	}
	assert.Contains(t, w.export(policiesKey+`\Microsoft\Edge\LoopbackNetworkAllowedForUrls`), `"1"="https://motcua.example:443"`)
	assert.Contains(t, w.export(policiesKey+`\Mozilla\Firefox\LocalNetworkAccess\SkipDomains`), `"1"="motcua.example"`)
	var shown struct {
		Browsers []struct {
			Browser string
			Missing []string
		}
	}
	said := w.run(`C:\Program Files\chipid\chipid-agent.exe`, "browsers", "policies", "show", "--origin", strings.Join(msiOrigins, ","), "--json")
	require.NoError(t, json.Unmarshal([]byte(said), &shown), said)
	require.Len(t, shown.Browsers, 7)
	for _, b := range shown.Browsers {
		assert.Empty(t, b.Missing, b.Browser)
	}
}

// wssUnderWine sets wss up and returns the registry's key of the authority in the
// user's Root store.
func wssUnderWine(t *testing.T, w *wine) string {
	t.Helper()
	agent := `C:\Program Files\chipid\chipid-agent.exe`
	said := w.run(agent, "wss", "install", "--json")
	require.Contains(t, said, `windows:CurrentUser\\Root`)
	assert.Contains(t, w.run(agent, "wss", "status", "--json"), `"ok":true`)
	var list string
	require.NoError(t, filepath.WalkDir(w.path("drive_c", "users"), func(path string, _ os.DirEntry, err error) error {
		if filepath.Base(path) == "authorities.pem" {
			list = path
		}
		return err
	}))
	b, err := os.ReadFile(list)
	require.NoError(t, err)
	block, _ := pem.Decode(b)
	require.NotNil(t, block)
	sum := sha1.Sum(block.Bytes) // the store's name for a certificate
	key := `HKCU\Software\Microsoft\SystemCertificates\Root\Certificates\` + strings.ToUpper(hex.EncodeToString(sum[:]))
	require.NotEmpty(t, w.export(key), "the authority is in the user's Root store")
	leaves, err := os.ReadFile(filepath.Join(filepath.Dir(list), "leaves.pem"))
	require.NoError(t, err)
	assert.NotContains(t, string(leaves), "PRIVATE KEY", "sealed for this user")
	return key
}

// TestDebianTakesOutWhatItPutElsewhere: the pages of the administrator's policy
// are told to the browsers, a user sets wss up, and when the package goes nothing
// of either is left.
func TestDebianTakesOutWhatItPutElsewhere(t *testing.T) {
	const user, policy, chromium = "chipid-test", "/etc/chipid/policy.toml", "/etc/chromium/policies/managed/chipid.json"
	_, err := os.Stat("/etc/chipid")
	require.True(t, os.IsNotExist(err), "/etc/chipid is there already; remove it before this test")
	t.Cleanup(func() {
		_ = exec.Command("dpkg", "--purge", "chipid-agent").Run()
		_ = exec.Command("userdel", "--remove", user).Run()
		_ = os.RemoveAll("/etc/chipid")
	})
	run(t, "useradd", "--create-home", "--shell", "/bin/sh", user)
	require.NoError(t, os.Mkdir("/etc/chipid", 0o755))
	require.NoError(t, os.WriteFile(policy, []byte("origins = [\"https://motcua.example\"]\n"), 0o644))

	run(t, "dpkg", "--install", debian(t, "chipid-agent"))
	b, err := os.ReadFile(chromium)
	require.NoError(t, err)
	assert.JSONEq(t, `{"LoopbackNetworkAllowedForUrls":["https://motcua.example:443"]}`, string(b))
	timer, err := os.Readlink("/usr/lib/systemd/user/timers.target.wants/chipid-agent-wss.timer")
	require.NoError(t, err)
	assert.FileExists(t, filepath.Join("/usr/lib/systemd/user/timers.target.wants", timer))

	asUser := []string{"--reuid", user, "--regid", user, "--init-groups", "--reset-env"}
	run(t, "setpriv", append(asUser, "chipid-agent", "wss", "install")...)
	run(t, "setpriv", append(asUser, "chipid-agent", "wss", "renew")...)
	database := "sql:/home/" + user + "/.pki/nssdb"
	assert.Contains(t, run(t, "certutil", "-L", "-d", database), "chipid local CA")

	run(t, "dpkg", "--purge", "chipid-agent")
	assert.NotContains(t, run(t, "certutil", "-L", "-d", database), "chipid")
	for _, path := range []string{chromium, "/etc/chromium/policies/managed/chipid.json", "/etc/firefox/policies/policies.json", "/var/lib/chipid",
		"/home/" + user + "/.local/state/chipid/wss", "/home/" + user + "/.mozilla", "/usr/share/polkit-1/rules.d/60-chipid.rules"} {
		_, err := os.Stat(path)
		assert.True(t, os.IsNotExist(err), "%s is left", path)
	}
}
