package browsers

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// snapshot is everything below a root: folders, and files with their content.
func snapshot(t *testing.T, root string) map[string]string {
	t.Helper()
	all := map[string]string{}
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		require.NoError(t, err)
		name, err := filepath.Rel(root, path)
		require.NoError(t, err)
		if d.IsDir() {
			all[name+"/"] = ""
			return nil
		}
		b, err := os.ReadFile(path)
		all[name] = string(b)
		return err
	}))
	return all
}

func put(t *testing.T, root, name, text string) {
	t.Helper()
	path := filepath.Join(root, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
}

var pages = []string{"https://motcua.example", "https://hotich.example:8443", "http://localhost:3000"}

func TestEveryBrowserIsToldTheConfiguredPagesAndNoOthers(t *testing.T) {
	root := t.TempDir()
	places, err := Install(root, pages)
	require.NoError(t, err)
	require.Len(t, places, len(kin)+1)
	for _, k := range kin {
		var policy map[string][]string
		b, err := os.ReadFile(filepath.Join(root, k.dir, ourFile))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(b, &policy))
		assert.Equal(t, map[string][]string{allowed: {"https://motcua.example:443", "https://hotich.example:8443", "http://localhost:3000"}}, policy)
	}
	b, err := os.ReadFile(filepath.Join(root, firefoxDir, "policies.json"))
	require.NoError(t, err)
	assert.JSONEq(t, `{"policies":{"LocalNetworkAccess":{"SkipDomains":["motcua.example","hotich.example","localhost"]},"Certificates":{"Install":["chipid-local-ca.pem"]}}}`, string(b))
	for _, p := range places {
		assert.Empty(t, p.Missing, p.Browser)
		assert.True(t, p.Changed)
		info, err := os.Stat(p.Where)
		require.NoError(t, err)
		assert.Equal(t, fs.FileMode(0o644), info.Mode().Perm(), "every user's browser reads it")
	}

	_, err = Install(root, pages[:1])
	require.NoError(t, err)
	places, err = Show(root, pages)
	require.NoError(t, err)
	assert.Len(t, places[0].Missing, 2, "what is not configured any more has gone")
}

// TestRemovedExactly has other people's policies beside ours, and compares every byte.
func TestRemovedExactly(t *testing.T) {
	for name, others := range map[string]map[string]string{
		"nothing there":       {},
		"other policies":      {"etc/chromium/policies/managed/ours.json": `{"HomepageLocation":"https://x.example"}`, "etc/opt/edge/keep": ""},
		"Firefox' own file":   {firefoxDir + "/policies.json": "{\n\t\"policies\": { \"Proxy\": {\"Mode\": \"none\"}, \"Certificates\":{\"Install\":[\"it.pem\"]} } }"},
		"Firefox' empty file": {firefoxDir + "/policies.json": ""},
		"the same page already": {firefoxDir + "/policies.json": `{"policies":{"LocalNetworkAccess":{"SkipDomains":["motcua.example"]}}}`,
			"etc/opt/chrome/policies/managed/it.json": `{"LoopbackNetworkAllowedForUrls":["https://it.example"]}`},
		"broken files": {firefoxDir + "/policies.json": `{"policies":`, "etc/brave/policies/managed/x.json": `]`},
		"odd files":    {firefoxDir + "/policies.json": `{"policies":{"LocalNetworkAccess":7,"Certificates":{"Install":"x"}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			for file, text := range others {
				put(t, root, file, text)
			}
			before := snapshot(t, root)
			_, err := Install(root, pages)
			require.NoError(t, err)
			assert.NotEqual(t, before, snapshot(t, root))
			_, err = Install(root, pages[1:])
			require.NoError(t, err)
			_, err = Remove(root)
			require.NoError(t, err)
			assert.Equal(t, before, snapshot(t, root))
			_, err = Remove(root)
			require.NoError(t, err, "twice is once")
			assert.Equal(t, before, snapshot(t, root))
		})
	}
}

// TestWhatOthersChangedSinceStays: from a file that somebody edited only our
// entries go, and an entry of theirs that is like ours stays.
func TestWhatOthersChangedSinceStays(t *testing.T) {
	root, file := t.TempDir(), firefoxDir+"/policies.json"
	put(t, root, file, `{"policies":{"LocalNetworkAccess":{"SkipDomains":["motcua.example"]}}}`)
	_, err := Install(root, pages)
	require.NoError(t, err)
	var doc map[string]any
	b, err := os.ReadFile(filepath.Join(root, file))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &doc))
	doc["policies"].(map[string]any)["DisableTelemetry"] = true
	b, err = json.Marshal(doc)
	require.NoError(t, err)
	put(t, root, file, string(b))
	_, err = Remove(root)
	require.NoError(t, err)
	b, err = os.ReadFile(filepath.Join(root, file))
	require.NoError(t, err)
	assert.JSONEq(t, `{"policies":{"DisableTelemetry":true,"LocalNetworkAccess":{"SkipDomains":["motcua.example"]}}}`, string(b))
}

func TestWhatStandsAgainstUsIsSaidAndLeft(t *testing.T) {
	for _, policy := range append([]string{allowed}, rivals...) {
		root := t.TempDir()
		put(t, root, "etc/chromium/policies/managed/it.json", `{"`+policy+`":["https://it.example"]}`)
		places, err := Install(root, pages)
		require.NoError(t, err)
		assert.Contains(t, places[0].Overruled, "it.json", policy)
		assert.NoFileExists(t, filepath.Join(root, "etc/chromium/policies/managed", ourFile))
		assert.Empty(t, places[1].Overruled)
	}
}

func TestOnlyAnAdministrator(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.Chmod(root, 0o555))
	if os.Geteuid() == 0 { // root writes everywhere: the same as another user
		require.NoError(t, os.Chmod(filepath.Dir(root), 0o755))
		self, err := os.Executable()
		require.NoError(t, err)
		copied := filepath.Join(os.TempDir(), filepath.Base(root)+"-browsers.test")
		b, err := os.ReadFile(self)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(copied, b, 0o755))
		defer os.Remove(copied)
		cmd := exec.Command(copied, "-test.run=TestOnlyAnAdministrator")
		cmd.Dir, cmd.Env = os.TempDir(), append(os.Environ(), "TMPDIR=/tmp")
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return
	}
	before := snapshot(t, root)
	_, err := Install(root, pages)
	assert.ErrorIs(t, err, ErrRights)
	assert.Equal(t, before, snapshot(t, root))
}

func TestOrigins(t *testing.T) {
	for _, bad := range []string{"", "motcua.example", "*", "https://a.example/path", "ftp://a.example", "https://u@a.example"} {
		_, err := Install(t.TempDir(), []string{bad})
		assert.ErrorIs(t, err, ErrOrigin, bad)
	}
}

func FuzzFirefoxFile(f *testing.F) {
	f.Add([]byte(`{"policies":{"LocalNetworkAccess":{"SkipDomains":["a"]},"Certificates":{"Install":["b"]}}}`))
	f.Add([]byte(`{"policies":[]}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := parseObject(b)
		if err != nil {
			return
		}
		was := skipDomains.of(o)
		added, err := skipDomains.addTo(o, []string{"motcua.example"})
		if err != nil {
			return
		}
		assert.Contains(t, skipDomains.of(o), "motcua.example")
		skipDomains.takeFrom(o, added)
		assert.ElementsMatch(t, was, skipDomains.of(o))
	})
}
