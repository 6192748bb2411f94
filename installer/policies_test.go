//go:build installer

package installer_test

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// agentPolicies is where the agent looks for what an administrator sets.
const agentPolicies = `HKLM\SOFTWARE\Policies\chipid`

// policyTemplate is as much of an ADMX file as the test needs.
type policyTemplate struct {
	Policies []struct {
		Name string `xml:"name,attr"`
		Key  string `xml:"key,attr"`
		Text []struct {
			Value string `xml:"valueName,attr"`
		} `xml:"elements>text"`
		Lines []struct {
			Value string `xml:"valueName,attr"`
		} `xml:"elements>multiText"`
	} `xml:"policies>policy"`
}

// TestPolicyTemplate: every text that the template of the group policies names is
// there in both languages, and the values that it writes are the two of the agent.
func TestPolicyTemplate(t *testing.T) {
	folder := filepath.Join("windows", "policies")
	template, err := os.ReadFile(filepath.Join(folder, "chipid.admx"))
	require.NoError(t, err)
	var parsed policyTemplate
	require.NoError(t, xml.Unmarshal(template, &parsed))
	values := map[string]string{}
	for _, p := range parsed.Policies {
		assert.Equal(t, `HKLM\`+p.Key, agentPolicies)
		for _, e := range p.Text {
			values[e.Value] = "REG_SZ"
		}
		for _, e := range p.Lines {
			values[e.Value] = "REG_MULTI_SZ"
		}
	}
	assert.Equal(t, map[string]string{"AdminKey": "REG_SZ", "Policy": "REG_MULTI_SZ"}, values)
	for _, language := range []string{"vi-VN", "en-US"} {
		texts, err := os.ReadFile(filepath.Join(folder, language, "chipid.adml"))
		require.NoError(t, err)
		var any struct{}
		require.NoError(t, xml.Unmarshal(texts, &any))
		for _, kind := range []string{"string", "presentation"} {
			for _, named := range regexp.MustCompile(`\$\(`+kind+`\.(\w+)\)`).FindAllSubmatch(template, -1) {
				assert.Contains(t, string(texts), `<`+kind+` id="`+string(named[1])+`"`, language)
			}
		}
	}
}

// adminUnderWine sets what the template sets, and asks the agent whether it is in force.
func adminUnderWine(t *testing.T, w *wine) {
	const agent = `C:\Program Files\chipid\chipid-agent.exe`
	secret := filepath.Join(t.TempDir(), "secret.pem")
	var made struct{ PublicKey string }
	require.NoError(t, json.Unmarshal([]byte(w.run(agent, "admin", "keygen", windowsPath(secret), "--json")), &made))
	w.run("reg", "add", agentPolicies, "/v", "AdminKey", "/d", made.PublicKey, "/f")
	w.run("reg", "add", agentPolicies, "/v", "Policy", "/t", "REG_MULTI_SZ", "/d", `pairing.allowed = false\0read.waitSeconds = 30`, "/f")
	t.Cleanup(func() { w.run("reg", "delete", agentPolicies, "/f") })
	grants := w.path("drive_c", "ProgramData", "chipid", "grants.json")
	require.NoError(t, os.MkdirAll(filepath.Dir(grants), 0o755))
	require.NoError(t, os.WriteFile(grants, []byte(`{"kind": "chipid-admin-grants/1", "expires": "2099-12-31T00:00:00Z",
		"origins": [{"origin": "https://motcua.example.vn", "fields": ["fullName"], "stateBody": true}]}`), 0o644))
	assert.Contains(t, w.run(agent, "origins", "list", "--json"), `{"origins":[]}`, "not signed yet")
	w.run(agent, "admin", "sign", windowsPath(grants), "--key", windowsPath(secret))
	assert.Contains(t, w.run(agent, "origins", "list", "--json"), `"origin":"https://motcua.example.vn"`)
	shown := w.run(agent, "config", "show", "--sources", "--json")
	assert.Contains(t, shown, `"key":"pairing.allowed","value":false,"source":"policy"`)
	assert.Contains(t, shown, `"key":"read.waitSeconds","value":30,"source":"policy"`)
}
